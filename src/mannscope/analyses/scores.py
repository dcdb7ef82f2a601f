"""Scores of how well labels are separated in a cloud of points."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

_NEIGHBOURS = 10
_NO_VARIANCE = 1e-18


def balanced_accuracy(predicted: Int[np.ndarray, " point"], labels: Int[np.ndarray, " point"]) -> float:
    """Average over the classes the share of their points that are predicted; chance is 1 over the classes."""
    return float(np.mean([np.mean(predicted[labels == label] == label) for label in np.unique(labels)]))


@dataclass(frozen=True, eq=False)
class Distances:
    """Distances between points, and each point's neighbours: measured once, scored for many labellings."""

    between: Float[np.ndarray, "point point"]
    neighbours: Int[np.ndarray, "point neighbour"]

    @classmethod
    def of(cls, points: Float[np.ndarray, "point feature"], seed: int = 0) -> "Distances":
        """Measure Euclidean distances in the full space; equally near neighbours come in random order."""
        centred = points - points.mean(axis=0)
        squares = np.sum(centred**2, axis=1)
        between = np.sqrt(np.maximum(squares[:, None] + squares[None, :] - 2 * centred @ centred.T, 0))
        resolution = 1e-7 * (np.sqrt(squares.max(initial=0.0)) or 1.0)
        between[between < resolution] = 0.0
        np.fill_diagonal(between, 0.0)
        shuffled = between + resolution * np.random.default_rng(seed).random(between.shape)
        np.fill_diagonal(shuffled, np.inf)
        number = min(_NEIGHBOURS, len(points) - 1)
        return cls(between, np.argpartition(shuffled, max(number - 1, 0), axis=1)[:, :number])

    def silhouette(self, labels: Int[np.ndarray, " point"]) -> float | None:
        """Compare each point's distance to its own class with that to the nearest other class, in [-1, 1].

        None where there are fewer than two classes. A point alone in its class, and points that all
        coincide, score 0.

        Source: Rousseeuw (1987), Silhouettes.
        """
        member, counts = _membership(labels)
        if len(counts) < 2:
            return None
        sums = self.between @ member
        own = member.astype(bool)
        within = sums[own] / np.maximum(counts[member.argmax(axis=1)] - 1, 1)
        nearest = np.where(own, np.inf, sums / counts).min(axis=1)
        larger = np.maximum(within, nearest)
        score = np.divide(nearest - within, larger, out=np.zeros_like(larger), where=larger > 0)
        return float(np.mean(np.where(counts[member.argmax(axis=1)] > 1, score, 0.0)))

    def purity(self, labels: Int[np.ndarray, " point"]) -> float | None:
        """Give the share of a point's 10 nearest neighbours that have its label; 0 is chance and 1 is
        perfect.

        Each neighbour counts by one over the size of its class and each class equally, so that classes that
        are frequent do not weigh more. None where fewer than two classes have two points.
        """
        member, counts = _membership(labels)
        classes = member.argmax(axis=1)
        if np.sum(counts > 1) < 2:
            return None
        near = classes[self.neighbours]
        same = near == classes[:, None]
        others = np.maximum(counts[near] - same, 1)
        share = np.sum(same / others, axis=1) / np.sum(1 / others, axis=1)
        mean = np.mean([share[classes == label].mean() for label in np.flatnonzero(counts > 1)])
        chance = 1 / len(counts)
        return float((mean - chance) / (1 - chance))


@dataclass(frozen=True)
class VarianceShares:
    """How much of the total variance is explained; both are in [0, 1] and their sum is at most 1."""

    category: float
    """By the category."""
    symbol: float
    """By the symbol beyond its category."""


def variance_shares(
    points: Float[np.ndarray, "point feature"],
    category: Int[np.ndarray, " point"],
    symbol: Int[np.ndarray, " point"],
) -> VarianceShares:
    """Split the variance of the points between categories, between symbols of one category, and the rest.

    Shares are eta squared: sum of squares between groups over the total sum of squares. Both are 0 where the
    points do not vary. Unlike an accuracy they weigh a difference by its size: symbols that differ
    only in the ninth decimal explain nothing.
    """
    centred = points - points.mean(axis=0)
    total = np.sum(centred**2)
    if total <= _NO_VARIANCE * points.size * max(1.0, np.abs(points).max(initial=0.0)) ** 2:
        return VarianceShares(0.0, 0.0)
    by_category = between_squares(centred, category) / total
    by_symbol = between_squares(centred, category * (symbol.max() + 1) + symbol) / total
    return VarianceShares(float(by_category), float(max(0.0, by_symbol - by_category)))


def between_squares(centred: Float[np.ndarray, "point feature"], labels: Int[np.ndarray, " point"]) -> float:
    """Sum the squares between the means of the classes; the points have mean zero."""
    member, counts = _membership(labels)
    return float(np.sum((member.T @ centred) ** 2 / counts[:, None]))


def _membership(
    labels: Int[np.ndarray, " point"],
) -> tuple[Float[np.ndarray, "point group"], Int[np.ndarray, " group"]]:
    _, group, counts = np.unique(labels, return_inverse=True, return_counts=True)
    return np.eye(len(counts))[group], counts
