"""When it was learned: accuracy, policy and reliance on each part over the steps of training."""

from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter

from mannscope.errors import MannscopeError
from mannscope.figures.accuracy import Convertible
from mannscope.figures.style import (
    COLUMN,
    LINE,
    PAGE,
    SMALL,
    category_colour,
    category_marker,
    literal,
    styled,
)

PANELS = ("accuracy", "as at the end", "accuracy lost")
"""What the rows show, as their axes are labelled."""
DASHED, DOTTED = (0, (4, 2)), (0, (1, 1.5))
SINCE = {"agreement": ("policy", "-"), "exact": ("accuracy", DASHED)}
"""Measure -> what is learned once it comes to stay, and the vertical line there."""
GREY = "#999999"
PARTS = ((3, "-", 1.1), (4, "-", 2.4), (6, DASHED, 1.1))
"""Colour, line and width of what is lost without each part: two parts often cost the same."""
APART = 0.18
"""Distance of the markers on a line, as a share of the diagonal of its panel."""

Plain = Mapping[str, Any]


@styled
def history(of: Plain | Convertible | Mapping[str, Plain | Convertible]) -> Figure:
    """Draw what a network could do over the steps of its training, in three panels; several side by side.

    Above, accuracy: exact (solid), exact with discretised actions (dashed) and of single answers (dotted), at
    each size. In the middle, the share of steps with the actions of the final network, at each size, and the
    share of swapped symbols acted on as the final network would; grey is an untrained network. Below,
    what taking each part away costs, as a share of the accuracy above the base rate. Vertical lines stand
    where policy and accuracy come to stay, at the largest size trained on.

    Steps stand on a logarithmic axis, on which 0 is put before the first step that was kept.

    Args:
        of: what `mannscope.history` gives, or the same as a mapping; several by their titles.

    Raises:
        MannscopeError: if there are none, or they are of no step.
    """
    drawn = _plain(of)
    if not drawn or not all(one["moments"] for one in drawn.values()):
        must = "there must be at least one history, of at least one step"
        raise MannscopeError(must, f"{len(drawn)} histories", "Make one with mannscope.history")
    width = COLUMN if len(drawn) == 1 else PAGE
    figure = Figure(figsize=(width, 3.6), layout="constrained")
    grid = figure.subplots(len(PANELS), len(drawn), squeeze=False, sharex="col", sharey="row")
    for column, (name, one) in enumerate(drawn.items()):
        axes = list(grid[:, column])
        _steps_axis(axes, one)
        _accuracy(axes[0], one)
        _policy(axes[1], one)
        _lost(axes[2], one)
        most = max(_known_losses(one), default=1.0)
        axes[2].set_ylim(top=max(axes[2].get_ylim()[1], 1.05 * most))
        axes[0].set_title(_title(name, one), fontsize=SMALL, linespacing=1.25, pad=3)
    for ax, label in zip(grid[:, 0], PANELS, strict=True):
        ax.set_ylabel(label)
    for ax, handles in zip(grid[:, -1], _legends(drawn), strict=True):
        ax.legend(
            handles=handles,
            loc="center left",
            bbox_to_anchor=(1.02, 0.5),
            borderaxespad=0.0,
            handlelength=2.0,
            handletextpad=0.5,
            labelspacing=0.35,
        )
    return figure


def _plain(of: Plain | Convertible | Mapping[str, Plain | Convertible]) -> dict[str, Plain]:
    """Give histories by their titles as plain values."""
    if isinstance(of, Convertible):
        of = of.to_dict()
    if "moments" in of:
        return {str(of["run"]).rstrip("/").split("/")[-1]: of}
    return {str(name): one.to_dict() if isinstance(one, Convertible) else one for name, one in of.items()}


def _title(name: str, one: Plain) -> str:
    lines = [literal(name)]
    for measure, (what, _) in SINCE.items():
        since, first = one["since"][measure][0], one["first"][measure][0]
        if one["moments"][-1][measure] is None:
            continue
        before = "" if first == since else f" (first at {first})"
        lines.append(f"{what} by step {since}{before}" if since is not None else f"{what} not learned")
    return "\n".join(lines)


