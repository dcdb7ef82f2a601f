"""Small statistics: correction for several tests, and intervals."""

from collections.abc import Sequence
from statistics import NormalDist

import numpy as np
from jaxtyping import Float, Int

from mannscope.errors import MannscopeError


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Correct p-values for their number, so that the chance of any false positive stays at the level.

    The corrected values are in the order given, at least as large as before, and at most 1.

    Source: Holm (1979), A simple sequentially rejective multiple test procedure.

    Raises:
        MannscopeError: if a value is not in [0, 1].

    >>> [round(p, 3) for p in holm([0.01, 0.04, 0.03])]
    [0.03, 0.06, 0.06]
    """
    values = np.asarray(p_values, float)
    if not ((values >= 0) & (values <= 1)).all():
        raise MannscopeError("p-values must lie in [0, 1]", str(list(p_values)), "Leave undefined ones out")
    order = np.argsort(values, kind="stable")
    stepped = np.maximum.accumulate(values[order] * np.arange(len(values), 0, -1))
    corrected = np.empty_like(values)
    corrected[order] = np.minimum(stepped, 1.0)
    return tuple(float(p) for p in corrected)


def wilson_interval(successes: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Give the interval of a proportion; it stays inside [0, 1] and is not empty at 0 and 1.

    Source: Wilson (1927), Probable inference, the law of succession, and statistical inference.

    Raises:
        MannscopeError: if `n` is not positive, or `successes` is not from 0 to `n`.
    """
    if n < 1 or not 0 <= successes <= n:
        raise MannscopeError(
            "successes must be from 0 to n, and n positive",
            f"{successes} of {n}",
            "Count both over the same trials",
        )
    z = NormalDist().inv_cdf(0.5 + level / 2)
    share, scale = successes / n, 1 + z**2 / n
    middle = (share + z**2 / (2 * n)) / scale
    half = z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / scale
    low = middle - half if successes > 0 else 0.0
    high = middle + half if successes < n else 1.0
    return float(low), float(high)


def bootstrap_interval_by_episode(
    values: Float[np.ndarray, " point"],
    episode: Int[np.ndarray, " point"],
    *,
    level: float = 0.95,
    resamples: int = 1000,
    seed: int = 0,
) -> tuple[float, float]:
    """Give the percentile interval of the mean value, drawing whole episodes again with replacement.

    Steps of one episode depend on each other, so that drawing single steps would make the interval too
    narrow.

    Source: Efron & Tibshirani (1993), An introduction to the bootstrap, chapter 13.

    Raises:
        MannscopeError: if there are no values.
    """
    if not len(values):
        raise MannscopeError("at least one value is needed", "none", "Widen the mask or record more episodes")
    episodes, index = np.unique(episode, return_inverse=True)
    sums, counts = np.bincount(index, weights=values), np.bincount(index)
    drawn = np.random.default_rng(seed).integers(len(episodes), size=(resamples, len(episodes)))
    means = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    low, high = np.quantile(means, [0.5 - level / 2, 0.5 + level / 2])
    return float(low), float(high)
