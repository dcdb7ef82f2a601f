"""The neural Turing machine's memory: slots that heads address by content and by location."""

from collections.abc import Mapping
from enum import IntEnum
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from mannscope.errors import require_positive
from mannscope.memories.memory import AbstractMemory, Field

_TINY = 1e-8
_INITIAL = 1e-6


class HeadMove(IntEnum):
    """What a head can do: stay, move along the slots, or jump to where the content matches its key."""

    STAY = 0
    LEFT = 1
    RIGHT = 2
    JUMP = 3


class NTMOps(NamedTuple):
    """One step's operations: the addressing of every head, and what the write heads write."""

    read_key: Float[Array, "read_head width"]
    read_key_strength: Float[Array, " read_head"]
    read_gate: Float[Array, " read_head"]
    read_shift: Float[Array, "read_head shift"]
    read_sharpening: Float[Array, " read_head"]
    write_key: Float[Array, "write_head width"]
    write_key_strength: Float[Array, " write_head"]
    write_gate: Float[Array, " write_head"]
    write_shift: Float[Array, "write_head shift"]
    write_sharpening: Float[Array, " write_head"]
    erase: Float[Array, "write_head width"]
    add: Float[Array, "write_head width"]


class NTMState(NamedTuple):
    """The slots and where every head is. The slot axis is last because that is fastest."""

    memory: Float[Array, "width slot"]
    read_weights: Float[Array, "read_head slot"]
    write_weights: Float[Array, "write_head slot"]


class NTM(AbstractMemory):
    """Slots of vectors with read and write heads.

    The memory starts at the constant 1e-6 (Collier & Beel 2018) and every head at slot 0. Locations are
    circular. Write heads address the memory as it was before the step; read heads address the memory that
    they read.

    Source: Graves, Wayne & Danihelka (2014), equations (2) to (9). https://arxiv.org/abs/1410.5401
    Collier & Beel (2018). https://arxiv.org/abs/1807.08518

    Args:
        width: Length of the vector in a slot.
        read_heads: Number of read heads.
        write_heads: Number of write heads.
        shift_range: Farthest that a head moves in one step, in slots.
        reads_before_writing: Whether a step reads the memory of the step before, rather than its own.
    """

    width: int = eqx.field(static=True)
    read_heads: int = eqx.field(static=True)
    write_heads: int = eqx.field(static=True)
    shift_range: int = eqx.field(static=True)
    reads_before_writing: bool = eqx.field(static=True)
    actions: type[IntEnum] = eqx.field(static=True)

    def __init__(
        self,
        width: int = 16,
        read_heads: int = 1,
        write_heads: int = 1,
        shift_range: int = 1,
        reads_before_writing: bool = False,
    ) -> None:
        require_positive(
            "an NTM", width=width, read_heads=read_heads, write_heads=write_heads, shift_range=shift_range
        )
        self.width, self.read_heads, self.write_heads = width, read_heads, write_heads
        self.shift_range, self.reads_before_writing = shift_range, reads_before_writing
        self.actions = HeadMove

    @property
    def fields(self) -> tuple[Field, ...]:
        """Addressing of the read heads, then of the write heads, then what is erased and added."""
        return (
            *self._addressing("read", self.read_heads),
            *self._addressing("write", self.write_heads),
            Field("erase", (self.write_heads, self.width), jax.nn.sigmoid, policy=False, content=True),
            Field("add", (self.write_heads, self.width), jnp.tanh, policy=False, content=True),
        )

    def _addressing(self, kind: str, heads: int) -> tuple[Field, ...]:
        return (
            Field(f"{kind}_key", (heads, self.width), jnp.tanh, policy=False),
            Field(f"{kind}_key_strength", (heads,), jax.nn.softplus, policy=False),
            Field(f"{kind}_gate", (heads,), jax.nn.sigmoid, policy=True),
            Field(f"{kind}_shift", (heads, 2 * self.shift_range + 1), jax.nn.softmax, policy=True),
            Field(f"{kind}_sharpening", (heads,), _one_plus_softplus, policy=False),
        )

    @property
    def dims(self) -> Mapping[str, tuple[str, ...]]:
        """Axes of ops, state and reading."""
        dims: dict[str, tuple[str, ...]] = {}
        for kind in ("read", "write"):
            head = f"{kind}_head"
            dims[f"{kind}_key"] = (head, "width")
            dims |= dict.fromkeys((f"{kind}_key_strength", f"{kind}_gate", f"{kind}_sharpening"), (head,))
            dims[f"{kind}_shift"] = (head, "shift")
            dims[f"{kind}_weights"] = (head, "slot")
        dims |= dict.fromkeys(("erase", "add"), ("write_head", "width"))
        return dims | {"memory": ("width", "slot"), "reading": ("read_head", "width")}

    @property
    def actors(self) -> tuple[str, ...]:
        """The read heads, then the write heads."""
        read = (f"read head {number}" for number in range(self.read_heads))
        return (*read, *(f"write head {number}" for number in range(self.write_heads)))

    @property
    def reads(self) -> str:
        """As the option says."""
        return "before writing" if self.reads_before_writing else "after writing"

    def slots_for(self, steps: int) -> int:
        """As many slots as a head that always moves one way can visit, so that none wraps around."""
        return steps * self.shift_range + 1

    def ops(self, **fields: Array) -> NTMOps:
        """Gather squashed fields."""
        return NTMOps(**fields)

    def empty(self, slots: int) -> NTMState:
        """A constant memory, and every head at slot 0."""
        return NTMState(
            jnp.full((self.width, slots), _INITIAL),
            jnp.zeros((self.read_heads, slots)).at[:, 0].set(1.0),
            jnp.zeros((self.write_heads, slots)).at[:, 0].set(1.0),
        )

    def apply(self, state: NTMState, ops: NTMOps) -> NTMState:
        """Move the write heads, erase, add, and move the read heads.

        Source: Graves et al. (2014), equations (3) and (4); several heads erase before any adds.
        """
        write_weights = address(
            state.memory,
            state.write_weights,
            (ops.write_key, ops.write_key_strength, ops.write_gate, ops.write_shift, ops.write_sharpening),
        )
        memory = state.memory
        for weights, erase in zip(write_weights, ops.erase, strict=True):
            memory = memory * (1 - erase[:, None] * weights)
        memory = memory + ops.add.T @ write_weights
        read_weights = address(
            state.memory if self.reads_before_writing else memory,
            state.read_weights,
            (ops.read_key, ops.read_key_strength, ops.read_gate, ops.read_shift, ops.read_sharpening),
        )
        return NTMState(memory, read_weights, write_weights)

    def read(self, before: NTMState, after: NTMState) -> Float[Array, "read_head width"]:
        """Average the slots by the read weights.

        Source: Graves et al. (2014), equation (2).
        """
        memory = before.memory if self.reads_before_writing else after.memory
        return after.read_weights @ memory.T

    def action(self, ops: NTMOps) -> Int[Array, " actor"]:
        """JUMP where the gate favours content, otherwise the direction of the most probable shift."""
        gate, shift = self._joint(ops)
        offset = jnp.argmax(shift, axis=-1) - self.shift_range
        moved = jnp.where(offset < 0, HeadMove.LEFT, jnp.where(offset > 0, HeadMove.RIGHT, HeadMove.STAY))
        return jnp.where(gate > 0.5, HeadMove.JUMP, moved)

    def discretise(self, ops: NTMOps) -> NTMOps:
        """Round every gate and take every most probable shift for sure."""
        gate, shift = self._joint(ops)
        certain = jax.nn.one_hot(jnp.argmax(shift, axis=-1), shift.shape[-1])
        return self._split(ops, jnp.round(gate), certain)

    def force(self, ops: NTMOps, action: Int[Array, " actor"]) -> NTMOps:
        """Move the heads by one slot, keep them, or make them jump by content; -1 leaves a head alone."""
        gate, shift = self._joint(ops)
        offset = (action == HeadMove.RIGHT).astype(int) - (action == HeadMove.LEFT)
        moved = jax.nn.one_hot(self.shift_range + offset, shift.shape[-1])
        free, jumps = action < 0, action == HeadMove.JUMP
        gate = jnp.where(free, gate, jumps.astype(gate.dtype))
        return self._split(ops, gate, jnp.where((free | jumps)[:, None], shift, moved))

    def _joint(self, ops: NTMOps) -> tuple[Float[Array, " actor"], Float[Array, "actor shift"]]:
        gate = jnp.concatenate([ops.read_gate, ops.write_gate])
        return gate, jnp.concatenate([ops.read_shift, ops.write_shift])

    def _split(self, ops: NTMOps, gate: Float[Array, " actor"], shift: Float[Array, "actor shift"]) -> NTMOps:
        first = self.read_heads
        return ops._replace(
            read_gate=gate[:first],
            write_gate=gate[first:],
            read_shift=shift[:first],
            write_shift=shift[first:],
        )


