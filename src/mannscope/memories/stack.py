"""The superposition stack: every step is a mixture of pushing, popping and doing nothing."""

from collections.abc import Mapping
from enum import IntEnum
from typing import ClassVar, Final, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from mannscope.anatomy import Action, Actor, Store
from mannscope.errors import require_positive
from mannscope.memories.choices import Distribution
from mannscope.memories.memory import AbstractMemory, Body, Field, Role, Write
from mannscope.memories.realisations import identical


class StackAction(IntEnum):
    """What a stack can do, in the order of its distribution."""

    PUSH = 0
    POP = 1
    NO_OP = 2


ACTIONS: Final = (
    Action("PUSH", "pushes", "▲", 2),
    Action("POP", "pops", "▼", 1),
    Action("NO_OP", "leaves it as it is", "·", 0),
)


class StackOps(NamedTuple):
    """One step's operations."""

    actions: Float[Array, "stack stack_action"]
    """Probabilities of PUSH, POP and NO_OP; each stack's sum to one."""
    push_value: Float[Array, "stack width"]
    """What is pushed, in (-1, 1)."""


class StackState(NamedTuple):
    """The stacks, the top in slot 0. The slot axis is last because that is fastest."""

    memory: Float[Array, "stack width slot"]


class Stack(AbstractMemory):
    """One or more differentiable stacks of vectors, each with a distribution over actions of its own.

    An empty stack reads zeros. The reading is the `top` uppermost slots of every stack.

    Source: Joulin & Mikolov (2015), equations (3) to (6), with vectors in the slots and NO_OP, as in Deletang
        et al.
    (2023). https://arxiv.org/abs/1503.01007 https://arxiv.org/abs/2207.02098

    Args:
        width: Length of the vector in a slot.
        stacks: Number of stacks.
        top: Number of uppermost slots that are read.
    """

    NAME: ClassVar[str] = "stack"
    TITLE: ClassVar[str] = "a stack"
    Ops: ClassVar[type] = StackOps
    width: int = eqx.field(static=True)
    stacks: int = eqx.field(static=True)
    top: int = eqx.field(static=True)

    def __init__(self, width: int = 16, stacks: int = 1, top: int = 1) -> None:
        require_positive("a stack", width=width, stacks=stacks, top=top)
        self.width, self.stacks, self.top = width, stacks, top

    @property
    def fields(self) -> tuple[Field, ...]:
        """Actions by softmax, one distribution a stack; pushed values by tanh."""
        return (
            Field("actions", (self.stacks, len(ACTIONS)), jax.nn.softmax, Role.POLICY),
            Field("push_value", (self.stacks, self.width), jnp.tanh, Role.CONTENT),
        )

    @property
    def dims(self) -> Mapping[str, tuple[str, ...]]:
        """Axes of ops, state and reading."""
        return {
            "actions": ("stack", "stack_action"),
            "push_value": ("stack", "width"),
            "memory": ("stack", "width", "slot"),
            "reading": ("stack", "depth", "width"),
        }

    @property
    def choices(self) -> tuple[Distribution, ...]:
        """One actor a stack."""
        actors = (
            Actor(f"stack {number}", ACTIONS, ("actions",), "stack", number, part=number)
            for number in range(self.stacks)
        )
        return (Distribution(op="actions", actors=tuple(actors)),)

    @property
    def body(self) -> Body:
        """Stacks side by side, the top in slot 0; the top is read after the actions."""
        actions = {f"stack {number}": tuple(StackAction.__members__) for number in range(self.stacks)}
        realisation = identical("stack", actions, contents="push_value")
        return Body(
            stores=(Store("memory", parts="stack", first="top"),),
            write=Write("memory", "push_value", ("actions",), self.store),
            realisations=(
                realisation._replace(
                    is_exact=self.stacks == self.top == 1,
                    but=f"{self.top} uppermost slots of {self.stacks} stacks are read",
                    exact_with="--memory.stacks 1 --memory.top 1",
                ),
            ),
        )

    def slots_for(self, steps: int) -> int:
        """Half as many slots as steps: what lies deeper can no longer be popped to the top in time."""
        return max(1, -(-steps // 2) + self.top - 1)

    def empty(self, slots: int) -> StackState:
        """Stacks of zeros."""
        return StackState(jnp.zeros((self.stacks, self.width, slots)))

    def apply(self, state: StackState, ops: StackOps) -> StackState:
        """Mix the pushed, the popped and the unchanged stack."""
        return StackState(self.store(state.memory, {"actions": ops.actions}, ops.push_value))

    def store(
        self,
        contents: Float[Array, "stack element slot"],
        addresses: Mapping[str, Array],
        values: Float[Array, "stack element"],
    ) -> Float[Array, "stack element slot"]:
        """Mix what lies in each slot after pushing, popping and doing nothing.

        Source: Joulin & Mikolov (2015), equations (4) and (5), with NO_OP.
        """
        pushed = jnp.concatenate([values[:, :, None], contents[:, :, :-1]], axis=2)
        popped = jnp.concatenate([contents[:, :, 1:], jnp.zeros_like(contents[:, :, :1])], axis=2)
        # Widened to the slots first and to the width then, so that the gradient is summed along the width
        # first, many slots at a time; the barrier keeps the compiler from summing along both at once.
        probabilities = addresses["actions"]
        actions = jnp.broadcast_to(probabilities[:, :, None], (*probabilities.shape, contents.shape[2]))
        actions = jax.lax.optimization_barrier(actions)
        push, pop, no_op = (actions[:, action, None] for action in StackAction)
        return push * pushed + pop * popped + no_op * contents

    def read(self, before: StackState, after: StackState) -> Float[Array, "stack depth element"]:
        """Read the uppermost slots after the step."""
        return after.memory[:, :, : self.top].swapaxes(1, 2)
