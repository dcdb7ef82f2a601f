"""Additive fast weights: a matrix of associations to which every write is added, and none is taken away."""

from collections.abc import Mapping
from typing import ClassVar, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from mannscope.anatomy import Actor, Store
from mannscope.errors import require_positive
from mannscope.memories.associative import KEEP, WRITE, forgetting, retention_field, unit
from mannscope.memories.choices import SATURATED, Levels
from mannscope.memories.memory import AbstractMemory, Body, Field, Role, Write

_TINY = 1e-6


class AdditiveOps(NamedTuple):
    """One step's operations; those of options that are off are None."""

    query: Float[Array, "head slot"]
    """The key that is read by."""
    write_key: Float[Array, "head slot"]
    """The key that is written to."""
    write_value: Float[Array, "head width"]
    """What is added, in (-1, 1)."""
    write_strength: Float[Array, " head"] | None = None
    """How much of it is added, in (0, 1); all of it where there is no gate."""
    retention: Float[Array, " head"] | None = None
    """Share of the memory that is kept, in (0, 1); None where it does not decay."""


class AdditiveState(NamedTuple):
    """What is held: row i of a head's matrix is what is read by the i-th unit vector."""

    memory: Float[Array, "head slot width"]
    read_key: Float[Array, "head slot"]
    """What the matrix was last multiplied by."""
    written_keys: Float[Array, "head slot"]
    """The sum of all keys that were written to, as far as they are kept; zeros where it is not needed."""


class Additive(AbstractMemory):
    """Associations of keys and values in a matrix S a head: ``S <- S + β v kᵀ``, read as ``S q``.

    Nothing is taken away: what is read under a key is the sum of all that was written under it. Keys and
    queries have length one, so that the delta memory differs in nothing but the term that takes away. With
    `decay`, ``S <- α S`` comes first. With `normalise`, keys and queries are positive, ``elu(.) + 1``, and
    what is read is divided by the sum of the keys times the query: that is linear attention.

    Source: Schmidhuber (1992), fast weights. Ba et al. (2016), with decay. https://arxiv.org/abs/1610.06258
    Katharopoulos et al. (2020), equations (16) to (20), linear attention. https://arxiv.org/abs/2006.16236

    Args:
        width: Length of a value.
        key_width: Length of a key.
        heads: Number of matrices, each with a key, a value and a query of its own.
        gate: Whether each step decides how much it writes, rather than all; without, nobody acts.
        decay: Whether every head also decays, by a share that each step decides.
        normalise: Whether what is read is an average of what was written, rather than a sum.
    """

    NAME: ClassVar[str] = "additive"
    TITLE: ClassVar[str] = "additive fast weights"
    Ops: ClassVar[type] = AdditiveOps
    width: int = eqx.field(static=True, default=16)
    key_width: int = eqx.field(static=True, default=16)
    heads: int = eqx.field(static=True, default=1)
    gate: bool = eqx.field(static=True, default=True)
    decay: bool = eqx.field(static=True, default=False)
    normalise: bool = eqx.field(static=True, default=False)

    def __check_init__(self) -> None:
        owner = "additive fast weights"
        require_positive(owner, width=self.width, key_width=self.key_width, heads=self.heads)

    @property
    def fields(self) -> tuple[Field, ...]:
        """The gates by sigmoid, keys and queries of length one or positive, values by tanh."""
        keys = _positive if self.normalise else unit
        gate = Field("write_strength", (self.heads,), jax.nn.sigmoid, Role.POLICY, rest=-SATURATED)
        return (
            *([gate] if self.gate else []),
            *([retention_field(self.heads)] if self.decay else []),
            Field("query", (self.heads, self.key_width), keys, Role.ADDRESS),
            Field("write_key", (self.heads, self.key_width), keys, Role.ADDRESS),
            Field("write_value", (self.heads, self.width), jnp.tanh, Role.CONTENT),
        )

    @property
    def dims(self) -> Mapping[str, tuple[str, ...]]:
        """Axes of ops, state and reading; the slots are the unit vectors of the keys."""
        return {
            **dict.fromkeys(self._gates(), ("head",)),
            **dict.fromkeys(("query", "write_key", "read_key", "written_keys"), ("head", "slot")),
            "write_value": ("head", "width"),
            "memory": ("head", "slot", "width"),
            "reading": ("head", "width"),
        }

    def _gates(self) -> tuple[str, ...]:
        return ("write_strength",) * self.gate + ("retention",) * self.decay

    @property
    def choices(self) -> tuple[Levels, ...]:
        """What every head writes, if there is a gate; then, with decay, what it forgets."""
        writers = (
            Actor(f"head {head}", (KEEP, WRITE), ("write_strength",), "head", head, part=head)
            for head in range(self.heads)
        )
        writing = Levels(
            op="write_strength", actors=tuple(writers), levels=(0.0, 1.0), emitted=(0.0, 2 * SATURATED)
        )
        return (writing,) * self.gate + (forgetting(self.heads),) * self.decay

    @property
    def body(self) -> Body:
        """A matrix a head, with a slot for each number of a key; it plays no machine, as nothing goes."""
        return Body(
            stores=(Store("memory", parts="head"),),
            write=Write("memory", "write_value", (*self._gates(), "write_key"), self.store),
            keys_by="key_width",
        )

    def slots_for(self, steps: int) -> int:
        """The length of a key, whatever the number of steps."""
        return self.key_width

    def empty(self, slots: int) -> AdditiveState:
        """Zeros; the size does not depend on `slots`."""
        keys = jnp.zeros((self.heads, self.key_width))
        return AdditiveState(jnp.zeros((*keys.shape, self.width)), keys, keys)

    def apply(self, state: AdditiveState, ops: AdditiveOps) -> AdditiveState:
        """Decay, add, and take the query."""
        addresses, ones = ops._asdict(), jnp.ones((self.heads, 1))
        memory = self.store(state.memory, addresses, ops.write_value)
        if not self.normalise:
            return AdditiveState(memory, ops.query, state.written_keys)
        written = self.store(state.written_keys[:, :, None], addresses, ones)[:, :, 0]
        total = jnp.sum(written * ops.query, axis=1, keepdims=True)
        return AdditiveState(memory, ops.query / (total + _TINY), written)

    def store(
        self,
        contents: Float[Array, "head slot element"],
        addresses: Mapping[str, Array],
        values: Float[Array, "head element"],
    ) -> Float[Array, "head slot element"]:
        """Add every head's value under its key.

        Source: Katharopoulos et al. (2020), equation (18).
        """
        if self.decay:
            contents = addresses["retention"][:, None, None] * contents
        added = addresses["write_key"][:, :, None] * values[:, None]
        return contents + (addresses["write_strength"][:, None, None] * added if self.gate else added)

    def read(self, before: AdditiveState, after: AdditiveState) -> Float[Array, "head element"]:
        """Read by the query, after writing."""
        return jnp.sum(after.read_key[:, :, None] * after.memory, axis=1)


def _positive(raw: Array) -> Array:
    """Source: Katharopoulos et al. (2020), equation (7)."""
    return jax.nn.elu(raw) + 1
