"""Shows episodes as a worked example writes them: labels, and a dot where there is none."""

import jax
import numpy as np

from mannscope.arrays import PADDING
from mannscope.tasks import AbstractTask, Episode


def asked(task: AbstractTask, text: str) -> str:
    """Give the targets of a typed episode."""
    return shown(task.episode(text).targets, task.outputs)


def shown(indices: object, labels: tuple[str, ...]) -> str:
    """Write indices by their labels, with spaces between."""
    return " ".join("." if index == PADDING else labels[index] for index in np.asarray(indices).tolist())


def traced(task: AbstractTask, text: str, algorithm: str) -> list[str]:
    """Give, for each step of an algorithm, its actions, what the machine holds, and what it outputs."""
    steps = task.oracle(tuple(np.asarray(task.episode(text).inputs).tolist()), algorithm)
    return [
        " ".join(action or "free" for action in step.actions)
        + f" | {' '.join(step.memory)}"
        + (f" > {step.output}" if step.output else "")
        for step in steps
    ]


def drawn(task: AbstractTask, size: int, episodes: int, *, largest: int = 0, seed: int = 0) -> Episode:
    """Draw episodes of one size."""
    keys = jax.random.split(jax.random.key(seed), episodes)
    sample = jax.jit(jax.vmap(lambda key: task.sample(key, size, largest=largest or size)))
    return jax.tree.map(np.asarray, sample(keys))
