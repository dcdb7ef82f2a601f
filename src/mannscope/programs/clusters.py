"""Clusters of vectors: a codebook for each symbol, with clusters of a bounded diameter."""

import numpy as np
from jaxtyping import Float, Int

_SAMPLE = 2500


class Codebook:
    """Clusters of vectors, each within one group.

    Clusters are joined by complete linkage, so that no two vectors of a cluster are further apart than the
    diameter. At most 2,500 vectors of a group are linked, drawn by `seed`; the others join the nearest mean.

    Args:
        vectors: What is clustered.
        groups: Vectors of different groups are never in one cluster.
        diameter: In standard deviations of all vectors.
        seed: Draws the vectors that are linked.
    """

    def __init__(
        self,
        vectors: Float[np.ndarray, "point width"],
        groups: Int[np.ndarray, " point"],
        diameter: float,
        seed: int,
    ) -> None:
        scale = float(np.sqrt(vectors.var(axis=0).sum())) if len(vectors) else 0.0
        self.numbers = np.zeros(len(vectors), int)
        self._means: dict[int, tuple[int, np.ndarray]] = {}
        count = 0
        for group in np.unique(groups).tolist():
            at = np.flatnonzero(groups == group)
            drawn = np.random.default_rng(seed).permutation(at)[:_SAMPLE]
            self._means[group] = (
                count,
                _means(vectors[drawn], _linked(vectors[drawn], diameter * scale if scale else 0.0)),
            )
            self.numbers[at] = self.nearest(group, vectors[at])
            count += len(self._means[group][1])

    def nearest(self, group: int, vectors: Float[np.ndarray, "point width"]) -> Int[np.ndarray, " point"]:
        """Give the number of the cluster of a group whose mean is nearest to each vector."""
        first, means = self._means[group]
        return first + ((means**2).sum(axis=1) - 2 * vectors @ means.T).argmin(axis=1)


def _linked(vectors: Float[np.ndarray, "point width"], diameter: float) -> Int[np.ndarray, " point"]:
    from scipy.cluster.hierarchy import fcluster, linkage

    if len(vectors) == 1 or diameter in (0.0, float("inf")):
        return np.zeros(len(vectors), int)
    return fcluster(linkage(vectors, "complete"), diameter, "distance") - 1


def _means(vectors: np.ndarray, numbers: np.ndarray) -> Float[np.ndarray, "cluster width"]:
    sums = np.zeros((numbers.max() + 1, vectors.shape[1]))
    np.add.at(sums, numbers, vectors)
    return sums / np.bincount(numbers)[:, None]
