"""All runs of a weighted pushdown automaton at once: how likely each top is, and what lies beneath it.

The paper keeps the total weight of the runs between any two steps. Here each such weight is divided by what
all runs together weigh, and given the top that they lead to. So every number is a probability, and none grows
or vanishes as the runs get longer; readings are the same.

In shapes, `lower` is a state and a symbol, and `top` too; `lowers` are all lower ones of all slots, and
`uppers` all states of all slots. A stack symbol is told by the step at which it was pushed, which is its
slot. The symbol below is then the one that was on top at the step before.

Source: DuSell & Chiang (2022). https://arxiv.org/abs/2109.01982
"""

from typing import Final, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

TINY: Final = 1e-20
"""What is less likely than this is as good as impossible."""
_STEEPEST: Final = 1e15
"""Largest gradient by a probability; what would have more is as good as impossible."""


class Weights(NamedTuple):
    """What a step's transitions weigh, from each state and symbol on top."""

    push: Float[Array, "top top"]
    """A symbol is pushed on top."""
    replace: Float[Array, "top top"]
    """The symbol on top is replaced, or kept where it is the same."""
    pop: Float[Array, "top state"]
    """The symbol on top is popped, and uncovers what lies below."""


class Runs(NamedTuple):
    """All runs so far."""

    now: Float[Array, "slot lower top"]
    """How likely it is that this is the state, with this symbol on top, which was pushed at the step of the
    slot, on this lower state and symbol. All of it sums to one."""
    beneath: Float[Array, "symbol uppers lowers"]
    """For the symbol that was on top at the step of the last axis, in that state: how likely it is that it
    was pushed at the step of the axis before, on that lower state and symbol. That sums to one."""


def start(states: int, symbols: int, slots: int) -> Runs:
    """Begin in state 0, with symbol 0 at the bottom."""
    tops = states * symbols
    now = jnp.zeros((slots, tops, tops)).at[0, 0, 0].set(1.0)
    beneath = jnp.zeros((symbols, slots * states, slots * tops)).at[0, 0, 0].set(1.0)
    return Runs(now, beneath)


def tops(now: Float[Array, "slot lower top"]) -> Float[Array, " top"]:
    """Give how likely each state is with each symbol on top."""
    return jnp.sum(now, axis=(0, 1))


