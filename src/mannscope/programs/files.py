"""Programs on disk: JSON, checked entry by entry when it is read. Nothing in a file is executed."""

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NoReturn

from mannscope.errors import MannscopeError
from mannscope.files import atomic
from mannscope.machines import MACHINES
from mannscope.programs.program import (
    CONDITIONS,
    EMPTY,
    Program,
    Rule,
    Rules,
)

SCHEMA_VERSION = 2


def write_program(program: Program, path: str | Path) -> Path:
    """Write a program as JSON, whole or not at all."""
    path = Path(path)
    with atomic(path) as partial:
        partial.write_text(
            json.dumps(to_plain(program), indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )
    return path


def to_plain(program: Program) -> dict[str, Any]:
    """Give a program as plain values, as its file has them."""
    plain = {name: value for name, value in vars(program).items() if name not in ("steps", "outputs")}
    plain |= {name: list(value) for name, value in plain.items() if isinstance(value, tuple)}
    steps = {
        symbol: {
            "by": list(rules.by),
            "rules": [
                {"when": list(when), "do": list(rule.actions), "write": rule.write, "next": rule.next}
                for when, rule in rules.table.items()
            ],
        }
        for symbol, rules in program.steps.items()
    }
    outputs = {
        symbol: {
            "by": list(rules.by),
            "rules": [{"when": list(when), "output": output} for when, output in rules.table.items()],
        }
        for symbol, rules in program.outputs.items()
    }
    task = dict(program.task)
    return {"schema_version": SCHEMA_VERSION, **plain, "task": task, "steps": steps, "outputs": outputs}


def read_program(path: str | Path) -> Program:
    """Read a program.

    Raises:
        MannscopeError: if the file is missing, is no JSON, or is no program; the message names the entry.
    """
    path = Path(path)
    if not path.is_file():
        raise MannscopeError("a program must be an existing JSON file", str(path), _REMEDY)
    try:
        plain = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as problem:
        raise MannscopeError(f"the program {path} must be JSON", str(problem), _REMEDY) from problem
    return from_plain(plain, str(path))


def from_plain(plain: Any, source: str = "the program") -> Program:
    """Make a program of plain values, as `to_plain` gives them.

    Raises:
        MannscopeError: if an entry is missing, unknown, or of another form.
    """
    entry = _Entry(source, plain)
    version = entry.mapping().get("schema_version")
    if version != SCHEMA_VERSION:
        must = f"schema_version of {source} must be {SCHEMA_VERSION}"
        raise MannscopeError(
            must, repr(version), "Extract the program again, or use the version of mannscope that wrote it"
        )
    names = {"schema_version", *Program.__dataclass_fields__}
    entry.only(names)
    machine = entry["machine"].one_of(tuple(MACHINES))
    states, contents = entry["states"].texts(), entry["contents"].texts()
    symbols = entry["symbols"].texts()
    if EMPTY not in contents:
        entry["contents"].refuse(f"a list with {EMPTY!r}")
    known = _Known(machine, symbols, states, contents)
    task = entry["task"].mapping()
    entry["task"]["name"].text()
    return Program(
        network=entry["network"].text(),
        fingerprint=entry["fingerprint"].text(),
        task=MappingProxyType(dict(task)),
        symbols=symbols,
        machine=machine,
        reads_before_writing=entry["reads_before_writing"].truth(),
        states=states,
        start=entry["start"].one_of(states),
        contents=contents,
        steps=known.steps(entry["steps"]),
        outputs=known.outputs(entry["outputs"]),
    )


_REMEDY = "Extract one with: mannscope extract RUN -o program.json"


class _Entry:
    """One entry of a file, which knows its place in it."""

    def __init__(self, place: str, value: Any) -> None:
        self.place, self.value = place, value

    def refuse(self, must: str) -> NoReturn:
        text = json.dumps(self.value, ensure_ascii=False)
        got = text if len(text) <= 60 else text[:60] + "…"
        raise MannscopeError(f"{self.place} must be {must}", got, _REMEDY)

    def __getitem__(self, name: str) -> "_Entry":
        if name not in self.mapping():
            raise MannscopeError(f"{self.place} must have {name!r}", "an object without it", _REMEDY)
        return _Entry(f"{name} of {self.place}", self.value[name])

    def mapping(self) -> Mapping[str, Any]:
        if not isinstance(self.value, dict):
            self.refuse("an object")
        return self.value

    def only(self, names: set[str]) -> None:
        for name in self.mapping().keys() - names:
            raise MannscopeError(f"{self.place} must have known entries only", repr(name), _REMEDY)

    def items(self) -> list["_Entry"]:
        if not isinstance(self.value, list):
            self.refuse("a list")
        return [_Entry(f"item {place} of {self.place}", value) for place, value in enumerate(self.value)]

    def text(self) -> str:
        if not isinstance(self.value, str):
            self.refuse("text")
        return self.value

    def texts(self) -> tuple[str, ...]:
        found = tuple(item.text() for item in self.items())
        if len(set(found)) < len(found) or not found:
            self.refuse("a list of different texts")
        return found

    def truth(self) -> bool:
        if not isinstance(self.value, bool):
            self.refuse("true or false")
        return self.value

    def one_of(self, known: tuple[str, ...]) -> str:
        if self.text() not in known:
            shown = ", ".join(known[:8]) + (", …" if len(known) > 8 else "")
            self.refuse(f"one of {shown}")
        return self.value


class _Known:
    """What rules may speak of."""

    def __init__(
        self, machine: str, symbols: tuple[str, ...], states: tuple[str, ...], contents: tuple[str, ...]
    ) -> None:
        self.machine, self.symbols, self.states, self.contents = machine, symbols, states, contents

    def steps(self, entry: _Entry) -> Mapping[str, Rules]:
        return self._rules(entry, CONDITIONS[:2], {"when", "do", "write", "next"}, self._rule)

    def outputs(self, entry: _Entry) -> Mapping[str, Rules]:
        return self._rules(entry, CONDITIONS, {"when", "output"}, lambda rule: rule["output"].text())

    def _rules(
        self, entry: _Entry, conditions: tuple[str, ...], names: set[str], read: Any
    ) -> Mapping[str, Rules]:
        found = {}
        for symbol in entry.mapping():
            _Entry(f"a symbol in {entry.place}", symbol).one_of(self.symbols)
            rules = entry[symbol]
            rules.only({"by", "rules"})
            by = tuple(item.one_of(conditions) for item in rules["by"].items())
            table = {}
            for rule in rules["rules"].items():
                rule.only(names)
                when = self._when(rule["when"], by)
                if when in table:
                    rule.refuse("a rule for another case than those before it")
                table[when] = read(rule)
            found[symbol] = Rules(by, MappingProxyType(table))
        return MappingProxyType(found)

    def _when(self, entry: _Entry, by: tuple[str, ...]) -> tuple[str, ...]:
        items = entry.items()
        if len(items) != len(by):
            entry.refuse(f"a list of {len(by)}")
        known = {name: self.states if name == CONDITIONS[0] else self.contents for name in CONDITIONS}
        return tuple(item.one_of(known[name]) for item, name in zip(items, by, strict=True))

    def _rule(self, entry: _Entry) -> Rule:
        machine = MACHINES[self.machine]
        items = entry["do"].items()
        if len(items) != len(machine.actions):
            entry["do"].refuse(f"a list of {len(machine.actions)}")
        known = (tuple(sorted({*own, *machine.impossible})) for own in machine.actions)
        actions = tuple(item.one_of(own) for item, own in zip(items, known, strict=True))
        write = entry["write"]
        written = None if write.value is None else write.one_of(self.contents)
        if machine.writing and (actions[0] in machine.writing) != (written is not None):
            write.refuse(f"a content at {' and '.join(sorted(machine.writing))}, and null elsewhere")
        return Rule(actions, written, entry["next"].one_of(self.states))
