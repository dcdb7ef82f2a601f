"""How far the model generalises: exact accuracy by the size of the episode."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from mannscope.errors import MannscopeError
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

Row = Mapping[str, Any]


@runtime_checkable
class Convertible(Protocol):
    """A row of an evaluation, such as `mannscope.training.Evaluation`."""

    def to_dict(self) -> dict[str, Any]:
        """Give plain values by column."""
        ...


@drawing
def accuracy_by_size(
    results: Sequence[Row | Convertible], *, training_size: int | None = None, ax: Axes | None = None
) -> Axes:
    """Draw exact accuracy against size, one line per shape of episode.

    Solid is the model with its soft actions, its interval a band; dashed the model with discretised actions;
    dotted the base rate.

    Args:
        results: what `evaluate` gives, or the same rows as mappings: `size`, `shape` and `exact` (from 0 to
            1), and, where they are given and not None, `interval` (low, high), `exact_discrete` and
            `base_rate`.
        training_size: the largest size trained on; sizes up to it are shaded.
        ax: axes to draw on; those of a new figure by default.

    Raises:
        MannscopeError: if there are no rows.
    """
    if not results:
        raise MannscopeError("there must be at least one row", "none", "Evaluate the model first")
    if ax is None:
        ax = new_axes(COLUMN, 2.3)
    rows = [row if isinstance(row, Mapping) else row.to_dict() for row in results]
    shapes = list(dict.fromkeys(str(row["shape"]) for row in rows))
    for index, shape in enumerate(shapes):
        _line(ax, sorted((row for row in rows if row["shape"] == shape), key=lambda row: row["size"]), index)
    sizes = [row["size"] for row in rows]
    margin = 0.03 * (max(sizes) - min(sizes)) or 0.5
    ax.set_xlim(min(sizes) - margin, max(sizes) + margin)
    styles = _line_styles(rows)
    if training_size is not None:
        shade = ax.axvspan(ax.get_xlim()[0], training_size, color="#E8E8E8", linewidth=0, zorder=0)
        shade.set_label("trained")
        styles.append(shade)
    accuracy_axis(ax)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    ax.set_xlabel("size of the episode")
    legends_above(ax, styles, _shapes(shapes))
    return ax


def accuracy_axis(ax: Axes) -> None:
    """Let the vertical axis run over exact accuracies, from 0 to 1."""
    ax.set_ylim(-0.03, 1.03)
    ax.set_yticks([0, 0.25, 0.5, 0.75, 1], labels=["0", "0.25", "0.5", "0.75", "1"])
    ax.set_ylabel("exact accuracy")
    ax.spines[["right", "top"]].set_visible(False)


def _line(ax: Axes, rows: Sequence[Row], index: int) -> None:
    colour, marker = category_colour(index), category_marker(index)
    sizes = [row["size"] for row in rows]
    ax.plot(sizes, [row["exact"] for row in rows], color=colour, marker=marker, zorder=3)
    banded = [row for row in rows if row.get("interval") is not None]
    if banded:
        low, high = zip(*(row["interval"] for row in banded), strict=True)
        ax.fill_between([row["size"] for row in banded], low, high, color=colour, alpha=0.18, linewidth=0)
    for column, look in (("exact_discrete", (0, (4, 2))), ("base_rate", (0, (1, 1.5)))):
        known = [row for row in rows if row.get(column) is not None]
        values = [row[column] for row in known]
        ax.plot([row["size"] for row in known], values, color=colour, linestyle=look, linewidth=0.9)


def _line_styles(rows: Sequence[Row]) -> list[Artist]:
    kinds = [("exact", "soft", "-"), ("exact_discrete", "discretised", (0, (4, 2)))]
    kinds.append(("base_rate", "base rate", (0, (1, 1.5))))
    return [
        Line2D([], [], color=LINE, linestyle=look, linewidth=1.0, label=caption)
        for column, caption, look in kinds
        if any(row.get(column) is not None for row in rows)
    ]


def _shapes(shapes: Sequence[str]) -> list[Artist]:
    return [
        Line2D([], [], color=category_colour(i), marker=category_marker(i), label=literal(shape))
        for i, shape in enumerate(shapes)
    ]
