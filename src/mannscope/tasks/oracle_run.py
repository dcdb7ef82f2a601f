"""Runs a textbook algorithm on an ideal machine and writes down each of its steps."""

from collections.abc import Mapping

from mannscope.machines import MACHINES, AbstractMachine
from mannscope.tasks.task import FREE, OracleStep


class OracleRun:
    """An ideal machine and the steps that were done on it.

    Args:
        machine: Name of the machine (`mannscope.machines`).
        replaced: Position -> what is written there instead.
    """

    def __init__(self, machine: str, replaced: Mapping[int, str]) -> None:
        self._machine: AbstractMachine[str] = MACHINES[machine]("")
        self._replaced, self._steps = replaced, list[OracleStep]()

    @property
    def reading(self) -> str:
        """What the machine gives to read."""
        return self._machine.reading

    @property
    def contents(self) -> tuple[str, ...]:
        """What the machine holds."""
        return self._machine.contents()

    @property
    def steps(self) -> tuple[OracleStep, ...]:
        """What was done so far."""
        return tuple(self._steps)

    def act(self, *actions: str, written: str = "") -> str:
        """Take a step, and give what is written: the content, or what replaces it."""
        if written:
            written = self._replaced.get(len(self._steps), written)
        if FREE not in actions:
            self._machine.act(actions, written or None)
        self._steps.append(OracleStep(actions, self._machine.contents(), "", written))
        return written

    def output(self, label: str) -> None:
        """Say what the algorithm outputs at the step that was just taken."""
        self._steps[-1] = self._steps[-1]._replace(output=label)
