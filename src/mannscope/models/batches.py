"""Run many episodes a few at a time, into arrays that are allocated once."""

from collections import deque
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

BATCH = 32
"""Episodes that run at once: with these, what a step touches stays in the processor's cache."""
AHEAD = 1
"""Batches that are begun before the one before them is waited for: another core runs them meanwhile."""


def in_batches(run: Callable[..., Any], *arguments: Any) -> Any:
    """Run a compiled function of a batch of episodes on all of them, a batch at a time.

    One program serves every number of episodes from `BATCH` on: the last batch is as large as the others and
    overlaps the one before it.

    Args:
        run: Takes trees of arrays with a leading axis `episode`, and gives such a tree.
        arguments: What it takes, for all episodes; the first has at least one array.

    Returns:
        NumPy arrays for all episodes.
    """
    episodes = len(jax.tree.leaves(arguments)[0])
    arguments = jax.tree.map(np.asarray, arguments)  # slices of JAX's own arrays are programs
    if episodes <= BATCH:
        return jax.tree.map(np.asarray, run(*jax.tree.map(jnp.asarray, arguments)))
    whole: Any = None
    running: deque[tuple[slice, Any]] = deque()
    for start in range(0, episodes, BATCH):
        place = slice(min(start, episodes - BATCH), min(start + BATCH, episodes))
        part = run(*jax.tree.map(lambda values, place=place: jnp.asarray(values[place]), arguments))
        if whole is None:
            whole = jax.tree.map(lambda some: np.empty((episodes, *some.shape[1:]), some.dtype), part)
        running.append((place, part))
        if len(running) > AHEAD:
            _put(whole, *running.popleft())
    while running:
        _put(whole, *running.popleft())
    return whole


def _put(whole: Any, place: slice, part: Any) -> None:
    """Wait for a batch, and put it in its place."""
    jax.tree.map(lambda all_, some: all_.__setitem__(place, some), whole, part)
