"""Rows of training data: whole episodes, one after the other, in a fixed number of positions."""

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Int, PRNGKeyArray

from mannscope.arrays import PADDING
from mannscope.errors import MannscopeError
from mannscope.tasks.task import AbstractTask, Episode
from mannscope.training.options import Training


class Rows(NamedTuple):
    """A batch of rows. One shape serves all lengths, so training compiles once."""

    inputs: Int[Array, "*row step"]
    targets: Int[Array, "*row step"]
    supervised: Bool[Array, "*row step"]
    starts: Bool[Array, "*row step"]
    """Where an episode begins, and everything is reset."""


def row_length(task: AbstractTask, training: Training) -> int:
    """Give the number of positions of a row.

    Raises:
        MannscopeError: if the largest episode does not fit in it.
    """
    longest = task.steps(training.largest)
    if training.row and training.row < longest:
        must = f"training.row must hold the largest episode, {longest} positions"
        raise MannscopeError(must, str(training.row), f"Pass --training.row {longest} or more, or 0")
    return training.row or 2 * longest


def draw_rows(key: PRNGKeyArray, task: AbstractTask, training: Training) -> Rows:
    """Draw a batch of rows of fresh episodes with sizes from `smallest` to `largest`.

    The last episode of a row may be cut off; what is left of it counts as far as it goes.
    """
    shapes = training.shapes or (task.shapes[0],)
    keys = jax.random.split(key, training.batch)
    shares = np.array_split(np.arange(training.batch), len(shapes))
    draw = partial(_draw_row, task=task, training=training)
    if len(shapes) > 1 and set(shapes) <= set(task.shapes):  # one program for all of them
        counts = [len(share) for share in shares]
        places = np.repeat([task.shapes.index(shape) for shape in shapes], counts)
        return jax.vmap(draw)(keys, jnp.asarray(places))
    parts = [
        jax.vmap(partial(draw, shape=shape))(keys[share]) for shape, share in zip(shapes, shares, strict=True)
    ]
    return jax.tree.map(lambda *rows: jnp.concatenate(rows), *parts)


def _draw_row(
    key: PRNGKeyArray, shape: str | Int[Array, ""], *, task: AbstractTask, training: Training
) -> Rows:
    length = row_length(task, training)
    size_key, *keys = jax.random.split(key, 1 + -(-2 * length // task.steps(training.largest)))
    sizes = jnp.arange(training.smallest, training.largest + 1)
    log_odds = -training.size_exponent * jnp.log(sizes)
    drawn = sizes[jax.random.categorical(size_key, log_odds, shape=(len(keys),))]

    def draw(key: PRNGKeyArray, size: Int[Array, ""]) -> Episode:
        return task.sample(key, size, largest=training.largest, shape=shape)

    return pack(jax.vmap(draw)(jnp.stack(keys), drawn), length)


def pack(episodes: Episode, length: int) -> Rows:
    """Put a batch of padded episodes behind one another in one row of `length` positions."""
    ends = jnp.cumsum(episodes.length)
    position = jnp.arange(length)
    which = jnp.sum(position[:, None] >= ends[None, :], axis=1)
    within = position - jnp.concatenate([jnp.zeros(1, ends.dtype), ends])[which]
    real = which < len(ends)
    which = jnp.minimum(which, len(ends) - 1)
    within = jnp.clip(within, 0, episodes.inputs.shape[1] - 1)

    def take(values: Array, padding: int | bool) -> Array:
        return jnp.where(real, values[which, within], padding)

    return Rows(
        take(episodes.inputs, PADDING),
        take(episodes.targets, PADDING),
        take(episodes.supervised, False),
        within == 0,
    )
