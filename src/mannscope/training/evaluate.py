"""Accuracy by size and shape, soft and discretised."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Bool, Float

from mannscope.models import AbstractIntervention, Discretise
from mannscope.tasks import base_rate
from mannscope.tasks.task import Episode
from mannscope.training.subject import Subject, draw


class Evaluation(NamedTuple):
    """How a network does on episodes of one size and shape."""

    size: int
    shape: str
    episodes: int
    exact: float
    """Share of episodes with every answer right."""
    token: float
    """Share of answer positions that are right."""
    exact_discrete: float
    """Share of episodes with every answer right, when the most probable action is taken at every step."""
    base_rate: float
    """Share of episodes that the most frequent answer alone gets right."""
    interval: tuple[float, float]
    """95% interval of `exact` (Wilson)."""

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        return self._asdict() | {"interval": list(self.interval)}


def evaluate(
    network: Subject,
    sizes: Sequence[int],
    shapes: Sequence[str] = (),
    *,
    episodes: int = 256,
    seed: int = 1,
    slots: int | None = None,
    capped: bool = False,
    above: int = 0,
) -> list[Evaluation]:
    """Measure accuracy on held-out episodes of every size and shape.

    Of finite data, a size stands for the episodes that are longer than the size before, and each of these is
    measured once, or as many as `episodes` of them.

    Args:
        network: The network.
        sizes: Sizes, in the task's own unit.
        shapes: Shapes; the task's first where empty.
        episodes: Number of episodes of each; at most, where the data are finite.
        seed: Draws the episodes.
        slots: Size of the memory; as many as can be needed unless given.
        capped: Allow fewer slots than can be needed.
        above: The size before the smallest one.

    Raises:
        MannscopeError: if the shape is unknown, or the data have no such size.
    """
    shapes = list(shapes) or [network.task.shapes[0]]
    for shape in shapes:
        network.task.require_shape(shape)
    memory = {"slots": slots, "capped": capped}
    before = {size: max((one for one in sizes if one < size), default=above) for size in sizes}
    drawn = {
        (shape, size): draw(network, seed, episodes, size, shape, above=before[size])
        for shape in shapes
        for size in sizes
    }  # all, before any is measured, so that a size that there is not is refused at once
    return [_evaluate(network, size, shape, of, memory) for (shape, size), of in drawn.items()]


def _evaluate(
    network: Subject, size: int, shape: str, episodes: Episode, memory: dict[str, Any]
) -> Evaluation:
    from scipy.stats import binomtest

    count = len(episodes.inputs)
    right = correct(network.logits(episodes.inputs, **memory), episodes)
    discrete = exact(correct(network.logits(episodes.inputs, (Discretise(),), **memory), episodes), episodes)
    soft = exact(right, episodes)
    low, high = binomtest(int(soft.sum()), count).proportion_ci(method="wilson")
    token = float(right[np.asarray(episodes.answer)].mean())
    rate = float(base_rate(episodes))
    return Evaluation(
        size, shape, count, float(soft.mean()), token, float(discrete.mean()), rate, (float(low), float(high))
    )


def correct(
    logits: Float[np.ndarray, "episode step output_symbol"], episodes: Episode
) -> Bool[np.ndarray, "episode step"]:
    """Mark the positions at which the most probable output is the target."""
    return np.argmax(logits, axis=-1) == np.asarray(episodes.targets)


def exact(right: Bool[np.ndarray, "episode step"], episodes: Episode) -> Bool[np.ndarray, " episode"]:
    """Mark the episodes with every answer right."""
    return np.asarray((right | ~np.asarray(episodes.answer)).all(axis=1))


def exact_accuracy(
    network: Subject,
    episodes: Episode,
    interventions: tuple[AbstractIntervention, ...] = (),
    *,
    slots: int | None = None,
    capped: bool = False,
) -> Bool[np.ndarray, " episode"]:
    """Run episodes, under interventions if any are given, and mark the exact ones."""
    return exact(
        correct(network.logits(episodes.inputs, interventions, slots=slots, capped=capped), episodes),
        episodes,
    )
