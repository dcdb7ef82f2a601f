"""What a memory is: a parameter-free machine with a state, its operations, and a reading."""

from abc import abstractmethod
from collections.abc import Callable, Mapping
from enum import IntEnum
from typing import Any, NamedTuple

import equinox as eqx
from jaxtyping import Array, Float, Int

from mannscope.errors import MannscopeError


class Field(NamedTuple):
    """One named part of the interface: how much of the emitted vector it takes, and how it is squashed."""

    name: str
    """Name of the operation, a field of the memory's `Ops`."""
    shape: tuple[int, ...]
    squash: Callable[[Array], Array]
    """Maps the real line (or the last axis, for a distribution) into the range of the operation."""
    policy: bool
    """Whether it decides what is done to the memory, rather than what is written there."""
    content: bool = False
    """Whether it is what is written."""


class AbstractMemory(eqx.Module):
    """A machine for one example: `vmap` adds the batch.

    A memory has options and no weights. Its `Ops` and its state are named tuples of arrays. The model emits
    ops, `apply` carries them out, and `read` gives what the controller receives at the next step.
    """

    actions: eqx.AbstractVar[type[IntEnum]]
    """What an actor can do at a step, in the order that traces use."""

    @property
    @abstractmethod
    def fields(self) -> tuple[Field, ...]:
        """The interface, in the order in which the emitted vector is cut."""

    @property
    @abstractmethod
    def dims(self) -> Mapping[str, tuple[str, ...]]:
        """The axes of every op, of every part of the state, and of the `reading`."""

    @property
    @abstractmethod
    def actors(self) -> tuple[str, ...]:
        """The parts that act: one stack or head each."""

    @property
    @abstractmethod
    def reads(self) -> str:
        """Whether a step reads "after writing" or "before writing"."""

    @abstractmethod
    def slots_for(self, steps: int) -> int:
        """Give the smallest number of slots with which nothing is lost in this many steps."""

    @abstractmethod
    def ops(self, **fields: Array) -> Any:
        """Gather squashed fields into this memory's `Ops`."""

    @abstractmethod
    def empty(self, slots: int) -> Any:
        """Make the state before the first step."""

    @abstractmethod
    def apply(self, state: Any, ops: Any) -> Any:
        """Carry out one step's operations."""

    @abstractmethod
    def read(self, before: Any, after: Any) -> Float[Array, "..."]:
        """Read, given the states before and after this step's operations."""

    @abstractmethod
    def action(self, ops: Any) -> Int[Array, " actor"]:
        """Name what each actor does: a member of `actions` each."""

    @abstractmethod
    def discretise(self, ops: Any) -> Any:
        """Replace every soft choice among actions by its most probable one."""

    @abstractmethod
    def force(self, ops: Any, action: Int[Array, " actor"]) -> Any:
        """Make the actors do these actions; -1 leaves an actor alone."""


def choose_slots(
    memory: AbstractMemory, steps: int, slots: int | None = None, *, capped: bool = False
) -> int:
    """Choose the number of slots for a sequence: as many as can be needed, unless told otherwise.

    Raises:
        MannscopeError: if `slots` could lose what could still be read, and `capped` does not allow it.
    """
    needed = memory.slots_for(steps)
    if slots is None:
        return needed
    if slots < max(1, needed) and not capped:
        raise MannscopeError(
            f"slots must be at least {needed}, so that a sequence of {steps} steps loses nothing",
            str(slots),
            f"Pass slots={needed} or more, shorten the sequence, or cap the memory with capped=True",
        )
    least = max(1, memory.slots_for(1))
    if slots < least:
        must = f"slots must be at least {least}, so that one step can be taken"
        raise MannscopeError(must, str(slots), f"Pass slots={least} or more")
    return slots
