"""Strata: vectors that lie on one another, each as thick as its strength, which memories have in common.

The vector of step t lies in slot t for good; only its strength changes. Both what is taken away and what is
read is whatever lies within reach of an end, so that one cumulative sum a step is enough.

Source: Grefenstette et al. (2015), equations (1) to (11). https://arxiv.org/abs/1506.02516
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from mannscope.memories.memory import Appended

STRENGTHS: Final = "strengths"
"""The part of the state that says how thick each stratum is."""
ADDRESSES: Final = ("next_slot_before",)
"""What says where the next vector is written."""


class StrataState(NamedTuple):
    """The vectors, how thick they are, and how much of each is read. The slot axis is last, as is fastest."""

    memory: Float[Array, "*part width slot"]
    strengths: Float[Array, "*part slot"]
    """What is left of each, in [0, 1]."""
    read_weights: Float[Array, "*part slot"]
    """How much of each is read; they sum to one, or to all strengths where these are less."""
    next_slot: Int[Array, ""]
    """Where the next vector goes: the number of steps so far."""


APPENDED: Final = Appended(("memory",), lambda state: state.next_slot[None])
"""A step changes one slot, and what has no strength is not read."""


def empty(parts: tuple[int, ...], width: int, slots: int) -> StrataState:
    """Give strata that are all zero, and of no strength."""
    nothing = jnp.zeros((*parts, slots))
    return StrataState(jnp.zeros((*parts, width, slots)), nothing, nothing, jnp.asarray(0))


def nearer(strengths: Float[Array, "*part slot"], *, to_last: bool) -> Float[Array, "*part slot"]:
    """Add up, for every slot, the strengths of those that are nearer to the last slot, or to the first."""
    slots = strengths.shape[-1]
    are_nearer = jnp.tri(slots, k=-1, dtype=strengths.dtype)
    # A product with ones, since that is faster than cumsum, in full precision also on accelerators.
    return jnp.matmul(strengths, are_nearer if to_last else are_nearer.T, precision=jax.lax.Precision.HIGHEST)


def within(
    reach: Float[Array, "*part 1"] | float,
    strengths: Float[Array, "*part slot"],
    nearer: Float[Array, "*part slot"],
) -> Float[Array, "*part slot"]:
    """Measure how much of every stratum lies within reach of the end from which `nearer` was added up.

    After certain actions every stratum ends just at the reach, or begins there. The gradient is then that of
    one that ends a little before, or has begun. (The paper takes that of the left argument of every minimum
    and maximum, with which a certain pop has no gradient at all.)

    Source: Grefenstette et al. (2015), the minimum in equation (3), and what equation (2) takes away.
    """
    reached = jnp.where(nearer <= reach, reach - nearer, 0.0)
    return jnp.where(strengths <= reached, strengths, reached)


def step(
    state: StrataState,
    pop_strength: Float[Array, "*part"],
    push_strength: Float[Array, "*part"],
    push_value: Float[Array, "*part width"],
    *,
    to_last: bool,
) -> StrataState:
    """Pop from the last slot, or from the first; then push behind the last one, and weigh what is read.

    What is read is a strength of one, from the end from which is popped.

    Source: Grefenstette et al. (2015), equations (1) to (3) for a stack; (1), (4) and (5) for a queue.
    """
    pop, push = pop_strength[..., None], push_strength[..., None]
    slot = jnp.arange(state.strengths.shape[-1])
    before = nearer(state.strengths, to_last=to_last)
    left = state.strengths - within(pop, state.strengths, before)
    strengths = jnp.where(slot == state.next_slot, push, left)
    after = jnp.where(before > pop, before - pop, 0.0)
    if to_last:  # what is pushed lies nearer than all others, if there is a slot for it
        is_below = (slot < state.next_slot) & (state.next_slot < slot.size)
        after = after + jnp.where(is_below, push, 0.0)
    addresses = {ADDRESSES[0]: state.next_slot}
    return StrataState(
        store(state.memory, addresses, push_value),
        strengths,
        within(1.0, strengths, after),
        state.next_slot + 1,
    )


def store(
    contents: Float[Array, "*part element slot"],
    addresses: Mapping[str, Array],
    values: Float[Array, "*part element"],
) -> Float[Array, "*part element slot"]:
    """Put the values into the slot of this step.

    Source: Grefenstette et al. (2015), equation (1).
    """
    here = jnp.arange(contents.shape[-1]) == addresses[ADDRESSES[0]]
    return jnp.where(here, values[..., None], contents)


def read(state: StrataState) -> Float[Array, "*part element"]:
    """Add up the vectors, each by how much of it is read.

    Source: Grefenstette et al. (2015), equation (3).
    """
    return jnp.einsum("...es,...s->...e", state.memory, state.read_weights)
