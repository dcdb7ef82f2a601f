"""What associative memories have in common: unit keys, and the gates that write and that forget."""

from typing import Final

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from mannscope.anatomy import Action, Actor
from mannscope.memories.choices import SATURATED, Levels
from mannscope.memories.memory import Field, Role

KEEP: Final = Action("KEEP", "leaves what is under the key", "·", 0)
WRITE: Final = Action("WRITE", "writes under the key", "▲", 2)
FLIP: Final = Action("FLIP", "turns what is under the key round", "⇅", 2)
FORGET: Final = Action("FORGET", "forgets all keys", "×", 2)
HOLD: Final = Action("HOLD", "forgets nothing", "·", 0)

_TINY = 1e-6
_KEPT = 4.0
"""Bias of the gate that forgets: at the start of training, 98% are kept at a step."""


def unit(raw: Float[Array, "*axes slot"]) -> Float[Array, "*axes slot"]:
    """Scale vectors to length one; those that are far shorter than 1e-3 stay near zero."""
    return raw / jnp.sqrt(jnp.sum(raw**2, axis=-1, keepdims=True) + _TINY)


def retention(raw: Float[Array, "*axes"]) -> Float[Array, "*axes"]:
    """Give the share that a head keeps, near one at the start."""
    return jax.nn.sigmoid(raw + _KEPT)


def retention_field(heads: int) -> Field:
    """Give the part of the interface that forgets."""
    return Field("retention", (heads,), retention, Role.POLICY, rest=SATURATED)


def forgetting(heads: int) -> Levels:
    """Let every head forget all, or nothing."""
    actors = (
        Actor(f"forgetting {head}", (HOLD, FORGET), ("retention",), "head", head, part=head)
        for head in range(heads)
    )
    return Levels(
        op="retention", actors=tuple(actors), levels=(1.0, 0.0), emitted=(0.0, -2 * SATURATED - _KEPT)
    )
