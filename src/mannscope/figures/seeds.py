"""How far every seed generalises: a dot a network, beside the others of its kind, at each size."""

from collections.abc import Mapping, Sequence
from statistics import median

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from mannscope.errors import MannscopeError
from mannscope.figures.accuracy import accuracy_axis
from mannscope.figures.steps import legends_above
from mannscope.figures.style import (
    COLUMN,
    LINE,
    category_colour,
    category_marker,
    drawing,
    literal,
    new_axes,
)

GROUP = 0.8
"""Share of the way from one size to the next that its dots take."""


@drawing
def accuracy_over_seeds(
    kinds: Mapping[str, Sequence[Sequence[float]]], sizes: Sequence[str], *, ax: Axes | None = None
) -> Axes:
    """Draw exact accuracy at each size, a dot for each network and a bar at the median of its kind.

    Args:
        kinds: accuracies, in [0, 1], by the name of the kind: for each seed, one value a size. Dots stand in
            the order of the seeds.
        sizes: names of the sizes, from left to right.
        ax: axes to draw on; those of a new figure by default.

    Raises:
        MannscopeError: if there are no kinds, or a seed has not one value for each size.
    """
    if not kinds:
        raise MannscopeError("there must be at least one kind of network", "none", "Pass accuracies by kind")
    for name, seeds in kinds.items():
        if not seeds or any(len(values) != len(sizes) for values in seeds):
            must = f"every seed of {name} must have a value for each of the {len(sizes)} sizes"
            raise MannscopeError(must, repr([len(values) for values in seeds]), "Leave the kind out")
    if ax is None:
        ax = new_axes(COLUMN, 2.2)
    width = GROUP / len(kinds)
    for index, seeds in enumerate(kinds.values()):
        for place in range(len(sizes)):
            start = place - GROUP / 2 + index * width
            _dots(ax, [values[place] for values in seeds], start, width, index)
    ax.set_xticks(range(len(sizes)), labels=[literal(size) for size in sizes])
    ax.set_xlim(-0.5, len(sizes) - 0.5)
    for place in range(1, len(sizes)):
        ax.axvline(place - 0.5, color="#DDDDDD", linewidth=0.5, zorder=0)
    accuracy_axis(ax)
    ax.set_xlabel("size, in multiples of the largest trained on")
    legends_above(ax, _kinds(list(kinds)), [Line2D([], [], color=LINE, linewidth=1.2, label="median")])
    return ax


def _dots(ax: Axes, values: Sequence[float], start: float, width: float, index: int) -> None:
    """Draw one kind at one size: its seeds side by side, and their median."""
    places = [start + width * (0.15 + 0.7 * (i + 0.5) / len(values)) for i in range(len(values))]
    colour, marker = category_colour(index), category_marker(index)
    ax.plot(
        places, values, linestyle="", marker=marker, markersize=2.4, color=colour, clip_on=False, zorder=3
    )
    ax.plot(
        [start + 0.1 * width, start + 0.9 * width], [median(values)] * 2, color=LINE, linewidth=1.2, zorder=2
    )


def _kinds(names: Sequence[str]) -> list[Line2D]:
    return [
        Line2D([], [], linestyle="", marker=category_marker(i), color=category_colour(i), label=literal(name))
        for i, name in enumerate(names)
    ]
