"""What a piece of evidence is, and when it passes; the thresholds were fixed before looking."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from statistics import NormalDist
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int

LOOKS = 3
"""Times at most that a verdict is looked at before more episodes are drawn for it."""
LEVEL = 0.05 / LOOKS
"""Of every interval, so that 0.05 holds for all looks together (Bonferroni)."""
WORST = 0.9
"""What the worst part must reach of a score whose mean must reach more."""

WORST_LOSS = 0.2
"""What a loss must reach at every size, where that of all sizes must reach half: at a small size, many
episodes need little memory."""

TASK = 0.5
AGREEMENT = 0.99
FOLLOWING = 0.95
SUFFICIENCY = 0.99
NECESSITY = 0.5
RELIANCE = 0.5
EXCHANGE = 0.95
SELECTIVITY, READ = 0.2, 0.95
INTERCHANGE = 0.95


class Outcome(StrEnum):
    """What a piece of evidence, or a verdict, says."""

    PASSED = "passed"
    FAILED = "failed"
    UNDECIDED = "undecided"
    """The interval spans the threshold, or nothing could be measured."""


Interval = tuple[float, float]
Shares = Float[np.ndarray, " episode"]
"""What share of an episode's claims came true; NaN where it has none."""


@dataclass(frozen=True)
class Part:
    """A part of the episodes, or of their steps, and its score."""

    name: str
    score: float
    interval: Interval
    episodes: int
    outcome: Outcome


@dataclass(frozen=True)
class Evidence:
    """One measurement for or against a hypothesis."""

    kind: str
    question: str
    outcome: Outcome
    score: float | None = None
    """Passes from `threshold` on."""
    interval: Interval | None = None
    threshold: float | None = None
    control: float | None = None
    """The same score where the hypothesis should fail."""
    worst: Part | None = None
    """The part that did worst: a size, a category, a symbol, a position, …"""
    by_size: Mapping[int, Outcome] = field(default_factory=dict)
    """What it says at each size alone."""
    needed: int | None = None
    """Episodes that would decide, if the score stays; None where it is decided, or that cannot be said."""
    decides: bool = True
    """Whether the verdict depends on it."""
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """Whether it speaks for the hypothesis."""
        return self.outcome is Outcome.PASSED

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        return dict(vars(self)) | {"passed": self.passed}

    def line(self) -> str:
        """Say in one line what was measured, and what that says."""
        if self.score is None:
            return f"{self.outcome}, {self.details.get('note', 'nothing could be measured')}"
        bounds = f" [{self.interval[0]:.3f}, {self.interval[1]:.3f}]" if self.interval else ""
        least = f", at least {self.threshold:g}" if self.threshold is not None and self.decides else ""
        control = f"; control {self.control:.3g}" if self.control is not None else ""
        worst = f"; worst {self.worst.score:.3g} at {self.worst.name}" if self.worst else ""
        needed = f"; about {self.needed} episodes would decide" if self.needed else ""
        said = self.outcome if self.decides else "beside"
        return f"{said}, {self.score:.4g}{bounds}{least}{control}{worst}{needed}"


def interval(share: float, episodes: int) -> Interval:
    """Give the interval of a mean share of episodes, at `LEVEL`.

    Steps of one episode depend on each other, so that an episode counts once. A share in [0, 1] varies at
    most as a proportion does, and the interval is the wider for it.
    """
    return share_interval(share, episodes, LEVEL)


def share_interval(share: float, count: int, level: float) -> Interval:
    """Give the two-sided interval of a mean share of independent things; `level` is the chance to miss.

    Source: Wilson (1927), Probable inference, the law of succession, and statistical inference.
    """
    z = NormalDist().inv_cdf(1 - level / 2)
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * np.sqrt(share * (1 - share) / count + (z / (2 * count)) ** 2)
    return float(max(0.0, middle - half)), float(min(1.0, middle + half))


def decide(bounds: Interval, threshold: float) -> Outcome:
    """Decide by the interval: it lies above the threshold, below it, or spans it."""
    low, high = bounds
    return Outcome.PASSED if low >= threshold else Outcome.FAILED if high < threshold else Outcome.UNDECIDED


def needed_for(score: float, threshold: float, most: int = 1_000_000) -> int | None:
    """Give the episodes with which an interval about this score would not span the threshold."""
    score = min(max(score, 0.0), 1.0)
    low, high = 1, most
    if decide(interval(score, most), threshold) is Outcome.UNDECIDED:
        return None
    while low < high:
        middle = (low + high) // 2
        if decide(interval(score, middle), threshold) is Outcome.UNDECIDED:
            low = middle + 1
        else:
            high = middle
    return low


