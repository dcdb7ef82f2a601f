"""How far a picture keeps the neighbourhoods of the full space."""

import numpy as np
from jaxtyping import Float

from mannscope.analyses.scores import Distances

_NEIGHBOURS = 10
_FEWEST = 2 * _NEIGHBOURS + 1
_RANDOM_PLANES = 5
_RESOLUTION = 1e-6


def trustworthiness(
    points: Float[np.ndarray, "point feature"], drawn: Float[np.ndarray, "point 2"]
) -> float | None:
    """Tell how far neighbours in the picture are neighbours in the full space, in [0, 1].

    Intruders count by their rank in the full space. None where nothing is drawn apart.

    Source: Venna & Kaski (2001), Neighborhood preservation in nonlinear projection methods.
    """
    neighbours = min(_NEIGHBOURS, (len(points) - 1) // 2)
    if neighbours < 1 or not drawn.any():
        return None
    from sklearn.manifold import trustworthiness

    return float(trustworthiness(points, drawn, n_neighbors=neighbours))


def neighbours_kept(
    points: Float[np.ndarray, "point feature"], drawn: Float[np.ndarray, "point 2"], seed: int = 0
) -> float | None:
    """Give the share of the 10 nearest neighbours in the full space that are so in the picture, in [0, 1].

    Where several points are equally near in the full space, to a millionth of its size, any of them may be
    the tenth. Those equally near in the picture are taken in random order. By chance it is 10 over the
    number of other points. None with fewer than 21 points, and where nothing is drawn apart.

    Source: Lee & Verleysen (2009), Quality assessment of dimensionality reduction: rank-based criteria.
    """
    if len(points) < _FEWEST or not drawn.any():
        return None
    return _kept(Distances.of(points, seed), Distances.of(drawn, seed))


def neighbours_kept_by_random_planes(
    points: Float[np.ndarray, "point feature"], seed: int = 0
) -> float | None:
    """Give the same share for random planes, the mean of five: the control of a picture's.

    Permuted points would keep nearly nothing, whatever the site. A random plane keeps what *any* picture of
    the site keeps, most of it where the points lie near a plane; what a picture keeps beyond is its method's.
    """
    if len(points) < _FEWEST or not np.ptp(points, axis=0).any():
        return None
    full, generator = Distances.of(points, seed), np.random.default_rng(seed)
    planes = generator.normal(size=(_RANDOM_PLANES, points.shape[1], 2))
    return float(np.mean([_kept(full, Distances.of(points @ plane, seed)) for plane in planes]))


def _kept(full: Distances, drawn: Distances) -> float:
    tenth = np.take_along_axis(full.between, full.neighbours, axis=1).max(axis=1)
    seen = np.take_along_axis(full.between, drawn.neighbours, axis=1)
    return float(np.mean(seen <= tenth[:, None] + _RESOLUTION * full.between.max()))
