"""What the controller asks of the memory: distributions over actions, and the discretised action."""

import numpy as np
import xarray as xr
from jaxtyping import Float
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from mannscope.figures.episode import chosen_actors, head_values, is_stack, one_episode, step_labels
from mannscope.figures.glyphs import GREYS, discretised, glyph_handle, glyph_row
from mannscope.figures.steps import category_handles, label_steps, legends_above, step_pitch
from mannscope.figures.style import HIGHLIGHT, drawing, new_axes, page_width
from mannscope.traces import labels


@drawing
def actions(trace: xr.Dataset, episode: int = 0, *, actor: str | None = None, ax: Axes | None = None) -> Axes:
    """Draw one actor's distribution over actions at every step, and above it the discretised action.

    Of a stack these are the probabilities of PUSH, POP and NO_OP. Of an NTM's head it is the distribution
    over shifts, with the gate as a line: 1 addresses by content, 0 starts from where the head was.

    Args:
        trace: the trace.
        episode: which episode, from 0.
        actor: a label of the trace's attribute `actors`; the first one by default.
        ax: axes to draw on; those of a new figure by default.

    Raises:
        UnknownNameError: if the trace has no such actor.
    """
    one, symbols = one_episode(trace, episode), step_labels(trace, episode)
    chosen = chosen_actors(trace, actor)[0]
    if ax is None:
        ax = new_axes(page_width(len(symbols.tokens)), 1.9)
    if is_stack(trace):
        shares = one["actions"].isel(stack=chosen).transpose("step", "action").values
        asked = labels(trace, "actions")
        fills = _bars(ax, shares, asked)
        handles = [(fill, glyph_handle(action)) for fill, action in zip(fills, asked, strict=True)]
    else:
        head = labels(trace, "actors")[chosen]
        shift = head_values(one, "shift", head)
        handles = _bars(ax, shift.transpose("step", "shift").values, shift_labels(shift))
        handles.append(_gate(ax, head_values(one, "gate", head).values))
    label_steps(ax, symbols)
    signs = glyph_row(ax, discretised(one, chosen), 1.1)
    ax.set_ylim(0.0, 1.2)
    ax.set_yticks([0.0, 0.5, 1.0, 1.1], labels=["0", "0.5", "1", ""])
    ax.yaxis.get_major_ticks()[3].tick1line.set_visible(False)
    ax.set_ylabel("probability")
    legends_above(ax, category_handles(symbols), handles, [] if is_stack(trace) else signs)
    return ax


def shift_labels(shift: xr.DataArray) -> list[str]:
    """Name the shifts by their number of slots, from the coordinate `shift` or centred on 0."""
    count = shift.sizes["shift"]
    offsets = shift["shift"].values if "shift" in shift.coords else np.arange(count) - count // 2
    return [f"shift {int(offset):+d}".replace("-", "\N{MINUS SIGN}").replace("+0", "0") for offset in offsets]


def _bars(ax: Axes, shares: Float[np.ndarray, "step choice"], captions: list[str]) -> list[Artist]:
    steps = np.arange(len(shares))
    width = 0.82 if step_pitch(ax, len(shares)) > 5 else 1.0
    below = np.zeros(len(shares))
    handles: list[Artist] = []
    for index, caption in enumerate(captions):
        fill = GREYS[index % len(GREYS)]
        ax.bar(steps, shares[:, index], width, below, color=fill, linewidth=0)
        handles.append(Patch(facecolor=fill, edgecolor="none", label=caption))
        below = below + shares[:, index]
    return handles


def _gate(ax: Axes, gate: Float[np.ndarray, " step"]) -> Line2D:
    size = min(3.0, 0.6 * step_pitch(ax, len(gate)))
    look = {"color": HIGHLIGHT, "marker": "o", "linewidth": 0.9}
    ax.plot(np.arange(len(gate)), gate, markersize=size, **look)
    return Line2D([], [], markersize=3, label="gate", **look)
