"""Every site of a network: its principal components by category, and how well the categories separate."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from jaxtyping import Bool, Float, Int

from mannscope.analyses.labels import category_indices
from mannscope.analyses.partitions import random_partitions
from mannscope.analyses.reductions import Halves, ProjectionMethod, axis_shares, is_constant, reduce
from mannscope.analyses.results import Result, plain
from mannscope.analyses.separation import Score, probe_partitions
from mannscope.analyses.sites import POLICY, Vectors, site_names, vectors
from mannscope.analyses.threads import one_thread
from mannscope.arrays import PADDING
from mannscope.errors import MannscopeError, UnknownNameError
from mannscope.traces import anatomy
from mannscope.traces.labels import category_names, require_symbols

_FIRST = ("hidden", "interface", POLICY)
_LAST = "logits"
_BEFORE = "_before"


@dataclass(frozen=True, eq=False)
class SiteProjection:
    """One site: its held-out points along two principal components of the other episodes."""

    site: str
    features: int
    """Number of numbers that the site has at a step."""
    points: Float[np.ndarray, "point 2"]
    category: tuple[str, ...]
    """Name of each point's category."""
    explained: tuple[float, float] | None
    """Shares of the held-out variance along the two axes; None where the site does not vary."""
    probe: Score
    """Balanced accuracy of a linear probe for the category, on the held-out episodes, beside the same for
    random partitions of the symbols with blocks of the same sizes."""

    def to_dict(self) -> dict[str, Any]:
        """Give the scores as plain values, without the points."""
        return {
            "site": self.site,
            "features": self.features,
            "points": len(self.points),
            "explained": plain(self.explained),
            "probe": self.probe.to_dict(),
        }


@dataclass(frozen=True, eq=False, repr=False)
class SiteProjectionsResult(Result):
    """Pictures of sites, all of the same held-out steps."""

    panels: tuple[SiteProjection, ...]
    """One a site, in the order in which a step passes them."""
    categories: tuple[str, ...]
    """Names of the categories, in the task's order."""
    chance: float
    """Balanced accuracy of guessing: 1 over the number of held-out categories."""
    episodes: int
    """Number of episodes used."""
    held_out_episodes: int
    """Number of them that were drawn and scored, and not fitted on."""

    def to_dict(self) -> dict[str, Any]:
        """Give the scores of every site as plain values."""
        return {
            "categories": list(self.categories),
            "chance": self.chance,
            "episodes": self.episodes,
            "held_out_episodes": self.held_out_episodes,
            "sites": [panel.to_dict() for panel in self.panels],
        }


