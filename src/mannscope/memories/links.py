"""Temporal links: which slot was written after which, and heads that follow them.

A step changes every one of the links, whose number is the square of that of the slots, so that this is most
of what a step costs. What is read along the new links follows from the old ones, and the gradient is written
out: it needs the old links alone, in a few passes over them.

Source: Graves et al. (2016), "Temporal memory linkage" in the methods. https://doi.org/10.1038/nature20101
"""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

Followed = tuple[Float[Array, "slot slot"], Float[Array, "head slot"], Float[Array, "head slot"]]
"""The links after a step, and what each head reaches by following them forward and backward."""


def precede(precedence: Float[Array, " slot"], write_weights: Float[Array, " slot"]) -> Float[Array, " slot"]:
    """Say how much each slot is the one that was written last: weights in [0, 1] that sum to at most one."""
    return (1 - jnp.sum(write_weights)) * precedence + write_weights


@jax.custom_vjp
def follow_links(
    link: Float[Array, "slot slot"],
    precedence: Float[Array, " slot"],
    write_weights: Float[Array, " slot"],
    read_weights: Float[Array, "head slot"],
) -> Followed:
    """Link the slots that are written to those that were written last, then follow the links from each head.

    L_t[i, j], how much slot i was written right after slot j, is (1 - w[i] - w[j]) L[i, j] + w[i] p[j], and 0
    on the diagonal. Forward is L_t r, backward is L_t^T r: both are weights that sum to at most one.

    Args:
        link: Links before the step, with a diagonal of zeros.
        precedence: How much each slot was the last one that was written, before the step.
        write_weights: Where the step writes.
        read_weights: Where the heads were before the step.
    """
    kept = 1 - write_weights[:, None] - write_weights
    changed = kept * link + write_weights[:, None] * precedence
    forward, backward = _products(link, precedence, write_weights, read_weights, read_weights)
    return _off_diagonal(changed), forward, backward


def _products(
    link: Array, precedence: Array, write: Array, ahead: Array, behind: Array
) -> tuple[Float[Array, "head slot"], Float[Array, "head slot"]]:
    """Multiply the new links with some vectors, and their transpose with others, by means of the old ones."""
    heads = len(ahead)
    forward = jnp.concatenate([ahead, ahead * write]) @ link.T
    backward = jnp.concatenate([behind, behind * write]) @ link
    last = jnp.sum(ahead * precedence, axis=1, keepdims=True) - ahead * precedence
    first = jnp.sum(behind * write, axis=1, keepdims=True) - behind * write
    return (
        (1 - write) * forward[:heads] - forward[heads:] + write * last,
        (1 - write) * backward[:heads] - backward[heads:] + precedence * first,
    )


def _forward(link: Array, precedence: Array, write: Array, read: Array) -> tuple[Followed, tuple[Array, ...]]:
    return follow_links(link, precedence, write, read), (link, precedence, write, read)


def _backward(saved: tuple[Array, ...], slopes: Followed) -> tuple[Array, ...]:
    """Differentiate: of each product, and of the links, to which heads have added their share."""
    link, precedence, write, read = saved
    slope, forward, backward = slopes
    of_heads = jnp.concatenate([forward, read]).T @ jnp.concatenate([read, backward])
    of_links = _off_diagonal(slope + of_heads)
    behind, ahead = _products(link, precedence, write, backward, forward)
    moved, everywhere = of_links * link, 1 + 0 * write  # sums are faster as products here
    return (
        (1 - write[:, None] - write) * of_links,
        write @ of_links,
        of_links @ precedence - moved @ everywhere - everywhere @ moved,
        ahead + behind,
    )


def _off_diagonal(links: Float[Array, "slot slot"]) -> Float[Array, "slot slot"]:
    return links * (1 - jnp.eye(len(links), dtype=links.dtype))


follow_links.defvjp(_forward, _backward)
