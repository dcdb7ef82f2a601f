"""The usual course of an episode: mean occupancy of the memory, episodes aligned at a category."""

import numpy as np
import xarray as xr
from jaxtyping import Float, Int
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from mannscope.arrays import PADDING
from mannscope.errors import MannscopeError, UnknownNameError
from mannscope.figures.episode import all_categories, part_vectors, slots_used, whole
from mannscope.figures.steps import number_slots
from mannscope.figures.style import COLUMN, MAGNITUDES, drawing, literal, new_axes
from mannscope.traces.labels import category_names
from mannscope.traces.reading import plane


@drawing
def mean_memory(
    trace: xr.Dataset, *, align: str, part: int = 0, slots: int | None = None, ax: Axes | None = None
) -> Axes:
    """Draw the mean norm of each slot over episodes, step 0 being the first symbol of one category.

    Steps that fewer than half of the aligned episodes reach are left out.

    Args:
        trace: the trace.
        align: the category to align at, such as the delimiter between two phases.
        part: which part of the first store, from 0, such as which of several stacks.
        slots: how many slots, from slot 0; by default as many as are ever filled to 1% of the largest mean.
        ax: axes to draw on; those of a new figure by default.

    Raises:
        UnknownNameError: if the task has no such category.
        MannscopeError: if it occurs in no episode, or the memory has no store or no such part.
    """
    trace = whole(trace)
    category, known = all_categories(trace), category_names(trace)
    if align not in known:
        raise UnknownNameError("category", align, known)
    store, vectors = part_vectors(trace, part)
    norms = np.linalg.norm(vectors.transpose("episode", "step", "slot", "width").values, axis=-1)
    norms = np.where(plane(trace, "input")[..., None] == PADDING, np.nan, norms)
    at = category == known.index(align)
    aligned = at.any(axis=1)
    if not aligned.any():
        raise MannscopeError(
            "the category to align at must occur in an episode", repr(align), "Choose another category"
        )
    means, first = _aligned_mean(norms[aligned], at[aligned].argmax(axis=1))
    shown = slots_used(means, slots)
    if ax is None:
        ax = new_axes(COLUMN, min(3.2, 1.3 + 0.07 * max(shown, 8)) if store.slots else 1.3)
    _map(ax, means[:, :shown], first, "mean norm of the slot" if store.slots else "mean norm")
    ax.axvline(0.0, color="white", linewidth=0.8, linestyle=(0, (2, 2)))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=7))
    ax.set_xlabel(f"step, counted from the first {literal(align)}")
    ax.set_title(f"mean of {aligned.sum()} episodes", loc="left", pad=3)
    number_slots(ax, shown, means.shape[1], store=store)
    return ax


def _map(ax: Axes, means: Float[np.ndarray, "relative slot"], first: int, caption: str) -> None:
    """Draw the means, with the first step at its place relative to the category."""
    steps, slots = means.shape
    image = ax.imshow(
        means.T,
        cmap=MAGNITUDES,
        vmin=0.0,
        aspect="auto",
        interpolation="nearest",
        extent=(first - 0.5, first + steps - 0.5, slots - 0.5, -0.5),
        zorder=0,
    )
    figure = ax.get_figure(root=False)
    if figure is not None:
        figure.colorbar(image, ax=ax, pad=0.015, aspect=25).set_label(caption)


def _aligned_mean(
    norms: Float[np.ndarray, "episode step slot"], zero: Int[np.ndarray, " episode"]
) -> tuple[Float[np.ndarray, "relative slot"], int]:
    """Average over the episodes that reach each step relative to `zero`; give the first such step too."""
    episodes, steps, slots = norms.shape
    relative = np.full((episodes, 2 * steps - 1, slots), np.nan)
    for episode, start in enumerate(steps - 1 - zero):
        relative[episode, start : start + steps] = norms[episode]
    reached = ~np.isnan(relative[..., 0])
    kept = np.flatnonzero(reached.sum(axis=0) >= episodes / 2)
    part = relative[:, kept[0] : kept[-1] + 1]
    return np.nanmean(part, axis=0), int(kept[0]) - (steps - 1)