def step(runs: Runs, weights: Weights, time: Int[Array, ""]) -> Runs:
    """Push, replace or pop, in every run at once.

    There may be fewer slots than steps: they are taken in turn, and a run ends when a symbol of it is as old
    as there are slots. Where no run is left, such as when the symbol at the bottom is popped, all stay as
    they were.

    Source: DuSell & Chiang (2022).

    Args:
        runs: The runs before.
        weights: What the transitions weigh.
        time: Number of this step, from 1.
    """
    slots, tops_count, states = len(runs.now), *weights.pop.shape
    here = jnp.arange(slots) == time % slots
    before = jnp.where(here[:, None, None], 0.0, runs.now)
    pushed = tops(runs.now)[:, None] * weights.push
    stayed = _times(before, weights.replace) + _popped(before, runs.beneath, weights.pop, here)
    moved = jnp.where(here[:, None, None], pushed, stayed)
    is_left = jnp.sum(moved) > TINY
    unmoved = jnp.where(jnp.sum(before) > TINY, _shares(before), runs.now)
    now = _gently(jnp.where(is_left, _shares(moved), unmoved))
    return Runs(now, _remembered(runs.beneath, now, here, states, tops_count // states))


def _popped(
    before: Float[Array, "slot lower top"],
    beneath: Float[Array, "symbol uppers lowers"],
    pop: Float[Array, "top state"],
    here: Array,
) -> Float[Array, "slot lower top"]:
    """Uncover what was on top at the step before the popped symbol was pushed."""
    slots, lower, _ = before.shape
    symbols, states = len(beneath), pop.shape[1]
    uncovered = jnp.roll(_times(before, pop), -1, axis=0)
    uncovered = jnp.where(here[:, None, None], 0.0, uncovered).reshape(slots, states, symbols, states)
    by_symbol = uncovered.transpose(2, 3, 0, 1).reshape(symbols, states, slots * states)
    found = _times(by_symbol, beneath)
    return found.transpose(2, 1, 0).reshape(slots, lower, states * symbols)


def _remembered(
    beneath: Float[Array, "symbol uppers lowers"],
    now: Float[Array, "slot lower top"],
    here: Array,
    states: int,
    symbols: int,
) -> Float[Array, "symbol uppers lowers"]:
    """Put what lies beneath the present tops into the slot of this step."""
    slots, lower, _ = now.shape
    given = _shares(now, axes=(0, 1))
    rows = given.reshape(slots * lower, states, symbols).transpose(2, 1, 0)
    is_old, is_new = jnp.repeat(here, lower), jnp.repeat(here, states)
    kept = jnp.where(is_old, 0.0, beneath)
    return jnp.where(is_new[:, None], jnp.tile(rows, (1, slots, 1)), kept)


def contents(runs: Runs, time: Int[Array, ""], depth: int) -> Float[Array, "symbol depth"]:
    """Give how likely each symbol is at each depth, the top first.

    At each depth they sum to how likely it is that the stack is so deep.
    """
    slots, lower, _ = runs.now.shape
    symbols = len(runs.beneath)
    states = lower // symbols
    slot = jnp.arange(slots)
    has_lower = (slot != 0) | (time >= slots)
    is_known = slot != time % slots

    def symbols_of(uncovered: Float[Array, "slot lower"]) -> Float[Array, " symbol"]:
        return jnp.sum(uncovered.reshape(slots, states, symbols), axis=(0, 1))

    def deeper(pushed: Float[Array, "slot lower"], _: None) -> tuple[Array, Array]:
        uncovered = jnp.roll(jnp.where(has_lower[:, None], pushed, 0.0), -1, axis=0)
        uncovered = jnp.where(is_known[:, None], uncovered, 0.0)
        by_symbol = jnp.moveaxis(uncovered.reshape(slots, states, symbols), 2, 0).reshape(symbols, 1, -1)
        found = jnp.sum(_times(by_symbol, runs.beneath), axis=(0, 1))
        return found.reshape(slots, lower), symbols_of(uncovered)

    top = jnp.sum(tops(runs.now).reshape(states, symbols), axis=0)
    rest = jax.lax.scan(deeper, jnp.sum(runs.now, axis=2), length=depth - 1)[1]
    return jnp.concatenate([top[None], rest]).T


def _shares(weights: Float[Array, "slot lower top"], axes: tuple[int, ...] = (0, 1, 2)) -> Array:
    """Divide by the sum along some axes; zeros, where that is tiny."""
    total = jax.lax.stop_gradient(jnp.sum(weights, axes, keepdims=True))
    scaled = jnp.where(total > TINY, weights / jnp.where(total > TINY, total, 1.0), 0.0)
    # Divided a second time, now by a sum of one: only its gradient matters, and no tiny number is squared.
    return scaled / jnp.where(total > TINY, jnp.sum(scaled, axes, keepdims=True), 1.0)


def _times(one: Array, other: Array) -> Array:
    """Multiply matrices, in full precision also on accelerators."""
    return jnp.matmul(one, other, precision=jax.lax.Precision.HIGHEST)


@jax.custom_vjp
def _gently(now: Array) -> Array:
    """Leave the values, and keep the gradient of what is all but impossible finite."""
    return now


def _forward(now: Array) -> tuple[Array, None]:
    return now, None


def _backward(_: None, slope: Array) -> tuple[Array]:
    return (jnp.clip(slope, -_STEEPEST, _STEEPEST),)


_gently.defvjp(_forward, _backward)