def _steps_axis(axes: Sequence[Axes], one: Plain) -> None:
    """Let the steps run over a logarithmic axis, and mark where policy and accuracy come to stay."""
    steps = [moment["step"] for moment in one["moments"]]
    first, last = next((step for step in steps if step), 1), max(*steps, 1)
    for ax in axes:
        ax.set_xscale("symlog", linthresh=first, linscale=0.35)
        ax.set_xlim(0, max(last, first + 1) * 1.05)
        decades = [10**power for power in range(12) if first <= 10**power <= last]
        ax.xaxis.set_major_locator(FixedLocator([0, *(decades or [first, last])]))
        ax.xaxis.set_minor_locator(
            FixedLocator([n * 10**p for p in range(12) for n in range(2, 10) if first <= n * 10**p <= last])
        )
        ax.tick_params(axis="x", which="minor", length=1.2, width=0.4)
        ax.xaxis.set_major_formatter(FuncFormatter(lambda step, _: f"{step:,.0f}"))
        ax.set_ylim(-0.06, 1.06)
        ax.set_yticks([0, 0.5, 1], labels=["0", "0.5", "1"])
        ax.spines[["right", "top"]].set_visible(False)
        for measure, (_, look) in SINCE.items():
            since = one["since"][measure][0]
            if since is not None and one["moments"][-1][measure] is not None:
                ax.axvline(since, color=GREY, linestyle=look, linewidth=0.7, zorder=0)
    axes[-1].set_xlabel("training step")


def _series(one: Plain, measure: str, place: int | None = None) -> tuple[list[int], list[float]]:
    """Give the values of a measure by step, at one size if there are several; NaN where there is none."""
    found: list[float] = []
    for moment in one["moments"]:
        value = moment[measure]
        value = value[place] if value is not None and place is not None else value
        found.append(np.nan if value is None else value)
    return [moment["step"] for moment in one["moments"]], found


def _accuracy(ax: Axes, one: Plain) -> None:
    for place in reversed(range(len(one["sizes"]))):
        for measure, look in (("answers", DOTTED), ("exact_discrete", DASHED)):
            colour = category_colour(place)
            ax.plot(*_series(one, measure, place), color=colour, linestyle=look, linewidth=0.9)
        _line(ax, *_series(one, "exact", place), place)


def _policy(ax: Axes, one: Plain) -> None:
    for place in reversed(range(len(one["sizes"]))):
        _line(ax, *_series(one, "agreement", place), place)
    _line(ax, *_series(one, "cue_conflict"), 2)
    control = one["untrained"]["agreement"]
    if control is not None:
        ax.axhline(control[0], color=GREY, linestyle=DOTTED, linewidth=0.9, zorder=0)


def _lost(ax: Axes, one: Plain) -> None:
    steps = [moment["step"] for moment in one["moments"]]
    for index, kind in enumerate(one["moments"][-1]["lost"]):
        values = [moment["lost"][kind] for moment in one["moments"]]
        colour, look, width = PARTS[index % len(PARTS)]
        shares = [np.nan if value is None else value for value in values]
        ax.plot(steps, shares, color=category_colour(colour), linestyle=look, linewidth=width)


def _known_losses(one: Plain) -> list[float]:
    return [share for moment in one["moments"] for share in moment["lost"].values() if share is not None]


def _line(ax: Axes, steps: Sequence[int], values: Sequence[float], index: int) -> None:
    """Draw a line with a marker here and there, so that it is not known by its colour alone."""
    marks = {"marker": category_marker(index), "markevery": APART, "markersize": 2.8, "clip_on": False}
    ax.plot(steps, values, color=category_colour(index), zorder=3, **marks)


def _legends(drawn: Mapping[str, Plain]) -> tuple[list[Line2D], ...]:
    """Give the signs beside each panel."""
    first = next(iter(drawn.values()))
    trained = [f"{times}× trained size" for times in range(1, 1 + len(first["sizes"]))]
    sizes = [_sign(label, category_colour(i), mark=category_marker(i)) for i, label in enumerate(trained)]
    looks = (("exact", "-"), ("discretised", DASHED), ("answers", DOTTED))
    styles = [_sign(label, LINE, look) for label, look in looks]
    cues = _sign("at swapped cues", category_colour(2), mark=category_marker(2))
    lost = [
        _sign(literal(kind), category_colour(colour), look, width)
        for kind, (colour, look, width) in zip(first["moments"][-1]["lost"], cycle(PARTS), strict=False)
    ]
    since = [_sign(f"{what} is learned", GREY, look, 0.7) for what, look in SINCE.values()]
    return [*sizes, *styles], [*sizes, cues, _sign("1×, untrained", GREY, DOTTED)], [*lost, *since]


def _sign(label: str, colour: str, look: Any = "-", width: float = 1.1, mark: str = "") -> Line2D:
    return Line2D(
        [], [], color=colour, linestyle=look, linewidth=width, marker=mark, markersize=2.8, label=label
    )
