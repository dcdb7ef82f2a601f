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
    """The same share with the differences of random episodes reversed."""
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

    Steps of one episode depend on each other, so that episodes are the units. Every episode is centred, which
    leaves how its categories differ from its own mean. Under the null these differences have no direction in
    common: to turn the sign of all of an episode's differences gives data that are as likely. A permutation
    turns the signs of about half of the episodes, drawn at random. Runs, numbers of steps and the dependence
    between steps all stay; only that a category is the same thing from episode to episode is broken.

    The test is exact where an episode's differences are distributed symmetrically, and close to it otherwise
    if episodes are many. Other ways fail here. Shuffling steps breaks the runs and finds random walks
    significant. Giving an episode the labels of another one of its length changes nothing where categories
    follow from the length, as in reversal. Renaming the categories of an episode finds noise significant
    where some categories are rarer than others.

    The statistic needs no fit: it is the sum of squares between category means over the total sum of squares,
    of the centred episodes, and a permutation costs no pass over the points. Points that do not vary, and a
    single category, have p-value 1. Of n episodes there are 2^(n-1) distinct permutations, so that fewer than
    6 hardly give a p-value under 0.05.

    Source: Winkler et al. (2014), Permutation inference for the general linear model, on sign flipping and
    exchangeability blocks. Of the p-value: Phipson & Smyth (2010), Permutation p-values should never be zero,
    equation (2).
    """
    _, episode = np.unique(episode, return_inverse=True)
    _, category = np.unique(category, return_inverse=True)
    centred = _centre_by(points, episode)
    total = float(np.sum(centred**2))
    if total <= 1e-18 * max(1.0, float(np.sum(points**2))):
        return PermutationTest(0.0, (0.0,) * permutations, 1.0)
    sums = _sums(centred, episode, category) / np.sqrt(np.bincount(category) * total)[:, None]
    signs = np.random.default_rng(seed).choice([-1.0, 1.0], size=(permutations, len(sums)))
    statistic, *null = (
        float(np.sum(np.tensordot(sign, sums, 1) ** 2)) for sign in (np.ones(len(sums)), *signs)
    )
    reached = sum(value >= statistic - _ROUNDING for value in null)
    return PermutationTest(statistic, tuple(null), (1 + reached) / (1 + permutations))


def _centre_by(
    points: Float[np.ndarray, "point feature"], group: Int[np.ndarray, " point"]
) -> Float[np.ndarray, "point feature"]:
    sums = np.zeros((group.max() + 1, points.shape[1]))
    np.add.at(sums, group, points)
    return points - (sums / np.bincount(group)[:, None])[group]


def _sums(
    points: Float[np.ndarray, "point feature"],
    episode: Int[np.ndarray, " point"],
    category: Int[np.ndarray, " point"],
) -> Float[np.ndarray, "episode category feature"]:
    sums = np.zeros((episode.max() + 1, category.max() + 1, points.shape[1]))
    np.add.at(sums, (episode, category), points)
    return sums
