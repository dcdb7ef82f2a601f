"""The superposition stack: every step is a mixture of pushing, popping and doing nothing."""

from collections.abc import Mapping
from enum import IntEnum
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from mannscope.errors import require_positive
from mannscope.memories.memory import AbstractMemory, Field


class StackAction(IntEnum):
    """What a stack can do, in the order of its distribution."""

    PUSH = 0
    POP = 1
    NO_OP = 2


class StackOps(NamedTuple):
    """One step's operations."""

    actions: Float[Array, "stack action"]
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

    width: int = eqx.field(static=True)
    stacks: int = eqx.field(static=True)
    top: int = eqx.field(static=True)
    actions: type[IntEnum] = eqx.field(static=True)

    def __init__(self, width: int = 16, stacks: int = 1, top: int = 1) -> None:
        require_positive("a stack", width=width, stacks=stacks, top=top)
        self.width, self.stacks, self.top = width, stacks, top
        self.actions = StackAction

    @property
    def fields(self) -> tuple[Field, ...]:
        """Actions by softmax, one distribution a stack; pushed values by tanh."""
        return (
            Field("actions", (self.stacks, len(StackAction)), jax.nn.softmax, policy=True),
            Field("push_value", (self.stacks, self.width), jnp.tanh, policy=False, content=True),
        )

    @property
    def dims(self) -> Mapping[str, tuple[str, ...]]:
        """Axes of ops, state and reading."""
        return {
            "actions": ("stack", "action"),
            "push_value": ("stack", "width"),
            "memory": ("stack", "width", "slot"),
            "reading": ("stack", "depth", "width"),
        }

    @property
    def actors(self) -> tuple[str, ...]:
        """One a stack."""
        return tuple(f"stack {number}" for number in range(self.stacks))

    @property
    def reads(self) -> str:
        """The top is read after the actions."""
        return "after writing"

    def slots_for(self, steps: int) -> int:
        """Half as many slots as steps: what lies deeper can no longer be popped to the top in time."""
        return max(1, -(-steps // 2) + self.top - 1)

    def ops(self, *, actions: Array, push_value: Array) -> StackOps:
        """Gather squashed fields."""
        return StackOps(actions, push_value)

    def empty(self, slots: int) -> StackState:
        """Stacks of zeros."""
        return StackState(jnp.zeros((self.stacks, self.width, slots)))

    def apply(self, state: StackState, ops: StackOps) -> StackState:
        """Mix the pushed, the popped and the unchanged stack.

        Source: Joulin & Mikolov (2015), equations (4) and (5), with NO_OP.
        """
        stack = state.memory
        pushed = jnp.concatenate([ops.push_value[:, :, None], stack[:, :, :-1]], axis=2)
        popped = jnp.concatenate([stack[:, :, 1:], jnp.zeros_like(stack[:, :, :1])], axis=2)
        # Widened to the slots first and to the width then, so that the gradient is summed along the width
        # first, many slots at a time; the barrier keeps the compiler from summing along both at once.
        actions = jnp.broadcast_to(ops.actions[:, :, None], (*ops.actions.shape, stack.shape[2]))
        actions = jax.lax.optimization_barrier(actions)
        push, pop, no_op = (actions[:, action, None] for action in StackAction)
        return StackState(push * pushed + pop * popped + no_op * stack)

    def read(self, before: StackState, after: StackState) -> Float[Array, "stack depth width"]:
        """Read the uppermost slots after the step."""
        return after.memory[:, :, : self.top].swapaxes(1, 2)

    def action(self, ops: StackOps) -> Int[Array, " actor"]:
        """The most probable action of each stack."""
        return jnp.argmax(ops.actions, axis=-1)

    def discretise(self, ops: StackOps) -> StackOps:
        """Take each stack's most probable action for sure."""
        return ops._replace(actions=jax.nn.one_hot(self.action(ops), len(StackAction)))

    def force(self, ops: StackOps, action: Int[Array, " actor"]) -> StackOps:
        """Take these actions for sure; -1 leaves a stack alone."""
        forced = jax.nn.one_hot(action, len(StackAction))
        return ops._replace(actions=jnp.where(action[:, None] < 0, ops.actions, forced))
