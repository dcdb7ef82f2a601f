"""A picture of a site in two dimensions, of episodes that it was not fitted on."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import xarray as xr
from jaxtyping import Bool, Float, Int

from mannscope.analyses.labels import names
from mannscope.analyses.results import plain
from mannscope.analyses.sites import POLICY, Vectors, vectors
from mannscope.analyses.threads import one_thread
from mannscope.errors import MannscopeError, UnknownNameError
from mannscope.traces import labels as trace_labels

_NEIGHBOURS = 10
_SHRINKAGE = 1e-3
_CONSTANT = 1e-9


class ProjectionMethod(StrEnum):
    """How points are brought to two dimensions."""

    PCA = "pca"
    LDA = "lda"
    TSNE = "tsne"


@dataclass(frozen=True, eq=False)
class ProjectionResult:
    """Points in two dimensions, with what they are. A picture shows; scores are taken in the full space."""

    method: ProjectionMethod
    site: str
    points: Float[np.ndarray, "point 2"]
    category: tuple[str, ...]
    """Name of each point's category."""
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
    note: str
    """What to know when looking at the picture."""

    def to_dict(self) -> dict[str, Any]:
        """Give the result as plain values."""
        return plain(self)


@dataclass(frozen=True)
class Projection:
    """Fits a reduction on half of the episodes and draws the other half.

    LDA is never drawn on what it was fitted on: with many dimensions it shows perfect clusters in pure
    noise. t-SNE has no map to apply to new points; it embeds the held-out half alone, from its principal
    components, and the result says so.

    Source of t-SNE: van der Maaten & Hinton (2008). Of trustworthiness: Venna & Kaski (2001).

    Args:
        method: "pca", "lda" or "tsne".
        site: A floating-point variable of the trace, or "policy".
        max_points: Number of points, fitted and drawn, beyond which they are sampled.
        seed: Seed of the sample, the split and of t-SNE.
    """

    method: ProjectionMethod | str = ProjectionMethod.PCA
    site: str = POLICY
    max_points: int = 2000
    seed: int = 0

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
            MannscopeError: if there are fewer than 2 episodes, or a symbol that occurs has no label.
        """
        method = _method(self.method)
        sample = vectors(trace, self.site, mask=mask).sample(self.max_points, self.seed)
        fitted, drawn = sample.halves(self.seed)
        fitted_names, category = _categories(trace, labels, fitted), _categories(trace, labels, drawn)
        scale = np.abs(sample.points).max(initial=1.0)
        if np.ptp(drawn.points, axis=0).max(initial=0.0) <= _CONSTANT * scale:
            points, note = np.zeros((len(drawn.points), 2)), "the site does not vary: all points coincide"
        else:
            points, note = self._draw(method, fitted.points, fitted_names, drawn.points)
        symbols = names(trace, "symbols")
        return ProjectionResult(
            method=method,
            site=self.site,
            points=points,
            category=category,
            symbol=tuple(symbols[symbol] for symbol in drawn.symbol),
            episode=drawn.episode,
            step=drawn.step,
            held_out=method is not ProjectionMethod.TSNE,
            fitted_points=len(drawn.points if method is ProjectionMethod.TSNE else fitted.points),
            available=sample.available,
            explained=_explained(points, drawn.points) if method is ProjectionMethod.PCA else None,
            trustworthiness=_trustworthiness(drawn.points, points),
            note=note,
        )

    def _draw(
        self,
        method: ProjectionMethod,
        fitted: Float[np.ndarray, "fitted feature"],
        category: tuple[str, ...],
        drawn: Float[np.ndarray, "point feature"],
    ) -> tuple[Float[np.ndarray, "point 2"], str]:
        if method is ProjectionMethod.TSNE:
            return _tsne(
                drawn, self.seed
            ), "t-SNE embeds the held-out episodes alone; distances between clusters mean little"
        if method is ProjectionMethod.LDA and len(set(category)) < 2:
            return np.zeros((len(drawn), 2)), "LDA finds no direction: there is a single category"
        axes = _discriminants(fitted, category) if method is ProjectionMethod.LDA else _principal_axes(fitted)
        points = _two_columns((drawn - fitted.mean(axis=0)) @ axes)
        return points, "fitted on one half of the episodes, drawn on the other"


def _method(name: str) -> ProjectionMethod:
    if name not in tuple(ProjectionMethod):
        raise UnknownNameError("method", str(name), [str(method) for method in ProjectionMethod])
    return ProjectionMethod(name)


def _categories(trace: xr.Dataset, labels: Mapping[int, str] | None, drawn: Vectors) -> tuple[str, ...]:
    if labels is None:
        categories = (*trace_labels(trace, "categories"), "unknown")
        return tuple(categories[category] for category in drawn.category)
    if missing := set(drawn.symbol.tolist()) - set(labels):
        raise MannscopeError(
            "labels must name the category of every symbol that occurs",
            f"none for the symbol indices {sorted(missing)}",
            "Add them to labels, or leave their positions out with mask",
        )
    return tuple(labels[int(symbol)] for symbol in drawn.symbol)


def _principal_axes(points: Float[np.ndarray, "point feature"]) -> Float[np.ndarray, "feature axis"]:
    """The at most two directions of the largest variance, signs fixed by their largest component."""
    centred = points - points.mean(axis=0)
    _, directions = np.linalg.eigh(centred.T @ centred)
    return _with_signs(directions[:, ::-1][:, :2])


def _discriminants(
    points: Float[np.ndarray, "point feature"], category: tuple[str, ...]
) -> Float[np.ndarray, "feature axis"]:
    """The at most two directions that separate the categories best, relative to the scatter within them.

    Source: Fisher (1936). The scatter within is shrunk by 1e-3 towards its mean diagonal, so that it has an
    inverse.
    """
    from scipy.linalg import eigh

    _, group, counts = np.unique(np.array(category), return_inverse=True, return_counts=True)
    member = np.eye(len(counts))[group]
    means = (member.T @ points) / counts[:, None]
    within = points - means[group]
    between = (means - points.mean(axis=0)) * np.sqrt(counts)[:, None]
    scatter = within.T @ within
    level = np.trace(scatter + between.T @ between) / len(scatter)
    shrunk = scatter + _SHRINKAGE * (level or 1.0) * np.eye(len(scatter))
    _, directions = eigh(between.T @ between, shrunk)
    return _with_signs(directions[:, ::-1][:, : min(2, len(counts) - 1)])


def _with_signs(axes: Float[np.ndarray, "feature axis"]) -> Float[np.ndarray, "feature axis"]:
    largest = np.take_along_axis(axes, np.abs(axes).argmax(axis=0)[None], axis=0)
    return axes * np.where(largest < 0, -1.0, 1.0)


def _two_columns(points: Float[np.ndarray, "point axis"]) -> Float[np.ndarray, "point 2"]:
    """Fill missing axes with zeros."""
    return np.pad(points, ((0, 0), (0, 2 - points.shape[1])))


def _tsne(points: Float[np.ndarray, "point feature"], seed: int) -> Float[np.ndarray, "point 2"]:
    start = _two_columns((points - points.mean(axis=0)) @ _principal_axes(points))
    if len(points) < 4:
        return start
    from sklearn.manifold import TSNE

    start = (1e-4 * start / start[:, 0].std()).astype(np.float32)
    perplexity = min(30.0, (len(points) - 1) / 3)
    return TSNE(init=start, perplexity=perplexity, random_state=seed).fit_transform(points).astype(float)


def _explained(
    drawn: Float[np.ndarray, "point 2"], points: Float[np.ndarray, "point feature"]
) -> tuple[float, float] | None:
    total = points.var(axis=0).sum()
    if total <= 0 or not drawn.any():
        return None
    first, second = drawn.var(axis=0) / total
    return float(first), float(second)


def _trustworthiness(
    points: Float[np.ndarray, "point feature"], drawn: Float[np.ndarray, "point 2"]
) -> float | None:
    neighbours = min(_NEIGHBOURS, (len(points) - 1) // 2)
    if neighbours < 1 or not drawn.any():
        return None
    from sklearn.manifold import trustworthiness

    return float(trustworthiness(points, drawn, n_neighbors=neighbours))
