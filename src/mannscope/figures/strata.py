"""How thick the vectors of a memory lie on one another: bars of their strengths, step by step."""

import numpy as np
import xarray as xr
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from mannscope.errors import MannscopeError
from mannscope.figures.episode import step_labels
from mannscope.figures.heads import heads_on, weights_of
from mannscope.figures.memory_map import principal_axis
from mannscope.figures.steps import BAR, category_handles, label_steps, legends_above
from mannscope.figures.style import LINE, SIGNED, drawing, literal, new_axes, page_width
from mannscope.traces.reading import first_store, one_episode, slot_strengths, slot_vectors

_THIN = 0.005
"""Strength below which nothing is drawn."""
_DASHES = ("-", "--", ":", "-.")


@drawing
def strata(trace: xr.Dataset, episode: int = 0, *, part: int = 0, ax: Axes | None = None) -> Axes:
    """Draw the vectors of one episode as layers on one another: steps across, each as high as its strength.

    The colour is the projection of the vector on the first principal axis of all that were ever of strength.
    A frame is what a read head reads. The last slot lies uppermost.

    Args:
        trace: the trace.
        episode: which episode, from 0.
        part: which part of the first store, from 0, such as which of several stacks.
        ax: axes to draw on; those of a new figure by default.

    Raises:
        MannscopeError: if the trace has no such episode or part, or the memory's vectors have no strengths.
    """
    one, labels = one_episode(trace, episode), step_labels(trace, episode)
    found = slot_strengths(one, part)
    if found is None:
        got = first_store(one)[1].variable + ", whose vectors have none"
        remedy = "Draw it with figures.memory"
        raise MannscopeError("the first store of the memory must declare strengths", got, remedy)
    strengths = found.transpose("step", "slot").values
    vectors = slot_vectors(one, part).transpose("step", "slot", "width").values
    if ax is None:
        ax = new_axes(page_width(len(labels.tokens)), 2.6)
    ends = strengths.cumsum(axis=1)
    bars = _bars(strengths, vectors, ends)
    ax.add_collection(bars)
    ax.set_ylim(0, 1.04 * max(1.0, float(ends.max())))
    ax.set_ylabel("strength")
    figure = ax.get_figure(root=False)
    if figure is not None:
        figure.colorbar(bars, ax=ax, pad=0.015, aspect=25).set_label("first principal component")
    label_steps(ax, labels)
    heads = [head for head, _ in heads_on(one, first_store(one)[1], part, strengths.shape[1])]
    frames = []
    for number, head in enumerate(heads):
        dashes = _DASHES[number % len(_DASHES)]
        _frame(ax, weights_of(one, head), strengths, ends, dashes)
        label = f"read by {literal(head.name)}"
        frames.append(Line2D([], [], color="black", linewidth=1.0, linestyle=dashes, label=label))
    legends_above(ax, category_handles(labels), frames, beside=BAR)
    return ax


def _bars(
    strengths: Float[np.ndarray, "step slot"],
    vectors: Float[np.ndarray, "step slot width"],
    ends: Float[np.ndarray, "step slot"],
) -> PatchCollection:
    """Make a bar for every vector that has some strength, at every step."""
    steps, slots = np.nonzero(strengths > _THIN)
    thick = vectors[steps, slots]
    values = thick @ principal_axis(thick) if len(thick) else np.zeros(0)
    boxes = [
        Rectangle((step - 0.42, float(ends[step, slot] - strengths[step, slot])), 0.84, strengths[step, slot])
        for step, slot in zip(steps.tolist(), slots.tolist(), strict=True)
    ]
    bars = PatchCollection(boxes, cmap=SIGNED, edgecolors=LINE, linewidths=0.4)
    bars.set_array(values)
    bound = float(np.abs(values).max(initial=0.0)) or 1.0
    bars.set_clim(-bound, bound)
    return bars


def _frame(
    ax: Axes,
    weights: Float[np.ndarray, "step slot"],
    strengths: Float[np.ndarray, "step slot"],
    ends: Float[np.ndarray, "step slot"],
    dashes: str,
) -> None:
    """Frame what is read: of a layer that is read in part, the part next to those that are read whole."""
    for step, row in enumerate(weights):
        read = np.flatnonzero(row > _THIN)
        if not read.size:
            continue
        lowest, highest = int(read[0]), int(read[-1])
        bottom = float(ends[step, lowest] - strengths[step, lowest])
        if row[highest] > strengths[step, highest] - _THIN:
            bottom = float(ends[step, highest] - row.sum())
        frame = Rectangle((step - 0.46, bottom), 0.92, float(row.sum()))
        frame.set(fill=False, edgecolor="black", linewidth=1.0, linestyle=dashes)
        ax.add_patch(frame)
