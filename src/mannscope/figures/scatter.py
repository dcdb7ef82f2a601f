"""A projection to two dimensions, one point a step, coloured by what the step read."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from matplotlib.axes import Axes

from mannscope.errors import MannscopeError
from mannscope.figures.style import (
    COLUMN,
    SMALL,
    category_colour,
    category_marker,
    drawing,
    literal,
    new_axes,
)


@runtime_checkable
class Projected(Protocol):
    """What a projection's result must have to be drawn."""

    @property
    def points(self) -> np.ndarray:
        """Coordinates, (point, 2)."""
        ...

    @property
    def method(self) -> str:
        """Name of the method: pca, lda, tsne, umap, pacmap, …."""
        ...

    @property
    def categories(self) -> Sequence[str]:
        """Names of the task's categories, in its order; empty where they are not known."""
        ...

    @property
    def explained(self) -> Sequence[float] | None:
        """Share of the variance along each axis, from 0 to 1; None where the method has none."""
        ...

    @property
    def trustworthiness(self) -> float | None:
        """How far neighbours in the picture are neighbours in the full space, from 0 to 1."""
        ...

    @property
    def neighbours_kept(self) -> float | None:
        """Share of the nearest neighbours in the full space that are so in the picture, from 0 to 1."""
        ...

    @property
    def neighbours_kept_control(self) -> float | None:
        """That share for random planes."""
        ...


TITLES = {"pca": "PCA", "lda": "LDA", "tsne": "t-SNE", "umap": "UMAP", "pacmap": "PaCMAP"}
AXES = {"pca": "principal component", "lda": "discriminant"}


@drawing
def projection(
    result: Projected, *, colour_by: str = "category", order: Sequence[str] = (), ax: Axes | None = None
) -> Axes:
    """Draw the points of a projection, each label with a colour and a marker of its own.

    Args:
        result: the projection's result.
        colour_by: which of the result's labels, one per point, to colour by: "category", "symbol", ….
        order: labels in the order of their colours; labels that it lacks follow as they appear. By default
            categories have the task's order, so that a category has one colour in every figure.
        ax: axes to draw on; those of a new figure by default.

    Raises:
        MannscopeError: if there is not one label per point.
    """
    labels = np.asarray(getattr(result, colour_by)).astype(str)
    points = np.asarray(result.points)
    if labels.shape != points.shape[:1]:
        raise MannscopeError(
            "a projection must have one label per point",
            f"labels of shape {labels.shape} for {len(points)} points",
            "Pass the result as the projection gave it",
        )
    if not order and colour_by == "category":
        order = result.categories
    if ax is None:
        ax = new_axes(COLUMN, 2.5)
    for index, label in enumerate(dict.fromkeys([*order, *labels.tolist()])):
        _cloud(ax, points[labels == label], index, label, size=max(4.0, min(14.0, 3000 / len(points))))
    _annotate(ax, result)
    ax.legend(
        loc="upper left",
        bbox_to_anchor=(1.02, 1.0),
        borderaxespad=0,
        borderpad=0,
        handletextpad=0.2,
        title=colour_by,
        title_fontsize=SMALL,
        alignment="left",
        columnspacing=0.6,
        ncols=1 + len(set(labels)) // 16,
    )
    return ax


def _cloud(ax: Axes, points: np.ndarray, index: int, label: str, size: float) -> None:
    if len(points):
        ax.scatter(
            points[:, 0],
            points[:, 1],
            s=size,
            c=category_colour(index),
            marker=category_marker(index),
            alpha=0.75,
            linewidths=0.3,
            edgecolors="#00000080",
            label=literal(label),
        )


def _annotate(ax: Axes, result: Projected) -> None:
    title = TITLES.get(result.method, result.method)
    axis = AXES.get(result.method, f"{title} axis")
    explained = list(result.explained) if result.explained is not None else []
    captions = [
        f"{axis} {number}" + (f" ({explained[number - 1]:.0%} of variance)" if explained else "")
        for number in (1, 2)
    ]
    ax.set_xlabel(captions[0])
    ax.set_ylabel(captions[1])
    ax.tick_params(labelsize=SMALL)
    if result.trustworthiness is not None:
        title += f", trustworthiness {result.trustworthiness:.2f}"
    if result.neighbours_kept is not None:
        title += f"\nneighbours kept {result.neighbours_kept:.2f}"
        if result.neighbours_kept_control is not None:
            title += f", by random planes {result.neighbours_kept_control:.2f}"
    ax.set_title(title, loc="left", pad=3)
