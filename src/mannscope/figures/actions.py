"""What the controller decides: distributions over actions, and the discretised action."""

import numpy as np
import xarray as xr
from jaxtyping import Float
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from mannscope.anatomy import Actor
from mannscope.figures.actors import Deciding, Shares, chosen_actors, deciding, taken
from mannscope.figures.episode import step_labels
from mannscope.figures.glyphs import glyph_handle, glyph_row, greys
from mannscope.figures.steps import Entry, category_handles, label_steps, legends_above, step_pitch
from mannscope.figures.style import HIGHLIGHT, drawing, literal, new_axes, page_width
from mannscope.traces.reading import one_episode

_POINTS = "os^Dv"
_LINES = ("-", "--", ":", "-.")


@drawing
def actions(trace: xr.Dataset, episode: int = 0, *, actor: str | None = None, ax: Axes | None = None) -> Axes:
    """Draw what decides one actor's action at every step, and above it the discretised action.

    Distributions are bars: over the actor's own actions (PUSH, POP and NO_OP of a stack), or over something
    else, such as the shifts of a head. Operations of one number a step are lines, such as the gate of a head:
    1 addresses by content, 0 starts from where the head was. Where none of these operations is recorded, the
    discretised action is drawn alone.

    Args:
        trace: the trace.
        episode: which episode, from 0.
        actor: a name from the trace's coordinate `actor`; the first one by default.
        ax: axes to draw on; those of a new figure by default.

    Raises:
        MannscopeError: if the trace has no such episode, or no actors.
        UnknownNameError: if the trace has no such actor.
    """
    one, symbols = one_episode(trace, episode), step_labels(trace, episode)
    chosen = chosen_actors(one, actor)[0]
    found = deciding(one, chosen.actor)
    is_drawn = bool(found.distributions or found.scalars)
    if ax is None:
        ax = new_axes(page_width(len(symbols.tokens)), 1.9 if is_drawn else 1.1)
    bars, own = _distributions(ax, found, chosen.actor)
    handles = [*bars, *_scalars(ax, found), *_missing(found)]
    label_steps(ax, symbols)
    signs = glyph_row(ax, chosen.actor, taken(one, chosen), 1.1)
    _vertical_axis(ax, found)
    legends_above(ax, category_handles(symbols), handles, [] if own else signs)
    return ax


def _distributions(ax: Axes, found: Deciding, actor: Actor) -> tuple[list[Entry], bool]:
    """Draw distributions as bars, side by side, and report whether one is over the actor's own actions."""
    handles: list[Entry] = []
    own = False
    for place, shares in enumerate(found.distributions):
        fills = _bars(ax, shares, place, len(found.distributions))
        if shares.labels == actor.labels:
            own = True
            handles += [(fill, glyph_handle(actor, action)) for action, fill in enumerate(fills)]
        else:
            handles += fills
    return handles, own


def _bars(ax: Axes, shares: Shares, place: int, among: int) -> list[Patch]:
    values: Float[np.ndarray, "step choice"] = shares.values.transpose("step", ...).values
    steps = np.arange(len(values))
    width = 0.82 if step_pitch(ax, len(values)) > 5 else 1.0
    centres = steps + width * ((place + 0.5) / among - 0.5)
    below = np.zeros(len(values))
    handles: list[Patch] = []
    for index, (caption, fill) in enumerate(zip(shares.labels, greys(values.shape[1]), strict=True)):
        ax.bar(centres, values[:, index], width / among, below, color=fill, linewidth=0)
        handles.append(Patch(facecolor=fill, edgecolor="none", label=literal(caption)))
        below = below + values[:, index]
    return handles


def _scalars(ax: Axes, found: Deciding) -> list[Artist]:
    """Draw operations of one number a step as lines; those beyond 1 are divided by their largest value."""
    handles: list[Artist] = []
    for place, (caption, recorded) in enumerate(found.scalars):
        values = recorded.values.astype(float)
        largest = float(np.abs(values).max(initial=0.0))
        if largest > 1 + 1e-6:
            values, caption = values / largest, f"{caption} / {largest:.3g}"
        size = min(3.0, 0.6 * step_pitch(ax, len(values)))
        look = {
            "color": HIGHLIGHT,
            "marker": _POINTS[place % len(_POINTS)],
            "linewidth": 0.9,
            "linestyle": _LINES[place % len(_LINES)],
        }
        ax.plot(np.arange(len(values)), values, markersize=size, **look)
        handles.append(Line2D([], [], markersize=3, label=literal(caption), **look))
    return handles


def _missing(found: Deciding) -> list[Artist]:
    """Say in the legend what cannot be drawn."""
    return [Line2D([], [], linestyle="", label=literal(reason)) for reason in found.missing]


def _vertical_axis(ax: Axes, found: Deciding) -> None:
    if not found.distributions and not found.scalars:
        ax.set_ylim(1.0, 1.2)
        ax.set_yticks([])
        ax.set_ylabel("action")
        return
    least = min((float(values.min()) for _, values in found.scalars), default=0.0)
    ax.set_ylim(-1.05 if least < 0 else 0.0, 1.2)
    ticks = {0.0: "0", 0.5: "0.5", 1.0: "1", 1.1: ""}
    ax.set_yticks(list(ticks), labels=list(ticks.values()))
    ax.yaxis.get_major_ticks()[3].tick1line.set_visible(False)
    ax.set_ylabel("probability" if found.distributions else "value")
