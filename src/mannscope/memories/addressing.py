"""Addressing by content and by location: the steps that memories with heads have in common.

Source: Graves, Wayne & Danihelka (2014), equations (5) to (9). https://arxiv.org/abs/1410.5401
"""

from enum import IntEnum
from typing import Final

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from mannscope.anatomy import Action

_TINY = 1e-8


class HeadMove(IntEnum):
    """What a head can do: stay, move along the slots, or jump to where the content matches its key."""

    STAY = 0
    LEFT = 1
    RIGHT = 2
    JUMP = 3


MOVES: Final = (
    Action("STAY", "stays", "·", 0),
    Action("LEFT", "moves left", "◀", 1),
    Action("RIGHT", "moves right", "▶", 1),
    Action("JUMP", "jumps", "◆", 2),
)
"""The members of `HeadMove`, in their order, with their words and signs."""


def content_weights(
    memory: Float[Array, "width slot"],
    key: Float[Array, "head width"],
    key_strength: Float[Array, " head"],
    mask: Float[Array, "head width"] | None = None,
) -> Float[Array, "head slot"]:
    """Weigh the slots by cosine similarity to each head's key.

    The weights lie in [0, 1] and sum to one. Strength 0 weighs all slots alike. With a mask, key and slots
    are multiplied by it before they are compared.

    Source: Graves et al. (2014), equations (5) and (6); Csordas & Schmidhuber (2019) for the mask.
    """
    if mask is not None:
        key = key * mask
        norms = jax.lax.rsqrt(mask**2 @ memory**2 + _TINY)
        key_norms = jax.lax.rsqrt(jnp.sum(key**2, axis=1, keepdims=True) + _TINY)
        return jax.nn.softmax(key_strength[:, None] * key_norms * ((key * mask) @ memory) * norms, axis=-1)
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


def address(
    memory: Float[Array, "width slot"],
    weights: Float[Array, "head slot"],
    sharpening: Float[Array, " head"],
    *,
    looked_up: tuple[Float[Array, "head width"], Float[Array, " head"]] | None = None,
    gate: Float[Array, " head"] | None = None,
    shift: Float[Array, "head shift"] | None = None,
) -> Float[Array, "head slot"]:
    """Move heads: by content, then by how much of that is kept, then by shifting, then sharper.

    Each head's weights lie in [0, 1] and sum to one.

    Source: Graves et al. (2014), equations (5) to (9).

    Args:
        memory: The slots.
        weights: Where the heads were.
        sharpening: At least 1.
        looked_up: Key and key strength; None where no head goes by content.
        gate: In [0, 1], 1 for the content; None where every head goes by content alone.
        shift: A distribution; None where no head shifts.
    """
    if looked_up is not None:
        content = content_weights(memory, *looked_up)
        weights = content if gate is None else gate[:, None] * content + (1 - gate[:, None]) * weights
    return sharpen(weights if shift is None else shift_weights(weights, shift), sharpening)
