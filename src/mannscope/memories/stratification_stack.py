"""The stratification stack: every vector has a strength, and a step pops and pushes some strength."""

from collections.abc import Mapping
from enum import IntEnum
from typing import ClassVar, Final, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from mannscope.anatomy import Action, Actor, Head, Store
from mannscope.errors import require_positive
from mannscope.memories import strata
from mannscope.memories.choices import SATURATED, Gates
from mannscope.memories.memory import AbstractMemory, Body, Field, Role, Write
from mannscope.memories.realisations import identical
from mannscope.memories.strata import StrataState


class StratificationStackAction(IntEnum):
    """What the stack can do: pop or not, and push or not. REPLACE pops, then pushes."""

    NO_OP = 0
    POP = 1
    PUSH = 2
    REPLACE = 3


ACTIONS: Final = (
    Action("NO_OP", "leaves it as it is", "·", 0),
    Action("POP", "pops", "▼", 1),
    Action("PUSH", "pushes", "▲", 2),
    Action("REPLACE", "pops, then pushes", "◆", 2),
)


class StratificationStackOps(NamedTuple):
    """One step's operations."""

    pop_strength: Float[Array, " stack"]
    """How much is popped, in (0, 1)."""
    push_strength: Float[Array, " stack"]
    """With what strength the value is pushed, in (0, 1)."""
    push_value: Float[Array, "stack width"]
    """What is pushed, in (-1, 1)."""


class StratificationStack(AbstractMemory):
    """One or more stacks whose vectors have strengths: what is popped wears away, from the top.

    A step pops, then pushes, then reads the uppermost strength of one. An empty stack reads zeros. The vector
    of step t lies in slot t, and what is pushed when all slots are taken is lost.

    Source: Grefenstette et al. (2015), equations (1) to (3). https://arxiv.org/abs/1506.02516

    Args:
        width: Length of the vectors.
        stacks: Number of stacks.
    """

    NAME: ClassVar[str] = "stratification_stack"
    TITLE: ClassVar[str] = "a stratification stack"
    Ops: ClassVar[type] = StratificationStackOps
    width: int = eqx.field(static=True)
    stacks: int = eqx.field(static=True)

    def __init__(self, width: int = 16, stacks: int = 1) -> None:
        require_positive("a stratification stack", width=width, stacks=stacks)
        self.width, self.stacks = width, stacks

    @property
    def fields(self) -> tuple[Field, ...]:
        """Strengths by sigmoid, one of each kind for every stack; pushed values by tanh."""
        return (
            Field("pop_strength", (self.stacks,), jax.nn.sigmoid, Role.POLICY, rest=-SATURATED),
            Field("push_strength", (self.stacks,), jax.nn.sigmoid, Role.POLICY, rest=-SATURATED),
            Field("push_value", (self.stacks, self.width), jnp.tanh, Role.CONTENT),
        )

    @property
    def dims(self) -> Mapping[str, tuple[str, ...]]:
        """Axes of ops, state and reading."""
        return {
            "pop_strength": ("stack",),
            "push_strength": ("stack",),
            "push_value": ("stack", "width"),
            "memory": ("stack", "width", "slot"),
            "strengths": ("stack", "slot"),
            "read_weights": ("stack", "slot"),
            "next_slot": (),
            "reading": ("stack", "width"),
        }

    @property
    def choices(self) -> tuple[Gates, ...]:
        """One actor a stack."""
        gates = ("pop_strength", "push_strength")
        actors = (
            Actor(f"stack {number}", ACTIONS, gates, "stack", number, part=number)
            for number in range(self.stacks)
        )
        return (Gates(gates=gates, actors=tuple(actors)),)

    @property
    def body(self) -> Body:
        """Stacks side by side, each with a window at its top that is read after the step."""
        numbers = range(self.stacks)
        actions = {f"stack {number}": tuple(StratificationStackAction.__members__) for number in numbers}
        realisation = identical("stack", actions, contents="push_value")
        return Body(
            stores=(Store("memory", parts="stack", strengths=strata.STRENGTHS),),
            heads=tuple(Head(f"top {number}", "read", "read_weights", "stack", number) for number in numbers),
            write=Write("memory", "push_value", strata.ADDRESSES, self.store),
            appended=strata.APPENDED,
            realisations=(
                realisation._replace(
                    is_exact=self.stacks == 1,
                    but=f"the tops of {self.stacks} stacks are read",
                    exact_with="--memory.stacks 1",
                ),
            ),
        )

    def slots_for(self, steps: int) -> int:
        """One for every step."""
        return max(1, steps)

    def empty(self, slots: int) -> StrataState:
        """Stacks of zeros, of no strength."""
        return strata.empty((self.stacks,), self.width, slots)

    def apply(self, state: StrataState, ops: StratificationStackOps) -> StrataState:
        """Pop from the top, then push."""
        return strata.step(state, *ops, to_last=True)

    def store(
        self,
        contents: Float[Array, "stack element slot"],
        addresses: Mapping[str, Array],
        values: Float[Array, "stack element"],
    ) -> Float[Array, "stack element slot"]:
        """Put the values into the slot of this step."""
        return strata.store(contents, addresses, values)

    def read(self, before: StrataState, after: StrataState) -> Float[Array, "stack element"]:
        """Read the uppermost strength of one, after the step."""
        return strata.read(after)
