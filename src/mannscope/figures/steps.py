"""The axis of steps: the symbols read, a strip of their categories, and legends above the axes."""

from collections.abc import Sequence

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.legend import Legend
from matplotlib.legend_handler import HandlerTuple
from matplotlib.lines import Line2D
from matplotlib.transforms import Affine2D, ScaledTranslation, blended_transform_factory

from mannscope.anatomy import Store
from mannscope.figures.episode import StepLabels
from mannscope.figures.style import LINE, SMALL, category_colour, literal

STRIP = 4.0
"""Height of the strip of categories, in points."""
LAYOUT = 0.84
"""Share of the axes' width that is left once labels and colour bar have been laid out."""
LETTER = 0.64
"""Width of a wide letter, as a share of the size of its type."""
LEGEND_LETTER, LEGEND_CAPITAL = 0.55, 0.7
"""Widths of an average letter and an average capital in a legend, as shares of the size of its type."""
SIGN = 2.4
"""Width of a legend's sign and the space around it, in sizes of its type."""
BAR = 30.0
"""Width of a colour bar with its labels, in points."""
HEADER = 13.0
"""Height of a header row, in points."""
Entry = Artist | tuple[Artist, ...]
"""A sign of a legend, or several side by side that share the first one's label."""


def label_steps(ax: Axes, labels: StepLabels) -> None:
    """Label the horizontal axis, whose unit is one step, with the symbols read.

    Symbols that do not fit next to each other are turned; where they still do not fit, steps are numbered
    instead and the strip alone shows the categories.
    """
    steps = len(labels.tokens)
    ax.set_xlim(-0.5, steps - 0.5)
    pad = STRIP + 2.5 if labels.categories else 2.0
    ax.tick_params(axis="x", length=0 if labels.categories else 2, pad=pad, labelsize=SMALL)
    if labels.categories:
        _strip(ax, labels.categories)
    pitch = step_pitch(ax, steps)
    widest = max(len(token) for token in labels.tokens) * LETTER * SMALL
    if pitch < SMALL and widest > pitch:
        ax.set_xticks(range(0, steps, _spacing(pitch)))
        ax.set_xlabel("step")
        return
    turned = widest > pitch
    ax.set_xticks(
        range(steps),
        labels=[literal(token) for token in labels.tokens],
        rotation=90 if turned else 0,
    )
    ax.set_xlabel("symbol read, step by step")


def step_pitch(ax: Axes, steps: int) -> float:
    """Estimate the distance between two steps once the figure is laid out, in points."""
    return points_wide(ax) * LAYOUT / max(steps, 6)


def points_wide(ax: Axes) -> float:
    """Measure the axes' width before layout, in points."""
    figure = ax.get_figure(root=True)
    dpi = figure.dpi if figure else 72.0
    return ax.get_window_extent().width / dpi * 72


def category_handles(labels: StepLabels) -> list[Artist]:
    """Make legend entries for the categories that occur, in the task's order."""
    return [
        Line2D(
            [], [], linestyle="", marker="s", markersize=5, color=category_colour(index), label=literal(name)
        )
        for index, name in enumerate(labels.category_names)
        if index in labels.categories
    ]


def legends_above(ax: Axes, *groups: Sequence[Entry], beside: float = 0.0) -> None:
    """Put one legend per group above the axes, one over the other, the first nearest.

    They may reach over what is `beside` the axes, in points.
    """
    for handles in filter(None, groups):
        captions = [str(_first(handle).get_label()) for handle in handles]
        columns = _columns(captions, points_wide(ax) + beside)
        legend = Legend(
            ax,
            list(handles),
            captions,
            loc="lower left",
            ncols=columns,
            borderpad=0.1,
            borderaxespad=0.0,
            handlelength=2.4 if isinstance(handles[0], tuple) else 1.2,
            handletextpad=0.4,
            handler_map={tuple: HandlerTuple(ndivide=None, pad=0.4)},
            columnspacing=1.0,
            labelspacing=0.25,
            fontsize=SMALL,
        )
        legend.set_clip_on(False)
        ax.add_artist(legend)
    _stack_legends(ax)


def remove_legends(ax: Axes, names: Sequence[str] | None = None) -> None:
    """Remove the legends above the axes, or those alone that name nothing but these; the others move down."""
    for legend in _legends(ax):
        captions = {text.get_text() for text in legend.get_texts()}
        if names is None or captions <= {literal(name) for name in names}:
            legend.remove()
    _stack_legends(ax)