def loss(
    name: str, exact: float, after: Bool[np.ndarray, " episode"], rate: float, threshold: float
) -> Part | None:
    """Give what share of what can be lost is lost; None where no episode is there, or nothing can be lost.

    Args:
        name: Of the part.
        exact: Exact accuracy before.
        after: Which episodes are exact after.
        rate: Exact accuracy of the most frequent answer: what can be lost is the distance to it.
        threshold: What the share must reach.
    """
    if not len(after) or exact <= rate:
        return None
    low, high = interval(float(after.mean()), len(after))

    def lost(accuracy: float) -> float:
        return (exact - accuracy) / (exact - rate)

    bounds = lost(high), lost(low)
    return Part(name, lost(float(after.mean())), bounds, len(after), decide(bounds, threshold))


def part(name: str, shares: Shares, threshold: float, most: int | None = None) -> Part | None:
    """Score a part; None where no episode has any of it.

    Args:
        name: What it is.
        shares: Of its episodes.
        threshold: What it must reach.
        most: Episodes that there are, where they are finite.
    """
    known = shares[~np.isnan(shares)]
    if not len(known):
        return None
    count = len(known) if most is None else min(len(known), most)
    score = float(known.mean())
    bounds = interval(score, count)
    return Part(name, score, bounds, count, decide(bounds, threshold))


def weigh(
    kind: str,
    question: str,
    whole: Part | None,
    sizes: Mapping[int, Part | None],
    parts: Iterable[Part | None] = (),
    *,
    threshold: float,
    worst: float = WORST,
    control: float | None = None,
    details: Mapping[str, Any] | None = None,
) -> Evidence:
    """Decide by the whole, and by the worst part.

    It fails where the whole or any part failed, passes where all passed, and is otherwise undecided.

    Args:
        kind: Of the evidence.
        question: That it answers.
        whole: All episodes; None where there is nothing to measure.
        sizes: The episodes of each size.
        parts: Other parts of them, or of their steps.
        threshold: What the whole must reach.
        worst: What every part must reach.
        control: Score where the hypothesis should fail.
        details: Kept beside.
    """
    if whole is None:
        note = {"note": "there is nothing to measure it on"} | dict(details or {})
        return Evidence(kind, question, Outcome.UNDECIDED, threshold=threshold, control=control, details=note)
    known = [one for one in (*sizes.values(), *parts) if one is not None]
    outcome = together(whole.outcome, *(one.outcome for one in known))
    lowest = min(known, key=lambda one: (_ORDER[one.outcome], one.score, one.interval[0]), default=None)
    return Evidence(
        kind,
        question,
        outcome,
        whole.score,
        whole.interval,
        threshold,
        control,
        lowest,
        {size: one.outcome for size, one in sizes.items() if one is not None},
        _still_needed(whole, known, threshold, worst) if outcome is Outcome.UNDECIDED else None,
        details=details or {},
    )


def weigh_shares(
    kind: str,
    question: str,
    shares: Shares,
    threshold: float,
    *,
    size: Int[np.ndarray, " episode"],
    parts: Mapping[str, Shares] | None = None,
    most: int | None = None,
    control: float | None = None,
    details: Mapping[str, Any] | None = None,
) -> Evidence:
    """Decide by the mean share of all episodes, and by that of every size and part.

    Args:
        kind: Of the evidence.
        question: That it answers.
        shares: Of every episode.
        threshold: What the mean must reach; a part must reach `WORST`.
        size: Of every episode.
        parts: Name -> shares of that part of every episode.
        most: Different episodes that there are, where they are finite.
        control: Score where the hypothesis should fail.
        details: Kept beside.
    """
    least = min(WORST, threshold)
    sizes = {
        int(one): part(f"size {one}", np.where(size == one, shares, np.nan), least, most)
        for one in np.unique(size)
    }
    others = [part(name, of, least, most) for name, of in (parts or {}).items()]
    whole = part("all", shares, threshold, most)
    return weigh(
        kind,
        question,
        whole,
        sizes,
        others,
        threshold=threshold,
        worst=least,
        control=control,
        details=details,
    )


_ORDER = {Outcome.FAILED: 0, Outcome.UNDECIDED: 1, Outcome.PASSED: 2}


def together(*outcomes: Outcome) -> Outcome:
    """Give the outcome of several: one that failed decides, then one that is undecided."""
    return min(outcomes, key=_ORDER.__getitem__, default=Outcome.UNDECIDED)


def _still_needed(whole: Part, parts: Iterable[Part], threshold: float, worst: float) -> int | None:
    """Give the episodes of all sizes that would decide the mean and every part."""
    wanted = [(whole, needed_for(whole.score, threshold))]
    wanted += [(one, needed_for(one.score, worst)) for one in parts if one.outcome is Outcome.UNDECIDED]
    if any(count is None for _, count in wanted):
        return None
    return max(-(-count * whole.episodes // one.episodes) for one, count in wanted if count is not None)


def beside(evidence: Evidence) -> Evidence:
    """Let a piece of evidence be said, and decide nothing."""
    return replace(evidence, decides=False)
