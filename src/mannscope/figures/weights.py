"""Where a head is: its weights over the slots, step by step."""

import xarray as xr
from matplotlib.axes import Axes

from mannscope.figures.episode import head_values, one_episode, slots_used, step_labels
from mannscope.figures.steps import BAR, category_handles, label_steps, legends_above, number_slots
from mannscope.figures.style import MAGNITUDES, drawing, new_axes, page_width


@drawing
def head_weights(
    trace: xr.Dataset,
    episode: int = 0,
    *,
    head: str = "read head 0",
    slots: int | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw one head's weights in one episode: steps across, slots down, weights from 0 to 1.

    Args:
        trace: the trace.
        episode: which episode, from 0.
        head: the head's name among the actors, such as "read head 0" or "write head 1".
        slots: how many slots, from slot 0; by default as many as the head ever gave a weight of 1% of its
            largest.
        ax: axes to draw on; those of a new figure by default.

    Raises:
        UnknownNameError: if the memory has no such head.
        MannscopeError: if the trace is not of a memory with heads, or has no such episode.
    """
    one, labels = one_episode(trace, episode), step_labels(trace, episode)
    weights = head_values(one, "weights", head).transpose("slot", "step").values
    shown = slots_used(weights.T, slots)
    if ax is None:
        ax = new_axes(page_width(len(labels.tokens)), min(3.2, 1.3 + 0.07 * max(shown, 8)))
    image = ax.imshow(
        weights[:shown], cmap=MAGNITUDES, vmin=0.0, vmax=1.0, aspect="auto", interpolation="nearest", zorder=0
    )
    figure = ax.get_figure(root=False)
    if figure is not None:
        figure.colorbar(image, ax=ax, pad=0.015, aspect=25).set_label(f"weight of {head}")
    label_steps(ax, labels)
    number_slots(ax, shown, len(weights), stack=False)
    legends_above(ax, category_handles(labels), beside=BAR)
    return ax
