"""Causal attention over the past: a table to which every step adds a key and a value, and that stays."""

from collections.abc import Mapping
from typing import ClassVar, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from mannscope.anatomy import Head, Store
from mannscope.errors import MannscopeError, require_positive
from mannscope.memories.choices import AbstractChoice
from mannscope.memories.memory import AbstractMemory, Appended, Body, Field, Role, Write

_NEVER = -1.0
"""The age of a slot that nothing was written to."""


class AttentionOps(NamedTuple):
    """One step's operations."""

    query: Float[Array, "head key_element"]
    """What the keys are compared with."""
    new_key: Float[Array, "head key_element"]
    """The key of this step."""
    write_value: Float[Array, "head width"]
    """The value of this step, in (-1, 1)."""


class AttentionState(NamedTuple):
    """A slot for every step that was taken, in their order. The slot axis is last, as is fastest."""

    memory: Float[Array, "head width slot"]
    """The values."""
    keys: Float[Array, "head key_element slot"]
    age: Float[Array, " slot"]
    """Number of steps since a slot was written to; -1 where it never was."""
    read_weights: Float[Array, "head slot"]
    """How much of each slot the last step read."""
    write_weights: Float[Array, " slot"]
    """Which slot the last step wrote to; zeros before the first step."""


class Attention(AbstractMemory):
    """Causal attention: a step writes its key and its value to a slot of its own, and reads by its query.

    ``w_t = softmax_i(q_t · k_i / √K - slope · (t - i))`` over all steps i up to t, and ``r_t = Σ_i w_t(i)
    v_i``. With a feed-forward controller whose reading is not fed back, this is one attention layer. Nothing
    is decided but where to look, and that by all keys at once: nobody acts, so there is no policy to
    hypothesise about. The heads' weights, and the sources of what is read, say where it looks.

    Where there are fewer slots than steps, the oldest is overwritten.

    Source: Vaswani et al. (2017), equation (1), causal. https://arxiv.org/abs/1706.03762
    Press, Smith & Lewis (2022), section 3, the slope. https://arxiv.org/abs/2108.12409

    Args:
        width: Length of a value.
        key_width: Length of a key.
        heads: Number of heads, each with a key, a value and a query of its own.
        slope: What a slot's weight loses with each step, before the softmax; 0 for no order at all.
    """

    NAME: ClassVar[str] = "attention"
    TITLE: ClassVar[str] = "attention over the past"
    Ops: ClassVar[type] = AttentionOps
    width: int = eqx.field(static=True, default=16)
    key_width: int = eqx.field(static=True, default=16)
    heads: int = eqx.field(static=True, default=1)
    slope: float = eqx.field(static=True, default=0.0)

    def __check_init__(self) -> None:
        require_positive("an attention memory", width=self.width, key_width=self.key_width, heads=self.heads)
        if self.slope < 0:
            got, remedy = str(self.slope), "Pass slope=0.5, or 0 for none"
            raise MannscopeError("slope of an attention memory must not be negative", got, remedy)

    @property
    def fields(self) -> tuple[Field, ...]:
        """Queries and keys as they are emitted, values by tanh."""
        keys = (self.heads, self.key_width)
        return (
            Field("query", keys, _as_it_is, Role.ADDRESS),
            Field("new_key", keys, _as_it_is, Role.ADDRESS),
            Field("write_value", (self.heads, self.width), jnp.tanh, Role.CONTENT),
        )

    @property
    def dims(self) -> Mapping[str, tuple[str, ...]]:
        """Axes of ops, state and reading."""
        return {
            **dict.fromkeys(("query", "new_key"), ("head", "key_element")),
            "write_value": ("head", "width"),
            "memory": ("head", "width", "slot"),
            "keys": ("head", "key_element", "slot"),
            "age": ("slot",),
            "read_weights": ("head", "slot"),
            "write_weights": ("slot",),
            "reading": ("head", "width"),
        }

    @property
    def choices(self) -> tuple[AbstractChoice, ...]:
        """Nobody acts."""
        return ()

    @property
    def body(self) -> Body:
        """A table of values a head, in the order of the steps; every step fills the next slot."""
        readers = (f"head {head}" for head in range(self.heads))
        return Body(
            stores=(Store("memory", parts="head"),),
            heads=(
                *(Head(name, "read", "read_weights", "head", head) for head, name in enumerate(readers)),
                Head("newest", "write", "write_weights"),
            ),
            write=Write("memory", "write_value", ("write_weights",), self.store),
            appended=Appended(("memory", "keys"), lambda state: jnp.argmax(_next_slot(state))[None]),
        )

    def slots_for(self, steps: int) -> int:
        """One for every step."""
        return max(1, steps)

    def empty(self, slots: int) -> AttentionState:
        """Nothing that could be read: zeros are read."""
        return AttentionState(
            memory=jnp.zeros((self.heads, self.width, slots)),
            keys=jnp.zeros((self.heads, self.key_width, slots)),
            age=jnp.full(slots, _NEVER),
            read_weights=jnp.zeros((self.heads, slots)),
            write_weights=jnp.zeros(slots),
        )

    def apply(self, state: AttentionState, ops: AttentionOps) -> AttentionState:
        """Fill the next slot, and compare the query with all keys."""
        here = _next_slot(state)
        age = jnp.where(here > 0, 0.0, jnp.where(state.age >= 0, state.age + 1, _NEVER))
        keys = _replaced(state.keys, here, ops.new_key)
        likeness = jnp.einsum("hks,hk->hs", keys, ops.query) / jnp.sqrt(self.key_width)
        likeness = jnp.where(age >= 0, likeness - self.slope * age, -jnp.inf)
        memory = self.store(state.memory, {"write_weights": here}, ops.write_value)
        return AttentionState(memory, keys, age, jax.nn.softmax(likeness), here)

    def store(
        self,
        contents: Float[Array, "head element slot"],
        addresses: Mapping[str, Array],
        values: Float[Array, "head element"],
    ) -> Float[Array, "head element slot"]:
        """Put every head's value into the slot of this step."""
        return _replaced(contents, addresses["write_weights"], values)

    def read(self, before: AttentionState, after: AttentionState) -> Float[Array, "head element"]:
        """Average the values by the weights, those of this step among them."""
        return jnp.einsum("hs,hes->he", after.read_weights, after.memory)


def _next_slot(state: AttentionState) -> Float[Array, " slot"]:
    """Point at the slot after the last one that was written to, and at the first slot before any was."""
    first = jax.nn.one_hot(0, len(state.age))
    return jnp.where(state.write_weights.any(), jnp.roll(state.write_weights, 1), first)


def _replaced(
    held: Float[Array, "head element slot"], here: Float[Array, " slot"], new: Float[Array, "head element"]
) -> Float[Array, "head element slot"]:
    return jnp.where(here > 0, new[:, :, None], held)


def _as_it_is(raw: Array) -> Array:
    return raw