@dataclass(frozen=True)
class SiteProjections:
    """Projects every site by PCA, fitted on half of the episodes and applied to the other half.

    A picture shows; beside it stands how well a linear probe tells the categories apart, and how well it does
    so for random partitions of the symbols (Hewitt & Liang 2019): a site that tells single symbols apart
    separates those as well. Where a symbol has several categories by its position, the partitions are of the
    pairs of symbol and category.

    Args:
        sites: Floating-point variables of the trace, or "policy"; by default all that `default_sites` gives.
        max_points: Number of points, fitted and held out, beyond which they are sampled.
        partitions: Number of random partitions.
        seed: Seed of the sample, the split, and the partitions.
    """

    sites: tuple[str, ...] = ()
    max_points: int = 2000
    partitions: int = 20
    seed: int = 0

    @one_thread()
    def __call__(
        self,
        trace: xr.Dataset,
        labels: Mapping[int, str] | None = None,
        *,
        mask: Bool[np.ndarray, "episode step"] | xr.DataArray | None = None,
    ) -> SiteProjectionsResult:
        """Project by the category that `labels` gives to each symbol index, or by the task's own.

        `mask` keeps only some positions.

        Raises:
            UnknownNameError: if the trace has no such site.
            MannscopeError: if there are fewer than 2 episodes, or the category of a step is not known.
        """
        sites = self.sites or default_sites(trace)
        for site in sites:
            if site not in site_names(trace):
                raise UnknownNameError("site", site, site_names(trace))
        if labels is None and not (category_names(trace) and (category_indices(trace) != PADDING).any()):
            raise MannscopeError(
                "the trace must give the category of its symbols",
                "none",
                "Record it with a task, or pass labels, a mapping from symbol index to the name of its block",
            )
        names = _names(trace, labels)
        panels, chance, used, held = [], 1.0, 0, 0
        for site in dict.fromkeys(sites):
            sample = _by_situation(vectors(trace, site, mask=mask), trace, labels)
            sample = sample.sample(self.max_points, self.seed)
            fitted, held_out = sample.halves(self.seed)
            panels.append(self._panel(fitted, held_out, names))
            chance = 1 / len(np.unique(held_out.category))
            used, held = len(np.unique(sample.episode)), len(np.unique(held_out.episode))
        return SiteProjectionsResult(tuple(panels), names, chance, used, held)

    def _panel(self, fitted: Vectors, held_out: Vectors, names: tuple[str, ...]) -> SiteProjection:
        """Project and score the points of one site."""
        category = tuple(names[one] for one in held_out.category)
        both = np.concatenate([fitted.points, held_out.points])
        points = np.zeros((len(held_out.points), 2))
        if varies := not is_constant(both, np.abs(both).max(initial=1.0)):
            halves = Halves(fitted.points, (), held_out.points, self.seed)
            points = reduce(ProjectionMethod.PCA, halves).points
        blocks = {
            int(symbol): int(block)
            for half in (fitted, held_out)
            for symbol, block in zip(half.symbol, half.category, strict=True)
        }
        blocks = dict(sorted(blocks.items()))
        controls = random_partitions(blocks, self.partitions, self.seed)
        return SiteProjection(
            site=held_out.site,
            features=held_out.points.shape[1],
            points=points,
            category=category,
            explained=axis_shares(points, held_out.points) if varies else None,
            probe=probe_partitions(fitted, held_out, (blocks, *controls), self.seed),
        )


def default_sites(trace: xr.Dataset) -> tuple[str, ...]:
    """Name the sites that are drawn unless others are named, in the order in which a step passes them.

    Left out are what the memory was before the step, which the step before shows, and the parts of the
    policy, which stand together as "policy".
    """
    names, parts = site_names(trace), anatomy(trace).policy
    left_out = {_LAST, *parts} | ({POLICY} if set(parts) - {*names} else set())
    found = [site for site in names if site not in left_out and not site.endswith(_BEFORE)]
    if not found and _LAST not in names:
        got = ", ".join(map(str, trace.data_vars)) or "an empty trace"
        raise MannscopeError(
            "a trace must have a site, a variable of numbers for every step", got, "Record one"
        )
    first = [site for site in _FIRST if site in found]
    last = [_LAST] if _LAST in names else []
    return (*first, *(site for site in found if site not in first), *last)


def _names(trace: xr.Dataset, labels: Mapping[int, str] | None) -> tuple[str, ...]:
    """Name the categories: the task's own, or those of the labels as they appear."""
    return category_names(trace) if labels is None else tuple(dict.fromkeys(labels.values()))


def _by_situation(found: Vectors, trace: xr.Dataset, labels: Mapping[int, str] | None) -> Vectors:
    """Give every point its category, and count as its symbol the pair of symbol and category.

    Raises:
        MannscopeError: if the category of a point is not known.
    """
    category = found.category
    if labels is not None:
        numbers = {name: number for number, name in enumerate(_names(trace, labels))}
        category = np.array([numbers.get(labels.get(int(one), ""), PADDING) for one in found.symbol], int)
    if missing := np.unique(found.symbol[category == PADDING]).tolist():
        symbols = require_symbols(trace)
        raise MannscopeError(
            "every symbol that occurs must have a category",
            f"none for {', '.join(symbols[one] for one in missing)}",
            "Add them to labels, or leave their positions out with mask",
        )
    return _renumbered(found, category)


def _renumbered(found: Vectors, category: Int[np.ndarray, " point"]) -> Vectors:
    pairs = np.stack([found.symbol, category], axis=1)
    situation = np.unique(pairs, axis=0, return_inverse=True)[1].ravel()
    return Vectors(found.site, found.points, found.episode, found.step, situation, category, found.available)
