"""A program: rules over states and contents, on an ideal machine. Plain Python; it needs no network."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from mannscope.errors import UnknownNameError
from mannscope.machines import MACHINES, AbstractMachine

EMPTY: Final = "empty"
"""The content that is read from a machine where nothing was written, or all was taken out."""
STATE, READING, NEXT_READING = "state", "reading", "next reading"
CONDITIONS = (STATE, READING, NEXT_READING)
"""What a rule can depend on: the state and the content read before the step, the content read after it."""


class Rule(NamedTuple):
    """What is done in one step."""

    actions: tuple[str, ...]
    """Action of each actor."""
    write: str | None
    """Content that is written; None where nothing is."""
    next: str
    """State after the step."""


@dataclass(frozen=True)
class Rules:
    """The rules of one symbol: by the conditions that matter, what is done or output."""

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
    """What the machine holds after the step: a stack bottom first, a queue front first, a tape from its first
    slot to its last."""
    output: str | None
    """The output; None where the program never outputs anything at this symbol."""


@dataclass(frozen=True)
class ProgramRun:
    """The steps of one run, and why it stopped early, if it did."""

    steps: tuple[ProgramStep, ...]
    stopped: str | None

    @property
    def outputs(self) -> tuple[str | None, ...]:
        """The output at each step."""
        return tuple(step.output for step in self.steps)


@dataclass(frozen=True)
class Program:
    """A finite control over an ideal machine: over a stack, it is a pushdown automaton.

    At each symbol the state and the content read in the step before pick a rule: actions, perhaps a content
    to write, and the next state. Then the machine is read, and the output is looked up. Where there is no
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
    """Name of the ideal machine (`mannscope.machines`)."""
    reads_before_writing: bool
    """Whether a step reads what was there before the step wrote, where the machine distinguishes that."""
    states: tuple[str, ...]
    start: str
    contents: tuple[str, ...]
    steps: Mapping[str, Rules]
    """Rules of the steps, by the symbol."""
    outputs: Mapping[str, Rules]
    """Rules of the outputs, by the symbol; a symbol that is missing has no output."""

    def run(self, inputs: Sequence[str]) -> ProgramRun:
        """Run the program on symbols, given by their labels.

        Raises:
            UnknownNameError: if a symbol is not of the alphabet.
        """
        memory: AbstractMachine[str] = MACHINES[self.machine](
            EMPTY, reads_before_writing=self.reads_before_writing
        )
        state, reading = self.start, EMPTY
        done: list[ProgramStep] = []
        for symbol in inputs:
            if symbol not in self.symbols:
                raise UnknownNameError("symbol", symbol, self.symbols)
            known = {STATE: state, READING: reading}
            rule = _look_up(self.steps.get(symbol), known)
            if rule is None:
                return ProgramRun(tuple(done), f"there is no rule for {_situation(symbol, known)}")
            if not memory.act(rule.actions, rule.write):
                return ProgramRun(tuple(done), f"it cannot do {' and '.join(rule.actions)}")
            known[NEXT_READING] = memory.reading
            output = None
            if symbol in self.outputs:
                output = _look_up(self.outputs[symbol], known)
                if output is None:
                    return ProgramRun(tuple(done), f"there is no output for {_situation(symbol, known)}")
            state, reading = rule.next, memory.reading
            done.append(
                ProgramStep(symbol, state, rule.actions, rule.write, reading, memory.contents(), output)
            )
        return ProgramRun(tuple(done), None)


def _look_up(rules: Rules | None, known: Mapping[str, str]) -> Any:
    return None if rules is None else rules.table.get(tuple(known[condition] for condition in rules.by))


def _situation(symbol: str, known: Mapping[str, str]) -> str:
    return ", ".join([f"symbol {symbol!r}", *(f"{name} {value!r}" for name, value in known.items())])
