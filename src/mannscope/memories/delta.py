"""The delta memory: a matrix that is corrected towards what should be read under a key."""

from collections.abc import Mapping
from typing import ClassVar, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from mannscope.anatomy import Actor, Store
from mannscope.errors import require_positive
from mannscope.memories.associative import FLIP, KEEP, WRITE, forgetting, retention_field, unit
from mannscope.memories.choices import SATURATED, Levels
from mannscope.memories.memory import AbstractMemory, Body, Field, Role, Write
from mannscope.memories.realisations import Realisation


class DeltaOps(NamedTuple):
    """One step's operations."""

    write_strength: Float[Array, "head householder"]
    """How far what is read under the key is moved to the value: 0 not at all, 1 onto it, 2 as far beyond."""
    query: Float[Array, "head slot"]
    """The key that is read by, of length one."""
    write_key: Float[Array, "head householder slot"]
    """The keys that are written to, of length one."""
    write_value: Float[Array, "head householder width"]
    """What is written, in (-1, 1)."""
    retention: Float[Array, " head"] | None = None
    """Share of the memory that is kept, in (0, 1); None where it does not decay."""


class DeltaState(NamedTuple):
    """What is held: row i of a head's matrix is what is read by the i-th unit vector."""

    memory: Float[Array, "head slot width"]
    read_key: Float[Array, "head slot"]
    """The query of the last step."""


