"""Rows of training data: whole episodes, one after the other, in a fixed number of positions."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Int, PRNGKeyArray

from mannscope.arrays import PADDING
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
    """Give the number of positions of a row."""
    return training.row or 2 * task.steps(training.largest)


def draw_rows(key: PRNGKeyArray, task: AbstractTask, training: Training) -> Rows:
    """Draw a batch of rows of fresh episodes with sizes uniform from `smallest` to `largest`.

    The last episode of a row may be cut off; what is left of it counts as far as it goes.
    """
    length = row_length(task, training)
    episodes = -(-2 * length // task.steps(training.largest))

    def draw_row(key: PRNGKeyArray) -> Rows:
        size_key, *keys = jax.random.split(key, episodes + 1)
        sizes = jax.random.randint(size_key, (episodes,), training.smallest, training.largest + 1)

        def draw(key: PRNGKeyArray, size: Int[Array, ""]) -> Episode:
            return task.sample(key, size, largest=training.largest, shape=training.shape or None)

        return pack(jax.vmap(draw)(jnp.stack(keys), sizes), length)

    return jax.vmap(draw_row)(jax.random.split(key, training.batch))


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
