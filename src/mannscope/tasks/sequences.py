"""What tasks share that read a sequence and then answer at blanks, in compiled code and in typed text."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int

from mannscope.arrays import PADDING

DELIMITER, BLANK, END = "#", "_", "end"
"""Symbols of many tasks: what ends the input, what asks for an output, and the output that ends an answer."""


def take(values: Int[Array, " step"], places: Int[Array, "*place"]) -> Int[Array, "*place"]:
    """Take values at places; a place outside takes the nearest, and is not to be looked at."""
    return values[jnp.clip(places, 0, values.shape[0] - 1)]


def first(values: Int[Array, " step"], symbol: int) -> Int[Array, ""]:
    """Give the first place at which a symbol stands; 0 if it stands nowhere."""
    return jnp.argmax(values == symbol)


def with_tail(tokens: list[str], tail: Callable[[list[str]], list[str]]) -> list[str] | None:
    """Complete what was typed by a tail that follows from what comes before the first delimiter or blank.

    None if nothing comes before it, or another tail was typed.
    """
    marks = [place for place, token in enumerate(tokens) if token in (DELIMITER, BLANK)]
    content = tokens[: marks[0]] if marks else tokens
    if not content:
        return None
    rest, due = tokens[len(content) :], tail(content)
    return [*content, *due] if rest in ([], due) else None


def follow_stack(
    values: Int[Array, " step"], pushes: Bool[Array, " step"], pops: Bool[Array, " step"]
) -> tuple[Int[Array, " step"], Int[Array, " step"]]:
    """Push and pop values, and give the depth and the top after each step; the top is -1 where it is empty.

    A pop of an empty stack does nothing.
    """

    def step(carry: tuple[Array, Array], now: tuple[Array, Array, Array]) -> tuple[tuple, tuple]:
        held, depth = carry
        value, push, pop = now
        held = jnp.where(push, held.at[depth].set(value), held)
        depth = jnp.maximum(depth + push - pop, 0)
        return (held, depth), (depth, jnp.where(depth > 0, held[depth - 1], PADDING))

    start = (jnp.full(values.shape[0] + 1, PADDING, jnp.int32), jnp.int32(0))
    marks = (values.astype(jnp.int32), pushes.astype(jnp.int32), pops.astype(jnp.int32))
    return jax.lax.scan(step, start, marks)[1]


def climb_chance(height: Int[Array, ""], left: Int[Array, ""]) -> Float[Array, ""]:
    """Give the chance of a step up, so that all walks down to 0 in `left` steps are equally likely.

    A walk goes up or down by one, and never below 0.

    Source: the ballot theorem: (h + 1) / (r + 1) C(r + 1, (r - h) / 2) walks lead from height h to 0 in r.
    """
    height, left = height.astype(jnp.float32), left.astype(jnp.float32)
    return (height + 2) * (left - height) / jnp.maximum(2 * left * (height + 1), 1)
