"""The gradient by parts of the rows, for memories so large that all rows would not fit in caches."""

from collections.abc import Callable
from math import prod
from typing import Any, Final

import jax
import jax.numpy as jnp

from mannscope.memories import AbstractMemory

MOST_BYTES: Final = 2**25
"""What the states of a part may take; from there on, memory is fetched from the system at every step anew."""
_FEWEST_ROWS: Final = 4
"""Rows of the smallest part; with fewer, matrix products are slow."""


def choose_parts(memory: AbstractMemory, slots: int, rows: int, steps: int) -> int:
    """Choose in how many parts the rows are taken: one, unless the memory's states of all steps are large.

    The gradient needs the state of every step of every row, bar what the memory only appends to. Small
    memories have room for all, and so do accelerators.
    """
    if jax.default_backend() != "cpu":
        return 1
    state = jax.eval_shape(lambda: memory.empty(slots))._asdict()
    kept = state.keys() - (memory.body.appended.contents if memory.body.appended else ())
    row = steps * sum(prod(state[name].shape) * state[name].dtype.itemsize for name in kept)
    parts = 1
    while parts * MOST_BYTES < rows * row and rows % (2 * parts) == 0 and rows >= 2 * parts * _FEWEST_ROWS:
        parts *= 2
    return parts


def value_and_gradient(
    loss: Callable[[Any, Any], jax.Array], arrays: Any, rows: Any, parts: int
) -> tuple[jax.Array, Any]:
    """Give a loss and its gradient by the arrays, both summed over parts of the rows.

    Args:
        loss: From the arrays and some of the rows to their share of the loss.
        arrays: What to differentiate by.
        rows: Arrays with the rows as their first axis.
        parts: How many parts there are, which must divide the number of rows.
    """
    gradient = jax.value_and_grad(loss)
    if parts == 1:
        return gradient(arrays, rows)

    def add(total: Any, part: Any) -> tuple[Any, None]:
        return jax.tree.map(jnp.add, total, gradient(arrays, part)), None

    nothing = jax.tree.map(jnp.zeros_like, (jnp.zeros(()), arrays))
    by_part = jax.tree.map(lambda whole: whole.reshape(parts, -1, *whole.shape[1:]), rows)
    return jax.lax.scan(add, nothing, by_part)[0]
