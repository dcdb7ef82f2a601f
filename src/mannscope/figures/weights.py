"""Where a head is: its weights over the slots, step by step."""

import xarray as xr
from matplotlib.axes import Axes

from mannscope.anatomy import Store
from mannscope.figures.episode import slots_used, step_labels
from mannscope.figures.heads import weights_of
from mannscope.figures.steps import BAR, category_handles, label_steps, legends_above, number_slots
from mannscope.figures.style import MAGNITUDES, drawing, literal, new_axes, page_width
from mannscope.traces.labels import anatomy
from mannscope.traces.reading import one_episode


@drawing
def head_weights(
    trace: xr.Dataset,
    episode: int = 0,
    *,
    head: str | None = None,
    slots: int | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw one head's weights in one episode: steps across, slots down, weights from 0 to 1.

    Args:
        trace: the trace.
        episode: which episode, from 0.
        head: the head's name in the trace's anatomy, such as "read head 0" or "write head 1"; the first by
            default.
        slots: how many slots, from slot 0; by default as many as the head ever gave a weight of 1% of its
            largest.
        ax: axes to draw on; those of a new figure by default.

    Raises:
        UnknownNameError: if the memory has no such head.
        MannscopeError: if the trace is not of a memory with heads, or has no such episode.
    """
    one, labels = one_episode(trace, episode), step_labels(trace, episode)
    found = anatomy(one)
    first = found.heads[0].name if found.heads else ""
    chosen = found.head(first if head is None else head)
    weights = weights_of(one, chosen).T
    shown = slots_used(weights.T, slots)
    if ax is None:
        ax = new_axes(page_width(len(labels.tokens)), min(3.2, 1.3 + 0.07 * max(shown, 8)))
    image = ax.imshow(
        weights[:shown], cmap=MAGNITUDES, vmin=0.0, vmax=1.0, aspect="auto", interpolation="nearest", zorder=0
    )
    figure = ax.get_figure(root=False)
    if figure is not None:
        figure.colorbar(image, ax=ax, pad=0.015, aspect=25).set_label(f"weight of {literal(chosen.name)}")
    label_steps(ax, labels)
    store = found.stores[0] if found.stores else Store("")
    number_slots(ax, shown, len(weights), store=store)
    legends_above(ax, category_handles(labels), beside=BAR)
    return ax
