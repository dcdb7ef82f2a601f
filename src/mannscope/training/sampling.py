"""Draw held-out episodes of a task, in compiled code, for whatever network is tried on them."""

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Int

from mannscope.compiling import compiled_quickly
from mannscope.tasks.task import AbstractTask, Episode


@compiled_quickly
def _sample(task: AbstractTask, key: Array, episodes: int, size: int, shape: str | None) -> Episode:
    def draw(key: Array) -> Episode:
        return task.sample(key, size, largest=size, shape=shape, held_out=True)

    return jax.vmap(draw)(jax.random.split(key, episodes))


@compiled_quickly
def _sample_mixed(task: AbstractTask, key: Array, sizes: Array, shapes: Array, largest: int) -> Episode:
    def draw(key: Array, size: Array, shape: Array) -> Episode:
        return task.sample(key, size, largest=largest, shape=shape, held_out=True)

    return jax.vmap(draw)(jax.random.split(key, len(sizes)), sizes, shapes)


def sample(
    task: AbstractTask, seed: int, episodes: int, size: int, shape: str | None, *, trained_size: int
) -> Episode:
    """Draw held-out episodes of one size and shape.

    Of finite data they are different ones, no more than there are: longer than what was trained on where
    the size is larger than that, and of all lengths up to it otherwise.

    Raises:
        MannscopeError: if the shape is unknown, or finite data have no such size.
    """
    finite = task.finite
    if finite is not None:
        task.require_shape(shape or task.shapes[0])
        return finite.draw(seed, episodes, size, trained_size if size > trained_size else 0)
    return _sample(task, jax.random.key(seed), episodes, size, shape)


def sample_mixed(
    task: AbstractTask,
    seed: int,
    sizes: Int[np.ndarray, " episode"],
    shapes: Int[np.ndarray, " episode"],
) -> Episode:
    """Draw held-out episodes of given sizes and shapes, padded to the largest; a shape is an index."""
    return _sample_mixed(
        task, jax.random.key(seed), jnp.asarray(sizes), jnp.asarray(shapes), int(sizes.max())
    )
