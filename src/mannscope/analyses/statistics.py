"""Small statistics: correction for several tests, intervals, effect sizes, and how many episodes to draw."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from jaxtyping import Float, Int

from mannscope.errors import MannscopeError

_MOST_EPISODES = 1_000_000


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
    from scipy.stats import binomtest

    low, high = binomtest(successes, n).proportion_ci(level, method="wilson")
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


@dataclass(frozen=True)
class PairedDifference:
    """How much better one score of an episode is than another score of the same episode."""

    difference: float
    """Mean of the first score minus the second."""
    interval: tuple[float, float]
    """Bootstrap interval of the difference, drawing whole episodes again."""
    effect_size: float | None
    """The difference over its standard deviation between episodes (Cohen's d for pairs); None where all
    episodes differ alike."""
    effect_interval: tuple[float, float] | None
    """Bootstrap interval of the effect size; None where that is, and where episodes drawn again all differ
    alike."""
    episodes: int


def bootstrap_difference_by_episode(
    first: Float[np.ndarray, " episode"],
    second: Float[np.ndarray, " episode"],
    *,
    level: float = 0.95,
    resamples: int = 1000,
    seed: int = 0,
) -> PairedDifference:
    """Compare two scores of the same episodes, such as the accuracy with and without an intervention.

    An episode that is hard for both cancels, so that the interval is narrower than that of two samples.

    Source: Efron & Tibshirani (1993), An introduction to the bootstrap, chapter 13; of the effect size:
    Cohen (1988), Statistical power analysis for the behavioral sciences, section 2.3.

    Raises:
        MannscopeError: if there are fewer than two episodes, or not two scores of each.
    """
    if len(first) != len(second) or len(first) < 2:
        raise MannscopeError(
            "there must be two scores of each of at least 2 episodes",
            f"{len(first)} and {len(second)}",
            "Score the same episodes twice",
        )
    gains = np.asarray(first, float) - np.asarray(second, float)
    drawn = gains[np.random.default_rng(seed).integers(len(gains), size=(resamples, len(gains)))]
    means, deviations, deviation = drawn.mean(axis=1), drawn.std(axis=1, ddof=1), gains.std(ddof=1)
    alike = 1e-12 * np.abs(gains).max()
    ends = [0.5 - level / 2, 0.5 + level / 2]
    effects = np.quantile(means / deviations, ends) if deviations.min() > alike else None
    low, high = np.quantile(means, ends)
    return PairedDifference(
        difference=float(gains.mean()),
        interval=(float(low), float(high)),
        effect_size=float(gains.mean() / deviation) if deviation > alike else None,
        effect_interval=None if effects is None else (float(effects[0]), float(effects[1])),
        episodes=len(gains),
    )


def episodes_for_power(threshold: float, margin: float, *, level: float = 0.05, power: float = 0.8) -> int:
    """Count the episodes that it takes to distinguish a share truly beyond a threshold from it.

    From this number of episodes on, a share that is truly `threshold + margin` passes the one-sided exact
    binomial test against `threshold`, at `level`, with a probability of at least `power`. Power rises in a
    saw-tooth, so that fewer episodes can happen to do as well.

    Source: Chernick & Liu (2002), The saw-toothed behavior of power versus sample size.

    Args:
        threshold: Share to be distinguished from, in (0, 1).
        margin: How far the true share lies beyond; negative if it lies below. Their sum is in [0, 1].
        level: Chance of passing at the threshold, at most; in (0, 1).
        power: Chance of passing at the true share, at least; in (0, 1).

    Raises:
        MannscopeError: if a share is no share, the margin is 0, or a million episodes are too few.

    >>> episodes_for_power(0.99, 0.01)  # 0.99**298 is above 0.05, and 0.99**299 is not
    299
    """
    _require_shares(threshold, margin, level, power)
    if margin < 0:  # the share of failures instead
        threshold, margin = 1 - threshold, -margin
    true = min(threshold + margin, 1.0)
    normal = NormalDist()
    spread = normal.inv_cdf(1 - level) * (threshold * (1 - threshold)) ** 0.5
    spread += max(0.0, normal.inv_cdf(power)) * (true * (1 - true)) ** 0.5
    most = int(2 * (spread / margin) ** 2 + 10 / margin + 10 / (1 - threshold)) + 10
    if most > _MOST_EPISODES:
        raise MannscopeError(
            f"at most {_MOST_EPISODES} episodes can be drawn", f"about {most // 2}", "Widen the margin"
        )
    from scipy.stats import binom

    episodes = np.arange(1, most + 1)
    critical = binom.isf(level, episodes, threshold) + 1  # the fewest successes that pass
    too_weak = np.flatnonzero(binom.sf(critical - 1, episodes, true) < power)
    return int(episodes[too_weak[-1]] + 1) if len(too_weak) else 1


def _require_shares(threshold: float, margin: float, level: float, power: float) -> None:
    inside = all(0 < share < 1 for share in (threshold, level, power))
    if not inside or not margin or not -1e-12 <= threshold + margin <= 1 + 1e-12:
        raise MannscopeError(
            "threshold, level and power must lie in (0, 1), and threshold + margin in [0, 1], margin not 0",
            f"{threshold}, {level}, {power} and margin {margin}",
            "Pass episodes_for_power(0.95, 0.02), for example",
        )
