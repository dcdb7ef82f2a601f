"""A program: rules over states and contents, on a stack or a tape. Plain Python; it needs no network."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from mannscope.errors import UnknownNameError

EMPTY: Final = "empty"
"""The content that lies on an empty stack, and on a tape where nothing was written."""
STACK, TAPE = "stack", "tape"
MACHINES = (STACK, TAPE)
PUSH, POP, NO_OP = "PUSH", "POP", "NO_OP"
MOVES: Final[Mapping[str, int]] = MappingProxyType({"LEFT": -1, "STAY": 0, "RIGHT": 1})
STATE, READING, NEXT_READING = "state", "reading", "next reading"
CONDITIONS = (STATE, READING, NEXT_READING)
"""What a rule can depend on: the state and the content read before the step, the content read after it."""


class Rule(NamedTuple):
    """What is done in one step."""

    actions: tuple[str, ...]
    """Action of each actor."""
    write: str | None
    """Content that is pushed, or written under the write head; None where nothing is."""
    next: str
    """State after the step."""


@dataclass(frozen=True)
class Rules:
    """The rules of one symbol: by the conditions that matter, what is done or put out."""

    by: tuple[str, ...]
    """Some of `CONDITIONS`; empty where the symbol alone decides."""
    table: Mapping[tuple[str, ...], Any]
    """Values of the conditions -> `Rule`, or label of the output."""


class ProgramStep(NamedTuple):
    """What a program did at one symbol."""

    symbol: str
    state: str
    """State after the step."""
    actions: tuple[str, ...]
    write: str | None
    reading: str
    """Content read after the step."""
    memory: tuple[str, ...]
    """The stack, bottom first, or the tape from its first slot to its last, after the step."""
    output: str | None
    """What is put out; None where the program never puts out anything at this symbol."""


@dataclass(frozen=True)
class ProgramRun:
    """The steps of one run, and why it stopped early, if it did."""

    steps: tuple[ProgramStep, ...]
    stopped: str | None

    @property
    def outputs(self) -> tuple[str | None, ...]:
        """What was put out at each step."""
        return tuple(step.output for step in self.steps)


@dataclass(frozen=True)
class Program:
    """A finite control over a stack of contents, or over a tape with a read head and a write head.

    At each symbol the state and the content read in the step before pick a rule: actions, perhaps a content
    to write, and the next state. Then the memory is read, and the output is looked up. Where there is no
    rule the program stops.
    """

    network: str
    """Name of the network that it was extracted from."""
    fingerprint: str
    """Hash of that network's weights and configuration."""
    task: Mapping[str, Any]
    """Name and options of the task."""
    symbols: tuple[str, ...]
    """Labels of the input symbols."""
    machine: str
    """`stack` or `tape`."""
    reads_before_writing: bool
    """Whether a step of a tape reads what lay there before the step wrote."""
    states: tuple[str, ...]
    start: str
    contents: tuple[str, ...]
    steps: Mapping[str, Rules]
    """Rules of the steps, by the symbol."""
    outputs: Mapping[str, Rules]
    """Rules of the outputs, by the symbol; a symbol that is missing puts out nothing."""

    def run(self, inputs: Sequence[str]) -> ProgramRun:
        """Run the program on symbols, given by their labels.

        Raises:
            UnknownNameError: if a symbol is not of the alphabet.
        """
        memory = _Stack() if self.machine == STACK else _Tape(self.reads_before_writing)
        state, reading = self.start, EMPTY
        done: list[ProgramStep] = []
        for symbol in inputs:
            if symbol not in self.symbols:
                raise UnknownNameError("symbol", symbol, self.symbols)
            known = {STATE: state, READING: reading}
            rule = _look_up(self.steps.get(symbol), known)
            if rule is None:
                return ProgramRun(tuple(done), f"there is no rule for {_told(symbol, known)}")
            if not memory.act(rule):
                return ProgramRun(tuple(done), f"it cannot do {' and '.join(rule.actions)}")
            known[NEXT_READING] = memory.reading
            output = None
            if symbol in self.outputs:
                output = _look_up(self.outputs[symbol], known)
                if output is None:
                    return ProgramRun(tuple(done), f"there is no output for {_told(symbol, known)}")
            state, reading = rule.next, memory.reading
            done.append(ProgramStep(symbol, state, rule.actions, rule.write, reading, memory.shown(), output))
        return ProgramRun(tuple(done), None)


def _look_up(rules: Rules | None, known: Mapping[str, str]) -> Any:
    return None if rules is None else rules.table.get(tuple(known[condition] for condition in rules.by))


def _told(symbol: str, known: Mapping[str, str]) -> str:
    return ", ".join([f"symbol {symbol!r}", *(f"{name} {value!r}" for name, value in known.items())])


class _Stack:
    """An exact stack of contents."""

    def __init__(self) -> None:
        self.contents: list[str] = []

    @property
    def reading(self) -> str:
        return self.contents[-1] if self.contents else EMPTY

    def act(self, rule: Rule) -> bool:
        if rule.actions == (PUSH,) and rule.write is not None:
            self.contents.append(rule.write)
        elif rule.actions == (POP,) and self.contents:
            self.contents.pop()
        return rule.actions in ((PUSH,), (POP,), (NO_OP,))

    def shown(self) -> tuple[str, ...]:
        return tuple(self.contents)


class _Tape:
    """An exact tape without ends, with a read head and a write head that begin at one slot."""

    def __init__(self, reads_before_writing: bool) -> None:
        self.first = reads_before_writing
        self.contents: dict[int, str] = {}
        self.read_head = self.write_head = 0
        self.reading = EMPTY

    def act(self, rule: Rule) -> bool:
        if not set(rule.actions) <= MOVES.keys():
            return False
        self.read_head += MOVES[rule.actions[0]]
        self.write_head += MOVES[rule.actions[1]]
        earlier = self.contents.get(self.read_head, EMPTY)
        if rule.write is not None:
            self.contents[self.write_head] = rule.write
        self.reading = earlier if self.first else self.contents.get(self.read_head, EMPTY)
        return True

    def shown(self) -> tuple[str, ...]:
        if not self.contents:
            return ()
        return tuple(
            self.contents.get(place, EMPTY) for place in range(min(self.contents), max(self.contents) + 1)
        )
