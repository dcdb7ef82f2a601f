"""No memory: the baseline that has its hidden state alone."""

from collections.abc import Mapping
from typing import ClassVar, NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from mannscope.memories.choices import AbstractChoice
from mannscope.memories.memory import AbstractMemory, Body, Field


class NoOps(NamedTuple):
    """No operations."""


class NoState(NamedTuple):
    """Nothing to remember."""


class NoMemory(AbstractMemory):
    """A memory that holds nothing, so that the controller is on its own."""

    NAME: ClassVar[str] = "none"
    TITLE: ClassVar[str] = "no memory, but an LSTM"
    Ops: ClassVar[type] = NoOps

    @property
    def fields(self) -> tuple[Field, ...]:
        """None."""
        return ()

    @property
    def dims(self) -> Mapping[str, tuple[str, ...]]:
        """The reading has no elements."""
        return {"reading": ("width",)}

    @property
    def choices(self) -> tuple[AbstractChoice, ...]:
        """Nobody acts."""
        return ()

    @property
    def body(self) -> Body:
        """Nothing."""
        return Body(not_linear="there is no memory")

    def slots_for(self, steps: int) -> int:
        """None, whatever the length."""
        return 0

    def empty(self, slots: int) -> NoState:
        """The only state."""
        return NoState()

    def apply(self, state: NoState, ops: NoOps) -> NoState:
        """Change nothing."""
        return state

    def read(self, before: NoState, after: NoState) -> Float[Array, " width"]:
        """Read nothing."""
        return jnp.zeros(0)
