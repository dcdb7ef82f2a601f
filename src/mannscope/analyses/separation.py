"""Does a site separate by category, and not by symbol within a category?"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import xarray as xr
from jaxtyping import Bool, Int

from mannscope.analyses.labels import symbol_categories
from mannscope.analyses.linear import read_linearly, standardise
from mannscope.analyses.partitions import random_partitions
from mannscope.analyses.permutation import PermutationTest, permutation_test
from mannscope.analyses.results import Result, plain
from mannscope.analyses.scores import Distances, VarianceShares, balanced_accuracy, variance_shares
from mannscope.analyses.sites import POLICY, Vectors, vectors
from mannscope.analyses.statistics import holm
from mannscope.analyses.threads import one_thread
from mannscope.errors import MannscopeError
from mannscope.traces.labels import require_symbols


@dataclass(frozen=True)
class Score:
    """One score of a partition beside the same score of random partitions with blocks of the same sizes."""

    value: float | None
    """None where there are not two categories to separate."""
    controls: tuple[float, ...] | None
    """None where no other partition exists."""

    @property
    def beats_controls(self) -> bool:
        """Whether the value is above that of every random partition; there may be none."""
        return self.value is not None and all(self.value > control for control in self.controls or ())

    def to_dict(self) -> dict[str, Any]:
        """Give the score as plain values, with the mean and the best of the controls."""
        mean = float(np.mean(self.controls)) if self.controls else None
        best = max(self.controls) if self.controls else None
        return {
            "value": self.value,
            "controls": plain(self.controls),
            "control_mean": mean,
            "control_best": best,
        }


@dataclass(frozen=True, repr=False)
class SeparationResult(Result):
    """How well a partition of the symbols is separated at a site."""

    site: str
    partition: Mapping[str, tuple[str, ...]]
    """Labels of the symbols that occur, by category."""
    points: int
    """Number of points used, of all episodes."""
    available: int
    """Number of points that the site has."""
    episodes: int
    held_out_episodes: int
    """Number of episodes that were scored and not fitted on."""
    chance: float
    """Balanced accuracy of guessing: 1 over the number of held-out categories."""
    probe: Score
    """Balanced accuracy of a linear probe, fitted on half of the episodes and scored on the other half."""
    silhouette: Score
    """Silhouette in the full space, over the held-out episodes, in [-1, 1]."""
    purity: Score
    """Share of the nearest neighbours that are of the same category, over the held-out episodes; 0 is
    chance."""
    variance: VarianceShares
    """Share of the held-out variance explained by category, and by symbol within category."""
    permutation: PermutationTest
    """Test of the category, permuted by whole episodes; over all of them, since nothing is fitted."""
    p_value_corrected: float | None = None
    """p-value after Holm's correction over sites; None where only one site was analysed."""

    @property
    def symbol_ratio(self) -> float:
        """Part of the explained variance that symbols within a category make up, in [0, 1]."""
        explained = self.variance.category + self.variance.symbol
        return self.variance.symbol / explained if explained > 0 else 0.0

    def separates(self, level: float = 0.05, symbol_ratio: float = 0.1) -> bool:
        """Tell whether the site separates by category and not by symbol.

        So it does if the p-value is at most `level`, the probe is better than for every random partition,
        and symbols make up at most `symbol_ratio` of the explained variance.
        """
        p_value = self.permutation.p_value if self.p_value_corrected is None else self.p_value_corrected
        return p_value <= level and self.probe.beats_controls and self.symbol_ratio <= symbol_ratio

    def to_dict(self) -> dict[str, Any]:
        """Give the result as plain values."""
        scores = {name: getattr(self, name).to_dict() for name in ("probe", "silhouette", "purity")}
        return plain(self) | scores | {"symbol_ratio": self.symbol_ratio, "separates": self.separates()}


