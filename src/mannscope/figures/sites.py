"""Every site of a network side by side: its held-out points in two dimensions, coloured by category."""

from collections.abc import Mapping, Sequence
from math import ceil

import numpy as np
import xarray as xr
from jaxtyping import Int
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D

from mannscope.analyses import Score, SiteProjection, SiteProjections, SiteProjectionsResult
from mannscope.figures.style import (
    LINE,
    PAGE,
    SMALL,
    category_colour,
    category_marker,
    literal,
    styled,
)

TITLES = {"hidden": "hidden state", "logits": "output"}
"""Names of sites in words, where the name of the variable is none."""
MOST_POINTS = 300
"""Points of a panel that are drawn at most; the scores are of all of them."""
_COLUMNS = 4
_PANEL = PAGE / _COLUMNS


@styled
def sites(
    found: xr.Dataset | SiteProjectionsResult,
    *,
    names: Sequence[str] = (),
    labels: Mapping[int, str] | None = None,
    seed: int = 0,
) -> Figure:
    """Draw one panel for every site, by principal components of half of the episodes, on the other half.

    A title gives the balanced accuracy with which a linear probe reads the category off the site, and the
    best one of random partitions of the symbols. Both axes of a panel have one scale, so that what explains
    little of the variance is small. Of more points than 300, so many are drawn, equally many of each category
    as far as there are; the scores are of all points.

    Args:
        found: a trace of several episodes, or what `SiteProjections` found in one.
        names: the sites to draw, in this order; by default all, in the order in which a step passes them.
        labels: names of the categories by symbol index; the task's own categories by default.
        seed: seed of the split into halves and of the random partitions.

    Raises:
        UnknownNameError: if the trace has no such site.
        MannscopeError: if there are fewer than 2 episodes, or the category of a step is not known.
    """
    if isinstance(found, xr.Dataset):
        found = SiteProjections(sites=tuple(names), seed=seed)(found, labels)
    columns = min(_COLUMNS, len(found.panels))
    rows = ceil(len(found.panels) / columns)
    engine = ConstrainedLayoutEngine(h_pad=0.06, w_pad=0.04)
    size = max(columns, 2) * _PANEL, rows * (_PANEL + 0.2) + 0.3
    figure = Figure(figsize=size, layout=engine)
    grid = figure.subplots(rows, columns, squeeze=False).ravel().tolist()
    for ax, panel in zip(grid, found.panels, strict=False):
        _draw(ax, panel, found.categories, seed)
    for ax in grid[len(found.panels) :]:
        ax.remove()
    _legend(figure, found)
    return figure


def _draw(ax: Axes, panel: SiteProjection, categories: Sequence[str], seed: int) -> None:
    """Draw one site, the rarest category on top."""
    category = np.array([categories.index(name) for name in panel.category])
    drawn = _thinned(category, seed)
    points, category = panel.points[drawn], category[drawn]
    name = TITLES.get(panel.site, panel.site.replace("_", " "))
    ax.set_title(f"{literal(name)}: {_scores(panel.probe)}", pad=3)
    ax.set_box_aspect(1)
    ax.set(xticks=[], yticks=[])
    if panel.explained is None:
        ax.text(0.5, 0.5, "does not vary", transform=ax.transAxes, ha="center", va="center", color=LINE)
        return
    counts = np.bincount(category)
    for one in map(int, sorted(np.flatnonzero(counts), key=lambda one: -int(counts[one]))):
        ax.scatter(
            *points[category == one].T,
            s=7,
            c=category_colour(one),
            marker=category_marker(one),
            alpha=0.75,
            linewidths=0.25,
            edgecolors="#00000080",
            label=literal(categories[one]),
        )
    _frame(ax, points)
    for put, number in ((ax.set_xlabel, 0), (ax.set_ylabel, 1)):
        put(f"component {number + 1} ({_share(panel.explained[number])})", fontsize=SMALL, labelpad=2)


def _frame(ax: Axes, points: np.ndarray) -> None:
    """Give both axes one scale, with the points in the middle."""
    low, high = points.min(axis=0), points.max(axis=0)
    middle, half = (low + high) / 2, 0.56 * (high - low).max()
    ax.set_xlim(middle[0] - half, middle[0] + half)
    ax.set_ylim(middle[1] - half, middle[1] + half)


def _thinned(category: Int[np.ndarray, " point"], seed: int) -> Int[np.ndarray, " drawn"]:
    """Choose the points that are drawn: of each category as many, as far as there are."""
    order = np.random.default_rng(seed).permutation(len(category))
    rank = np.zeros(len(category), int)
    for one in np.unique(category):
        at = order[category[order] == one]
        rank[at] = np.arange(len(at))
    return np.sort(np.argsort(rank, kind="stable")[:MOST_POINTS])


def _scores(probe: Score) -> str:
    """Write how well the category can be read, and how well the best random partition."""
    if probe.value is None:
        return "one category only"
    if not probe.controls:
        return f"{probe.value:.2f}\n(no other partition)"
    return f"{probe.value:.2f}\n(random partitions {max(probe.controls):.2f})"


def _share(share: float) -> str:
    """Write a share of the variance: nothing as 0%, and next to nothing as less than 1%."""
    return f"{share:.0%}" if share >= 0.01 or share <= 1e-9 else "<1%"


def _legend(figure: Figure, found: SiteProjectionsResult) -> None:
    """Name the categories that occur, once for all panels."""
    present = {name for panel in found.panels for name in panel.category}
    handles = [
        Line2D(
            [],
            [],
            linestyle="",
            marker=category_marker(index),
            color=category_colour(index),
            markeredgecolor="#00000080",
            markeredgewidth=0.25,
            label=literal(name),
        )
        for index, name in enumerate(found.categories)
        if name in present
    ]
    figure.legend(
        handles=handles,
        loc="outside lower center",
        ncols=min(6, len(handles)),
        handletextpad=0.1,
        columnspacing=1.2,
    )
