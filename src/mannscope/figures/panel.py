"""One episode in rows over the same steps, and axes made fit for a figure of one's own."""

from collections.abc import Callable
from functools import partial

import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mannscope.anatomy import Anatomy
from mannscope.errors import MannscopeError
from mannscope.figures.actions import actions
from mannscope.figures.episode import step_labels
from mannscope.figures.memory_map import memory
from mannscope.figures.steps import remove_legends
from mannscope.figures.strata import strata
from mannscope.figures.style import literal, page_width, styled
from mannscope.traces.labels import anatomy
from mannscope.traces.reading import one_episode

MEMORY, ACTIONS = 2.2, 1.35
"""Heights of rows, in inches."""
ROWS = 4
"""Rows at most: the memory, and an actor each."""

Draw = Callable[..., Axes]


@styled
def panel(trace: xr.Dataset, episode: int = 0, *, width: float | None = None) -> Figure:
    """Draw one episode: the memory, and below it what decides the actions of each actor, step over step.

    What there is to draw depends on the memory: its slots, or layers where vectors have strengths; of many
    actors, the first three.

    Args:
        trace: the trace.
        episode: which episode, from 0.
        width: in inches; a column or a page unless given, by the number of steps.

    Raises:
        MannscopeError: if the trace has no such episode, or nothing of the memory to draw.
    """
    one, labels = one_episode(trace, episode), step_labels(trace, episode)
    rows = _rows(anatomy(one))
    if not rows:
        raise MannscopeError(
            "the trace must hold a memory, or what acts on one, to be drawn",
            "neither",
            "Draw its sites: figures.sites(trace)",
        )
    heights = [height for _, _, height in rows]
    size = (width or page_width(len(labels.tokens)), sum(heights))
    figure = Figure(figsize=size, layout="constrained")
    grid = figure.add_gridspec(len(rows), 1, height_ratios=heights)
    for place, (draw, name, _) in enumerate(rows):
        ax = figure.add_subplot(grid[place])
        draw(one, ax=ax)
        if name:
            ax.set_ylabel(literal(name))
        if place:
            remove_legends(ax, labels.category_names)
        if place + 1 < len(rows):
            ax.set_xlabel("")
    return figure


def _rows(has: Anatomy) -> list[tuple[Draw, str, float]]:
    """Say what is drawn in each row, whose it is, and how high."""
    rows: list[tuple[Draw, str, float]] = []
    if has.stores:
        rows.append((strata if has.stores[0].strengths else memory, "", MEMORY))
    actors = [(partial(actions, actor=actor.name), actor.name, ACTIONS) for actor in has.actors]
    return [*rows, *actors[: ROWS - len(rows)]]


@styled
def dress(ax: Axes, *, title: str = "", legend: bool = True, colorbar: bool = True) -> Axes:
    """Fit axes that a figure was drawn on into a figure of one's own.

    >>> dress(memory(trace, ax=ax), title="a", legend=False)  # doctest: +SKIP

    Args:
        ax: the axes that a figure gave back.
        title: stands above, to the left.
        legend: whether the legends stay.
        colorbar: whether the colour bar stays.
    """
    if not legend:
        remove_legends(ax)
    if not colorbar:
        for image in [*ax.images, *ax.collections]:
            if image.colorbar is not None:
                image.colorbar.remove()
    if title:
        ax.set_title(literal(title), loc="left", fontweight="bold")
    return ax