@dataclass(frozen=True)
class Separation:
    """Scores how well a partition of the symbols into categories is separated at a site.

    Every score stands beside the same score for random partitions of the symbols: a site that tells single
    symbols apart separates those as well.

    Source: Hewitt & Liang (2019), control tasks. https://arxiv.org/abs/1909.03368

    Args:
        site: A floating-point variable of the trace, or "policy".
        max_points: Number of points beyond which they are sampled.
        permutations: Number of permutations of the episodes' differences.
        partitions: Number of random partitions.
        seed: Seed of the sample, the split, the permutations and the partitions.
    """

    site: str = POLICY
    max_points: int = 4000
    permutations: int = 200
    partitions: int = 20
    seed: int = 0

    @one_thread()
    def __call__(
        self,
        trace: xr.Dataset,
        labels: Mapping[int, str] | None = None,
        *,
        mask: Bool[np.ndarray, "episode step"] | xr.DataArray | None = None,
    ) -> SeparationResult:
        """Score the partition that `labels` gives: the name of its category for every symbol index.

        Without labels, the task's own categories are scored. `mask` keeps only some positions.

        Raises:
            UnknownNameError: if the trace has no such site.
            MannscopeError: if there are fewer than 2 episodes, or a symbol that occurs has no label.
        """
        sample = vectors(trace, self.site, mask=mask).sample(self.max_points, self.seed)
        fitted, held_out = sample.halves(self.seed)
        named, blocks = _blocks(trace, labels, sample)
        controls = random_partitions(blocks, self.partitions, self.seed)
        probe, silhouette, purity = _scores(fitted, held_out, (blocks, *controls), self.seed)
        category = _relabel(held_out.symbol, blocks)
        test = permutation_test(
            sample.points,
            _relabel(sample.symbol, blocks),
            sample.episode,
            permutations=self.permutations,
            seed=self.seed,
        )
        return SeparationResult(
            site=self.site,
            partition=named,
            points=len(sample.points),
            available=sample.available,
            episodes=len(np.unique(sample.episode)),
            held_out_episodes=len(np.unique(held_out.episode)),
            chance=1 / len(np.unique(category)),
            probe=probe,
            silhouette=silhouette,
            purity=purity,
            variance=variance_shares(held_out.points, category, held_out.symbol),
            permutation=test,
        )


def separate_sites(
    analysis: Separation, trace: xr.Dataset, sites: Sequence[str], labels: Mapping[int, str] | None = None
) -> dict[str, SeparationResult]:
    """Score one partition at several sites, with p-values corrected for their number by Holm's method."""
    results = [replace(analysis, site=site)(trace, labels) for site in sites]
    corrected = holm([result.permutation.p_value for result in results])
    return {
        result.site: replace(result, p_value_corrected=p_value)
        for result, p_value in zip(results, corrected, strict=True)
    }


def _blocks(
    trace: xr.Dataset, labels: Mapping[int, str] | None, sample: Vectors
) -> tuple[dict[str, tuple[str, ...]], dict[int, int]]:
    """Name the symbols of every block, and give every symbol that occurs the index of its block."""
    labels = symbol_categories(trace) if labels is None else labels
    symbols = require_symbols(trace)
    occurring = [int(symbol) for symbol in np.unique(sample.symbol)]
    if missing := [symbols[symbol] for symbol in occurring if symbol not in labels]:
        raise MannscopeError(
            "labels must name the category of every symbol that occurs",
            f"none for {', '.join(missing)}",
            "Add them to labels, or leave their positions out with mask",
        )
    categories = list(dict.fromkeys(labels[symbol] for symbol in occurring))
    named = {
        category: tuple(symbols[symbol] for symbol in occurring if labels[symbol] == category)
        for category in categories
    }
    return named, {symbol: categories.index(labels[symbol]) for symbol in occurring}


def _scores(
    fitted: Vectors, held_out: Vectors, partitions: Sequence[Mapping[int, int]], seed: int
) -> tuple[Score, Score, Score]:
    """Score the first partition beside the others: by probe, by silhouette and by purity."""
    distances = Distances.of(held_out.points, seed)
    return (
        probe_partitions(fitted, held_out, partitions, seed),
        _score(lambda partition: distances.silhouette(_relabel(held_out.symbol, partition)), partitions),
        _score(lambda partition: distances.purity(_relabel(held_out.symbol, partition)), partitions),
    )


def probe_partitions(
    fitted: Vectors, held_out: Vectors, partitions: Sequence[Mapping[int, int]], seed: int
) -> Score:
    """Score the first partition of the symbols beside the others, by the balanced accuracy of a linear probe.

    The probe is fitted on some episodes and scored on others. A partition gives each symbol its block.
    """
    fit, hold = standardise(fitted.points, held_out.points, seed=seed)

    def probe(partition: Mapping[int, int]) -> float | None:
        labels = _relabel(held_out.symbol, partition)
        if len(np.unique(labels)) < 2:
            return None
        return balanced_accuracy(
            read_linearly(fit, _relabel(fitted.symbol, partition), hold, balanced=True), labels
        )

    return _score(probe, partitions)


def _score(
    score: Callable[[Mapping[int, int]], float | None], partitions: Sequence[Mapping[int, int]]
) -> Score:
    own, *others = map(score, partitions)
    controls = tuple(other for other in others if other is not None)
    return Score(own, controls or None)


def _relabel(symbol: Int[np.ndarray, " point"], partition: Mapping[int, int]) -> Int[np.ndarray, " point"]:
    table = np.zeros(max(partition) + 1, int)
    table[list(partition)] = list(partition.values())
    return table[symbol]
