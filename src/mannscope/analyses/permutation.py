"""The permutation test of a category: is what sets it apart the same in every episode?"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

_ROUNDING = 1e-9


@dataclass(frozen=True)
class PermutationTest:
    """Result of a permutation test."""

    statistic: float
    """Share of the variance within episodes that lies between categories, in [0, 1]."""
    null: tuple[float, ...]
    """The same share for permuted labels."""
    p_value: float
    """(1 + number of permutations with at least this share) / (1 + number of permutations)."""


def permutation_test(
    points: Float[np.ndarray, "point feature"],
    category: Int[np.ndarray, " point"],
    episode: Int[np.ndarray, " point"],
    *,
    permutations: int = 200,
    seed: int = 0,
) -> PermutationTest:
    """Test whether the categories differ in the same way in all episodes.

    The null renames, in every episode as a whole, the categories that occur in it: in one episode "digit"
    and "close" change places, in another one they do not. So the steps of an episode that share a label
    still share one, with the same runs and the same numbers of steps, and the dependence between steps is as
    strong under the null as in the data. Only what the null denies is broken: that a category is the same
    thing from episode to episode. (Shuffling steps would break the runs too and find nearly everything
    significant; giving an episode the labels of another one of its length changes nothing in a task whose
    categories follow from the length, such as reversal.)

    The statistic needs no fit: every episode is centred, and the sum of squares between category means is
    taken over the total sum of squares. It is computed from the sums of each category of each episode, so
    that a permutation costs no pass over the points. Points that do not vary, and a single category, have
    p-value 1. With few episodes few permutations are distinct, and no p-value can be small.

    Source of the p-value: Phipson & Smyth (2010), Permutation p-values should never be zero, equation (2).
    """
    _, episode = np.unique(episode, return_inverse=True)
    _, category = np.unique(category, return_inverse=True)
    centred = _centre_by(points, episode)
    total = float(np.sum(centred**2))
    if total <= 1e-18 * max(1.0, float(np.sum(points**2))):
        return PermutationTest(0.0, (0.0,) * permutations, 1.0)
    sums, counts = _totals(centred, episode, category)
    statistic = _between(sums, counts) / total
    generator = np.random.default_rng(seed)
    null = tuple(_between(*_rename(sums, counts, generator)) / total for _ in range(permutations))
    reached = sum(value >= statistic * (1 - _ROUNDING) for value in null)
    return PermutationTest(float(statistic), null, (1 + reached) / (1 + permutations))


def _centre_by(
    points: Float[np.ndarray, "point feature"], group: Int[np.ndarray, " point"]
) -> Float[np.ndarray, "point feature"]:
    sums = np.zeros((group.max() + 1, points.shape[1]))
    np.add.at(sums, group, points)
    return points - (sums / np.bincount(group)[:, None])[group]


def _totals(
    points: Float[np.ndarray, "point feature"],
    episode: Int[np.ndarray, " point"],
    category: Int[np.ndarray, " point"],
) -> tuple[Float[np.ndarray, "episode category feature"], Int[np.ndarray, "episode category"]]:
    shape = (episode.max() + 1, category.max() + 1)
    sums, counts = np.zeros((*shape, points.shape[1])), np.zeros(shape, int)
    np.add.at(sums, (episode, category), points)
    np.add.at(counts, (episode, category), 1)
    return sums, counts


def _between(
    sums: Float[np.ndarray, "episode category feature"], counts: Int[np.ndarray, "episode category"]
) -> float:
    number = counts.sum(axis=0)
    squares = np.sum(sums.sum(axis=0) ** 2, axis=1)
    return float(np.sum(squares / np.maximum(number, 1)))


def _rename(
    sums: Float[np.ndarray, "episode category feature"],
    counts: Int[np.ndarray, "episode category"],
    generator: np.random.Generator,
) -> tuple[Float[np.ndarray, "episode category feature"], Int[np.ndarray, "episode category"]]:
    """Let the categories present in each episode change places at random."""
    absent = counts == 0
    late = 2.0 + np.arange(counts.shape[1])
    present_first = np.argsort(np.where(absent, late, 0.0), axis=1, kind="stable")
    shuffled = np.argsort(np.where(absent, late, generator.random(counts.shape)), axis=1)
    source = np.empty_like(shuffled)
    np.put_along_axis(source, present_first, shuffled, axis=1)
    return np.take_along_axis(sums, source[:, :, None], axis=1), np.take_along_axis(counts, source, axis=1)
