"""A picture of a site in two dimensions, of episodes that it was not fitted on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from jaxtyping import Bool, Float, Int

from mannscope.analyses.neighbourhoods import (
    neighbours_kept,
    neighbours_kept_by_random_planes,
    trustworthiness,
)
from mannscope.analyses.reductions import (
    Halves,
    ProjectionMethod,
    Reduction,
    axis_shares,
    is_constant,
    reduce,
)
from mannscope.analyses.results import Result, plain
from mannscope.analyses.sites import POLICY, Vectors, vectors
from mannscope.analyses.threads import one_thread
from mannscope.errors import MannscopeError, UnknownNameError
from mannscope.traces.labels import category_names, require_symbols

_SCORED = 1500
"""Drawn points on which the picture itself is scored; of more, so many are taken at random."""
_OF_ALL = "all episodes are drawn, also those on which the map was fitted"


@dataclass(frozen=True, eq=False, repr=False)
class ProjectionResult(Result):
    """Points in two dimensions, with what they are. A picture shows; scores are taken in the full space."""

    method: ProjectionMethod
    site: str
    points: Float[np.ndarray, "point 2"]
    category: tuple[str, ...]
    """Name of each point's category."""
    categories: tuple[str, ...]
    """Names of the task's categories, in its order; empty where the trace does not name them."""
    symbol: tuple[str, ...]
    """Label of each point's symbol."""
    episode: Int[np.ndarray, " point"]
    step: Int[np.ndarray, " point"]
    held_out: bool
    """Whether the map was fitted on other episodes than those drawn."""
    fitted_points: int
    """Number of points that the map was fitted on."""
    available: int
    """Number of points that the site has, of all episodes."""
    explained: tuple[float, float] | None
    """Shares of the drawn variance along the two axes, for PCA; None otherwise, and where nothing varies."""
    trustworthiness: float | None
    """How far neighbours in the picture are neighbours in the full space, in [0, 1]; None where that has no
    meaning."""
    neighbours_kept: float | None
    """Share of the 10 nearest neighbours in the full space that are so in the picture, in [0, 1]; None with
    fewer than 21 points."""
    neighbours_kept_control: float | None
    """That share for random planes: what any picture of the site keeps."""
    note: str
    """What to know when looking at the picture."""

    def to_dict(self) -> dict[str, Any]:
        """Give the result as plain values."""
        return plain(self)


@dataclass(frozen=True)
class Projection:
    """Fits a reduction on half of the episodes and draws the other half.

    LDA is never drawn on what it was fitted on: with many dimensions it shows perfect clusters in pure
    noise. UMAP and PaCMAP place the drawn points among the fitted ones. t-SNE has no map to apply to new
    points; it embeds the held-out half alone, from its principal components, and the result says so.

    UMAP and PaCMAP are extras: `pip install 'mannscope[umap,pacmap]'`.

    Source of t-SNE: van der Maaten & Hinton (2008). Of UMAP: McInnes, Healy & Melville (2018),
    https://arxiv.org/abs/1802.03426. Of PaCMAP: Wang, Huang, Rudin & Shaposhnik (2021),
    https://arxiv.org/abs/2012.04456.

    Args:
        method: "pca", "lda", "tsne", "umap" or "pacmap".
        site: A floating-point variable of the trace, or "policy".
        max_points: Number of points, fitted and drawn, beyond which they are sampled.
        seed: Seed of the sample, the split, the map and the scores of the picture.
        draw_all: Draw all episodes, also the half on which the map was fitted. Not possible for LDA, which
            separates the categories of that half whatever the points are.
    """

    method: ProjectionMethod | str = ProjectionMethod.PCA
    site: str = POLICY
    max_points: int = 2000
    seed: int = 0
    draw_all: bool = False

    @one_thread()
    def __call__(
        self,
        trace: xr.Dataset,
        labels: Mapping[int, str] | None = None,
        *,
        mask: Bool[np.ndarray, "episode step"] | xr.DataArray | None = None,
    ) -> ProjectionResult:
        """Draw the site, by the category that `labels` gives to each symbol index, or by the task's own.

        Raises:
            UnknownNameError: if there is no such method, or the trace has no such site.
            MannscopeError: if there are fewer than 2 episodes, a symbol that occurs has no label, or the
                method needs a package that is not installed.
        """
        method = _method(self.method)
        if self.draw_all and method is ProjectionMethod.LDA:
            raise MannscopeError(
                "LDA must be drawn on other episodes than it is fitted on", "draw_all=True", "Leave it out"
            )
        sample = vectors(trace, self.site, mask=mask).sample(self.max_points, self.seed)
        fitted, held_out = sample.halves(self.seed)
        drawn = sample if self.draw_all else held_out
        fitted_names, category = _categories(trace, labels, fitted), _categories(trace, labels, drawn)
        halves = Halves(fitted.points, fitted_names, drawn.points, self.seed)
        found = self._reduce(method, halves, np.abs(sample.points).max(initial=1.0))
        full, picture = _scored(drawn.points, found.points, self.seed)
        kept = neighbours_kept(full, picture, self.seed)
        control = None if kept is None else neighbours_kept_by_random_planes(full, self.seed)
        symbols = require_symbols(trace)
        return ProjectionResult(
            method=method,
            site=self.site,
            points=found.points,
            category=category,
            categories=category_names(trace),
            symbol=tuple(symbols[symbol] for symbol in drawn.symbol),
            episode=drawn.episode,
            step=drawn.step,
            held_out=found.held_out and not self.draw_all,
            fitted_points=len(fitted.points if found.held_out else drawn.points),
            available=sample.available,
            explained=axis_shares(found.points, drawn.points) if method is ProjectionMethod.PCA else None,
            trustworthiness=trustworthiness(full, picture),
            neighbours_kept=kept,
            neighbours_kept_control=control,
            note=found.note,
        )

    def _reduce(self, method: ProjectionMethod, halves: Halves, scale: float) -> Reduction:
        if is_constant(halves.drawn, scale):
            nowhere = np.zeros((len(halves.drawn), 2))
            mapped = method is not ProjectionMethod.TSNE
            return Reduction(nowhere, mapped, "the site does not vary: all points coincide")
        found = reduce(method, halves)
        return found._replace(note=_OF_ALL) if self.draw_all else found


def _scored(
    points: Float[np.ndarray, "point feature"], drawn: Float[np.ndarray, "point 2"], seed: int
) -> tuple[Float[np.ndarray, "scored feature"], Float[np.ndarray, "scored 2"]]:
    """Take the points by which the picture is scored."""
    if len(points) <= _SCORED:
        return points, drawn
    chosen = np.sort(np.random.default_rng(seed).choice(len(points), _SCORED, replace=False))
    return points[chosen], drawn[chosen]


def _method(name: str) -> ProjectionMethod:
    if name not in tuple(ProjectionMethod):
        raise UnknownNameError("method", str(name), [str(method) for method in ProjectionMethod])
    return ProjectionMethod(name)


def _categories(trace: xr.Dataset, labels: Mapping[int, str] | None, drawn: Vectors) -> tuple[str, ...]:
    if labels is None:
        categories = (*category_names(trace), "unknown")
        return tuple(categories[category] for category in drawn.category)
    if missing := set(drawn.symbol.tolist()) - set(labels):
        raise MannscopeError(
            "labels must name the category of every symbol that occurs",
            f"none for the symbol indices {sorted(missing)}",
            "Add them to labels, or leave their positions out with mask",
        )
    return tuple(labels[int(symbol)] for symbol in drawn.symbol)
