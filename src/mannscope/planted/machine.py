"""What a planted network is compiled from: a small machine with registers, and a table of rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mannscope.errors import MannscopeError

EMPTY = ""
"""The value of a register before its first rule, or after a step at which no rule set it; as a condition on
what was read, nothing."""


@dataclass(frozen=True)
class Rule:
    """Sets one register at a step, if all of its conditions hold."""

    register: str
    value: str
    symbols: tuple[str, ...]
    """Symbols at which it applies."""
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Register -> the values of which it had one after the step before."""
    reading: tuple[str, ...] = ()
    """Contents of which one was read in the step before; empty where it does not matter."""
    part: int | None = None
    """The stack, or the head, that it is read from; None for the mean of all, a vote."""
    clarity: float = 0.5
    """Share of the content that must be in what was read; 1 is all of it."""
    weight: int = 1
    """An exception has a larger weight than the rules that would set the same register at that step."""


@dataclass(frozen=True)
class Machine:
    """A strategy, spelled out.

    After every step each register holds one of its values, or none. What it holds is emitted: `acts`,
    `writes` and `outputs` say which actions, contents and outputs belong to a value. A step depends on the
    symbol, on the registers after the step before, and on what was read there.
    """

    name: str
    task: Mapping[str, Any]
    """Options of the task, with its name."""
    memory: str
    registers: Mapping[str, tuple[str, ...]]
    """Register -> its values."""
    rules: tuple[Rule, ...]
    contents: tuple[str, ...] = ()
    """What can lie in the memory."""
    acts: Mapping[tuple[str, str], Mapping[str, str | Mapping[str, float]]] = field(default_factory=dict)
    """Register and value -> actor -> action, or the probability of each of several."""
    writes: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """Register and value -> the content that is written."""
    seeks: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """Register and value -> the content that is the key of all heads."""
    outputs: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """Register and value -> the output; the register `reading` stands for the content that is read."""
    largest: int = 4
    """Size up to which the network counts as trained."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """Options of the memory, such as the number of stacks."""

    def __post_init__(self) -> None:
        """Refuse a rule or an emission that names what is not there."""
        for rule in self.rules:
            self._require(rule.register, rule.value)
            for register, values in rule.when.items():
                for value in values:
                    self._require(register, value)
            for content in rule.reading:
                self._require_content(content)
        for register, value in (*self.acts, *self.writes, *self.seeks, *self.outputs):
            if register == READING:
                self._require_content(value)
            else:
                self._require(register, value)
        for content in (*self.writes.values(), *self.seeks.values()):
            self._require_content(content)

    def _require(self, register: str, value: str) -> None:
        if value not in (*self.registers.get(register, ()), EMPTY):
            remedy = f"Add it to the registers of {self.name}"
            raise MannscopeError(
                "a rule must name a register and one of its values", f"{register}: {value}", remedy
            )

    def _require_content(self, content: str) -> None:
        if content not in (*self.contents, EMPTY):
            raise MannscopeError(
                f"a content must be among those of {self.name}", repr(content), "Add it to its contents"
            )


READING = "reading"
"""Stands for what is read, where an output is named."""