class Delta(AbstractMemory):
    """Associations of keys and values in a matrix S a head, written by the delta rule. It starts at zero.

    A step takes one or more householder steps, ``S <- S (I - β k kᵀ) + β v kᵀ``, and then reads ``S q``. With
    `decay`, ``S <- α S`` comes first: the error is that of the memory that has decayed. β k kᵀ takes away
    what was read under k, so that S k = v after β = 1, whatever was there before. The matrix that S is
    multiplied with has the eigenvalue 1 - β along k, and 1 elsewhere; with `negative`, β is in (0, 2), and β
    = 2 is a reflection, so that two make a rotation, and products of several any permutation.

    The state has as many numbers as `width` times `key_width`, whatever the length: more keys than
    `key_width` cannot be kept apart.

    Source: Schlag, Irie & Schmidhuber (2021), equation (24), the delta rule.
        https://arxiv.org/abs/2102.11174
    Yang, Kautz & Hatamizadeh (2024), equation (10), with decay. https://arxiv.org/abs/2412.06464
    Grazzi et al. (2024), with negative eigenvalues. https://arxiv.org/abs/2411.12537
    Siems et al. (2025), several householder steps. https://arxiv.org/abs/2502.10297

    Args:
        width: Length of a value.
        key_width: Length of a key.
        heads: Number of matrices, each with keys, values and a query of its own.
        householders: Number of householder steps that every step takes.
        negative: Whether β goes up to 2 rather than 1.
        decay: Whether every head also decays, by a share that each step decides.
    """

    NAME: ClassVar[str] = "delta"
    TITLE: ClassVar[str] = "a delta memory"
    Ops: ClassVar[type] = DeltaOps
    width: int = eqx.field(static=True, default=16)
    key_width: int = eqx.field(static=True, default=16)
    heads: int = eqx.field(static=True, default=1)
    householders: int = eqx.field(static=True, default=1)
    negative: bool = eqx.field(static=True, default=False)
    decay: bool = eqx.field(static=True, default=False)

    def __check_init__(self) -> None:
        require_positive(
            "a delta memory",
            width=self.width,
            key_width=self.key_width,
            heads=self.heads,
            householders=self.householders,
        )

    @property
    def fields(self) -> tuple[Field, ...]:
        """Strengths by sigmoid, keys and queries of length one, values by tanh."""
        several = (self.heads, self.householders)
        strength = _up_to_two if self.negative else jax.nn.sigmoid
        return (
            Field("write_strength", several, strength, Role.POLICY, rest=-SATURATED),
            *([retention_field(self.heads)] if self.decay else []),
            Field("query", (self.heads, self.key_width), unit, Role.ADDRESS),
            Field("write_key", (*several, self.key_width), unit, Role.ADDRESS),
            Field("write_value", (*several, self.width), jnp.tanh, Role.CONTENT),
        )

    @property
    def dims(self) -> Mapping[str, tuple[str, ...]]:
        """Axes of ops, state and reading; the slots are the unit vectors of the keys."""
        return {
            "write_strength": ("head", "householder"),
            **({"retention": ("head",)} if self.decay else {}),
            "query": ("head", "slot"),
            "write_key": ("head", "householder", "slot"),
            "write_value": ("head", "householder", "width"),
            "memory": ("head", "slot", "width"),
            "read_key": ("head", "slot"),
            "reading": ("head", "width"),
        }

    @property
    def choices(self) -> tuple[Levels, ...]:
        """Every householder step of every head; then, with decay, every head's forgetting."""
        writing = Levels(
            op="write_strength",
            actors=self._writers(),
            levels=(0.0, 1.0, 2.0) if self.negative else (0.0, 1.0),
            emitted=(0.0, SATURATED, 2 * SATURATED) if self.negative else (0.0, 2 * SATURATED),
        )
        return (writing, forgetting(self.heads)) if self.decay else (writing,)

    def _writers(self) -> tuple[Actor, ...]:
        actions = (KEEP, WRITE, FLIP) if self.negative else (KEEP, WRITE)
        return tuple(
            Actor(
                f"head {head}" if self.householders == 1 else f"head {head} step {step}",
                actions,
                ("write_strength",),
                *("head", head),
                also=(("householder", step),),
                part=head,
            )
            for head in range(self.heads)
            for step in range(self.householders)
        )

    @property
    def body(self) -> Body:
        """A matrix a head, with a slot for each number of a key; linear in values, given the keys."""
        decays = ("retention",) if self.decay else ()
        return Body(
            stores=(Store("memory", parts="head"),),
            write=Write("memory", "write_value", ("write_strength", *decays, "write_key"), self.store),
            realisations=self._realisations(),
            keys_by="key_width",
        )

    def _realisations(self) -> tuple[Realisation, ...]:
        """A table, and a register if the key is always the same; the last step of every head writes."""
        last = [actor.name for actor in self._writers()][self.householders - 1 :: self.householders]
        forgets = [actor.name for actor in forgetting(self.heads).actors] if self.decay else []
        moves = {
            "table": {"KEEP": "KEEP", "WRITE": "WRITE", "LOOK_UP": "KEEP"},
            "register": {"KEEP": "KEEP", "WRITE": "WRITE"},
        }
        return tuple(
            Realisation(
                machine,
                dict.fromkeys(last, own) | dict.fromkeys(forgets, dict.fromkeys(own, "HOLD")),
                store="matrix",
                contents="write_value",
                but="its keys are vectors, which can be alike and need not be those of one place",
            )
            for machine, own in moves.items()
        )

    def slots_for(self, steps: int) -> int:
        """The length of a key, whatever the number of steps."""
        return self.key_width

    def empty(self, slots: int) -> DeltaState:
        """Zeros; the size does not depend on `slots`."""
        keys = jnp.zeros((self.heads, self.key_width))
        return DeltaState(jnp.zeros((*keys.shape, self.width)), keys)

    def apply(self, state: DeltaState, ops: DeltaOps) -> DeltaState:
        """Decay, take the householder steps in their order, and take the query."""
        return DeltaState(self.store(state.memory, ops._asdict(), ops.write_value), ops.query)

    def store(
        self,
        contents: Float[Array, "head slot element"],
        addresses: Mapping[str, Array],
        values: Float[Array, "head householder element"],
    ) -> Float[Array, "head slot element"]:
        """Move what is read under each key towards its value, one householder step after the other.

        Source: Yang et al. (2024), equation (10); Siems et al. (2025), equation (5).
        """
        if self.decay:
            contents = addresses["retention"][:, None, None] * contents
        for step in range(self.householders):
            key = addresses["write_key"][:, step, :, None]
            strength = addresses["write_strength"][:, step, None, None]
            error = values[:, step, None] - jnp.sum(key * contents, axis=1, keepdims=True)
            contents = contents + strength * key * error
        return contents

    def read(self, before: DeltaState, after: DeltaState) -> Float[Array, "head element"]:
        """Read by the query, after writing."""
        return jnp.sum(after.read_key[:, :, None] * after.memory, axis=1)


def _up_to_two(raw: Array) -> Array:
    return 2 * jax.nn.sigmoid(raw)
