"""A memory that writes to the slot that was read last, or to the least recently used one."""

from collections.abc import Mapping
from typing import ClassVar, Final, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from mannscope.anatomy import Action, Actor, Head, Store
from mannscope.errors import MannscopeError, require_positive
from mannscope.memories.addressing import content_weights
from mannscope.memories.choices import SATURATED
from mannscope.memories.memory import AbstractMemory, Body, Field, Role, Write
from mannscope.memories.successive_gates import SuccessiveGates

_INITIAL: Final = 1e-6
ACTIONS: Final = (
    Action("NEW", "writes to the least recently used slot", "▲", 2),
    Action("UPDATE_LAST", "writes where it read last", "◆", 2),
)


class LeastRecentlyUsedOps(NamedTuple):
    """One step's operations of every head."""

    key: Float[Array, "head width"]
    add: Float[Array, "head width"]
    """What is written, in (-1, 1)."""
    write_gate: Float[Array, " head"]
    """In [0, 1]: 1 writes where the head read last, 0 to the least recently used slot."""


class LeastRecentlyUsedState(NamedTuple):
    """The slots, how much each was used of late, and where every head reads and writes."""

    memory: Float[Array, "width slot"]
    usage: Float[Array, " slot"]
    read_weights: Float[Array, "head slot"]
    write_weights: Float[Array, "head slot"]


class LeastRecentlyUsed(AbstractMemory):
    """Slots with heads that read by content alone, and that write to what is in use or to what is not.

    A slot's usage decays, and grows by what is read and written there. Every step erases the slots that were
    used least before it, one a head, and then writes; it reads what it has written. Reading is spread over
    all slots, since a key has no strength, so that old contents can be erased before all slots were written.
    The memory starts at the constant 1e-6, and every head at slot 0.

    Source: Santoro et al. (2016), "least recently used access". What is written is a vector of its own rather
    than the key, and with several heads each has a least recently used slot of its own.
    https://arxiv.org/abs/1605.06065

    Args:
        width: Length of the vector in a slot.
        heads: Number of heads, which read and write.
        decay: What is left of a slot's usage after a step, from 0 to 1.
    """

    NAME: ClassVar[str] = "least_recently_used"
    TITLE: ClassVar[str] = "a least recently used memory"
    Ops: ClassVar[type] = LeastRecentlyUsedOps
    width: int = eqx.field(static=True)
    heads: int = eqx.field(static=True)
    decay: float = eqx.field(static=True)

    def __init__(self, width: int = 16, heads: int = 1, decay: float = 0.95) -> None:
        require_positive("a least recently used memory", width=width, heads=heads)
        if not 0 <= decay <= 1:
            raise MannscopeError("decay must be from 0 to 1", str(decay), "Pass decay=0.95")
        self.width, self.heads, self.decay = width, heads, decay

    @property
    def fields(self) -> tuple[Field, ...]:
        """Keys and what is written by tanh, gates by sigmoid."""
        vectors = (self.heads, self.width)
        return (
            Field("key", vectors, jnp.tanh, Role.ADDRESS, unit=SATURATED),
            Field("write_gate", (self.heads,), jax.nn.sigmoid, Role.POLICY, rest=-SATURATED),
            Field("add", vectors, jnp.tanh, Role.CONTENT),
        )

    @property
    def dims(self) -> Mapping[str, tuple[str, ...]]:
        """Axes of ops, state and reading."""
        return {
            **dict.fromkeys(("key", "add", "reading"), ("head", "width")),
            "write_gate": ("head",),
            "memory": ("width", "slot"),
            "usage": ("slot",),
            **dict.fromkeys(("read_weights", "write_weights"), ("head", "slot")),
        }

    @property
    def choices(self) -> tuple[SuccessiveGates, ...]:
        """Where each head writes; where it reads follows from its key."""
        actors = (
            Actor(f"head {number}", ACTIONS, ("write_gate",), "head", number, head=f"head {number} writing")
            for number in range(self.heads)
        )
        return (SuccessiveGates(gates=("write_gate",), actors=tuple(actors)),)

    @property
    def body(self) -> Body:
        """Slots that heads write; those used least before the step are erased first."""
        return Body(
            stores=(Store("memory"),),
            heads=(
                *(Head(f"head {n} reading", "read", "read_weights", "head", n) for n in range(self.heads)),
                *(Head(f"head {n} writing", "write", "write_weights", "head", n) for n in range(self.heads)),
            ),
            write=Write("memory", "add", ("write_weights", "usage_before"), self.store),
        )

    def slots_for(self, steps: int) -> int:
        """One for every head and step."""
        return self.heads * max(1, steps)

    def empty(self, slots: int) -> LeastRecentlyUsedState:
        """A constant memory of which nothing is used, and every head at slot 0."""
        start = jnp.zeros((self.heads, slots)).at[:, 0].set(1.0)
        return LeastRecentlyUsedState(jnp.full((self.width, slots), _INITIAL), jnp.zeros(slots), start, start)

    def apply(self, state: LeastRecentlyUsedState, ops: LeastRecentlyUsedOps) -> LeastRecentlyUsedState:
        """Erase, write, read by content, and count what was used."""
        last, gate = state.read_weights, ops.write_gate[:, None]
        write_weights = gate * last + (1 - gate) * self._least_used(state.usage)
        addresses = {"write_weights": write_weights, "usage_before": state.usage}
        memory = self.store(state.memory, addresses, ops.add)
        read_weights = content_weights(memory, ops.key, jnp.ones(self.heads))
        used = jnp.sum(read_weights + write_weights, axis=0)
        return LeastRecentlyUsedState(memory, self.decay * state.usage + used, read_weights, write_weights)

    def _least_used(self, usage: Float[Array, " slot"]) -> Float[Array, "head slot"]:
        """Give each head a slot of those used least, the first of them where several are alike."""
        _, slots = jax.lax.top_k(-usage, self.heads)
        return jax.nn.one_hot(slots, len(usage), dtype=usage.dtype)

    def store(
        self,
        contents: Float[Array, "element slot"],
        addresses: Mapping[str, Array],
        values: Float[Array, "head element"],
    ) -> Float[Array, "element slot"]:
        """Erase the slots used least before the step, then add what the heads write."""
        kept = 1 - jnp.sum(self._least_used(addresses["usage_before"]), axis=0)
        return contents * kept + values.T @ addresses["write_weights"]

    def read(
        self, before: LeastRecentlyUsedState, after: LeastRecentlyUsedState
    ) -> Float[Array, "head element"]:
        """Average the slots by the read weights."""
        return after.read_weights @ after.memory.T
