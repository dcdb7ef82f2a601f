"""Allocation: which slots are in use, and which one is written next.

Source: Graves et al. (2016), "Dynamic memory allocation" in the methods. https://doi.org/10.1038/nature20101
"""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float


def retention(
    free_gate: Float[Array, " read_head"], read_weights: Float[Array, "read_head slot"]
) -> Float[Array, " slot"]:
    """Say how much of each slot no head frees that had read it: ψ, in [0, 1]."""
    return jnp.prod(1 - free_gate[:, None] * read_weights, axis=0)


def use(
    usage: Float[Array, " slot"], write_weights: Float[Array, " slot"], kept: Float[Array, " slot"]
) -> Float[Array, " slot"]:
    """Use the slots that were written in the step before, and free those that are not kept."""
    used = (usage + write_weights - usage * write_weights) * kept
    return jnp.where(used < 0, 0, used)  # which rounding alone can make it


def allocation_weights(usage: Float[Array, " slot"]) -> Float[Array, " slot"]:
    """Weigh the slots by how free they are: the least used one first, each by what those before it leave.

    The weights lie in [0, 1] and sum to at most one; where all slots are used, they are zeros, and nothing
    can be allocated. Among slots that are used alike, those of lower numbers come first.
    """
    return (1 - usage) * product_before(usage)


@jax.custom_vjp
def product_before(usage: Float[Array, " slot"]) -> Float[Array, " slot"]:
    """Multiply, for each slot, the usages of those before it in ascending order; all lie in [0, 1].

    Each slot is compared to every other. That is the stable sort of the source, and takes less time. The
    order is taken as constant by the gradient, which is written out so that it is right at zeros as well.
    """
    return _forward(usage)[0]


def _forward(usage: Array) -> tuple[Array, tuple[Array, ...]]:
    order = jnp.arange(len(usage))
    tied = (usage[:, None] == usage) & (order[:, None] < order)
    before = ((usage[:, None] < usage) | tied).astype(usage.dtype)
    unused = usage == 0
    logs = jnp.log(jnp.where(unused, 1, usage))
    summed, zeros = jnp.stack([logs, unused.astype(usage.dtype)]) @ before
    others = jnp.exp(summed)
    return jnp.where(zeros == 0, others, 0), (usage, before, others, zeros)


def _backward(saved: tuple[Array, ...], slope: Array) -> tuple[Array]:
    """Differentiate: a usage of zero counts where it is the only one in a product."""
    usage, before, others, zeros = saved
    shares = slope * others * jnp.stack([zeros == 0, zeros == 1])
    without, alone = shares @ before.T
    unused = usage == 0
    return (jnp.where(unused, alone, without / jnp.where(unused, 1, usage)),)


product_before.defvjp(_forward, _backward)