def address(
    memory: Float[Array, "width slot"],
    weights: Float[Array, "head slot"],
    addressing: tuple[Array, Array, Array, Array, Array],
) -> Float[Array, "head slot"]:
    """Move heads: by content, then by how much of that is kept, then by shifting, then sharper.

    `addressing` holds key, key strength, gate, shift and sharpening. Each head's weights lie in [0, 1] and
    sum to one.

    Source: Graves et al. (2014), equations (5) to (9).
    """
    key, key_strength, gate, shift, sharpening = addressing
    content = content_weights(memory, key, key_strength)
    gated = gate[:, None] * content + (1 - gate[:, None]) * weights
    return sharpen(shift_weights(gated, shift), sharpening)


def content_weights(
    memory: Float[Array, "width slot"], key: Float[Array, "head width"], key_strength: Float[Array, " head"]
) -> Float[Array, "head slot"]:
    """Weigh the slots by cosine similarity to each head's key.

    The weights lie in [0, 1] and sum to one. Strength 0 weighs all slots alike.

    Source: Graves et al. (2014), equations (5) and (6).
    """
    scale = jax.lax.rsqrt(jnp.sum(memory**2, axis=0) + _TINY)
    key = key * (key_strength * jax.lax.rsqrt(jnp.sum(key**2, axis=1) + _TINY))[:, None]
    return jax.nn.softmax((key @ memory) * scale, axis=-1)


def shift_weights(
    weights: Float[Array, "head slot"], shift: Float[Array, "head shift"]
) -> Float[Array, "head slot"]:
    """Convolve each head's weights with its shift distribution, circularly.

    The middle of `shift` stays; what follows it moves towards higher slots (RIGHT).

    Source: Graves et al. (2014), equation (8).
    """
    middle = shift.shape[1] // 2
    return sum(
        (shift[:, i, None] * jnp.roll(weights, i - middle, axis=1) for i in range(shift.shape[1])),
        start=jnp.zeros_like(weights),
    )


def sharpen(
    weights: Float[Array, "head slot"], sharpening: Float[Array, " head"]
) -> Float[Array, "head slot"]:
    """Raise the weights to a power of at least 1 and make them sum to one again.

    Source: Graves et al. (2014), equation (9).
    """
    return jax.nn.softmax(sharpening[:, None] * jnp.log(weights + _TINY), axis=1)


def _one_plus_softplus(raw: Array) -> Array:
    return 1 + jax.nn.softplus(raw)
