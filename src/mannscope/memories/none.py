"""No memory: the baseline that has its hidden state alone."""

from collections.abc import Mapping
from enum import IntEnum
from typing import NamedTuple

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from mannscope.memories.memory import AbstractMemory, Field


class NoAction(IntEnum):
    """The empty set of actions has one member, which does nothing."""

    NO_OP = 0


class NoOps(NamedTuple):
    """No operations."""


class NoState(NamedTuple):
    """Nothing to remember."""


class NoMemory(AbstractMemory):
    """A memory that holds nothing, so that the controller is on its own."""

    actions: type[IntEnum] = eqx.field(static=True, default=NoAction, init=False)

    @property
    def fields(self) -> tuple[Field, ...]:
        """None."""
        return ()

    @property
    def dims(self) -> Mapping[str, tuple[str, ...]]:
        """The reading has no elements."""
        return {"reading": ("width",)}

    @property
    def actors(self) -> tuple[str, ...]:
        """None."""
        return ()

    @property
    def reads(self) -> str:
        """There is no order to state."""
        return "after writing"

    def slots_for(self, steps: int) -> int:
        """None, whatever the length."""
        return 0

    def ops(self) -> NoOps:
        """Nothing to gather."""
        return NoOps()

    def empty(self, slots: int) -> NoState:
        """The only state."""
        return NoState()

    def apply(self, state: NoState, ops: NoOps) -> NoState:
        """Change nothing."""
        return state

    def read(self, before: NoState, after: NoState) -> Float[Array, " width"]:
        """Read nothing."""
        return jnp.zeros(0)

    def action(self, ops: NoOps) -> Int[Array, " actor"]:
        """Nobody acts."""
        return jnp.zeros(0, dtype=jnp.int32)

    def discretise(self, ops: NoOps) -> NoOps:
        """Nothing is soft."""
        return ops

    def force(self, ops: NoOps, action: Int[Array, " actor"]) -> NoOps:
        """Nothing can be forced."""
        return ops