def _legends(ax: Axes) -> list[Legend]:
    return [artist for artist in ax.artists if isinstance(artist, Legend)]


def _stack_legends(ax: Axes) -> None:
    """Put the legends one over the other, the first nearest to the axes."""
    figure, lift = ax.get_figure(root=False), 1.0
    if figure is None:
        return
    for legend in _legends(ax):
        above = ScaledTranslation(0, lift / 72, figure.dpi_scale_trans)
        legend.set_bbox_to_anchor((0.0, 1.0), transform=ax.transAxes + above)
        lift += SMALL * (1.5 * -(-len(legend.get_texts()) // legend._ncols)) + 0.5  # pyright: ignore[reportAttributeAccessIssue]


def number_slots(ax: Axes, slots: int, total: int, *, store: Store, headers: Sequence[str] = ()) -> None:
    """Label the vertical axis with slot numbers, slot 0 above; header rows may lie above it.

    Slot 0 is labelled as what it is in the store: its top, its front, or one address among others. A store
    of a single vector has its name instead. Where fewer than all slots are drawn, the label gives the total.
    """
    ticks: list[float] = list(range(0, slots, _spacing(points_high(ax) / slots)))
    ends = store.first if store.first != "address" else ""
    captions = [ends if ends and tick == 0 else str(tick) for tick in ticks]
    if not store.slots:
        captions = [literal(store.variable)]
    height = header_height(ax, slots, len(headers))
    top = -0.5 - height * len(headers)
    if headers:
        rows = [-0.5 - height * (len(headers) - row - 0.5) for row in range(len(headers))]
        ticks, captions = [*rows, *ticks], [*headers, *captions]
        ax.axhline(-0.5, color=LINE, linewidth=0.5)
    ax.set_yticks(ticks, labels=captions)
    ax.set_ylim(slots - 0.5, top)
    part = f" (of {total})" if slots < total else ""
    if store.slots:
        ax.set_ylabel((f"slot from the {ends}" if ends else "slot") + part)


def header_height(ax: Axes, slots: int, rows: int = 1) -> float:
    """Give the height of each of several header rows above this many slots, in slots."""
    return HEADER * slots / max(points_high(ax) * LAYOUT - rows * HEADER, HEADER)


def points_high(ax: Axes) -> float:
    """Measure the axes' height before layout, in points."""
    figure = ax.get_figure(root=True)
    dpi = figure.dpi if figure else 72.0
    return ax.get_window_extent().height / dpi * 72


def _first(entry: Entry) -> Artist:
    return entry[0] if isinstance(entry, tuple) else entry


def _strip(ax: Axes, categories: Sequence[int]) -> None:
    figure = ax.get_figure(root=False)
    if figure is None:
        return
    below = Affine2D().scale(1 / 72) + figure.dpi_scale_trans + ScaledTranslation(0, 0, ax.transAxes)  # pyright: ignore[reportArgumentType]
    left = np.arange(len(categories)) - 0.5
    boxes = [[(x, -1), (x + 1, -1), (x + 1, -1 - STRIP), (x, -1 - STRIP)] for x in left]
    strip = PolyCollection(
        boxes,
        facecolors=[category_colour(index) for index in categories],
        edgecolors="white",
        linewidths=0.4 if len(categories) < 80 else 0.0,
        transform=blended_transform_factory(ax.transData, below),
        clip_on=False,
        label="categories",
    )
    ax.add_collection(strip, autolim=False)


def _spacing(pitch: float) -> int:
    """Choose how many units apart numbers stand that are `pitch` points apart."""
    wanted = 3.0 * SMALL / max(pitch, 1e-3)
    return next((step for step in (1, 2, 5, 10, 20, 50, 100, 200, 500) if step >= wanted), 1000)


def _columns(captions: Sequence[str], width: float) -> int:
    """Count the columns of the widest legend that fits: entries stand in columns as wide as their longest."""
    for columns in range(len(captions), 1, -1):
        rows = -(-len(captions) // columns)
        longest = [max(map(_ems, captions[i : i + rows])) for i in range(0, len(captions), rows)]
        if sum(SMALL * (length + SIGN) for length in longest) <= width:
            return columns
    return 1


def _ems(caption: str) -> float:
    """Estimate the width of a caption, in sizes of its type."""
    capitals = sum(sign.isupper() for sign in caption)
    return LEGEND_CAPITAL * capitals + LEGEND_LETTER * (len(caption) - capitals)
