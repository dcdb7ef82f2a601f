"""Where the heads of a memory are, and how they are marked on the map of its slots."""

import numpy as np
import xarray as xr
from jaxtyping import Float, Int
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from mannscope.anatomy import Head, Store
from mannscope.errors import MannscopeError
from mannscope.figures.steps import points_high, step_pitch
from mannscope.figures.style import literal
from mannscope.traces.labels import anatomy
from mannscope.traces.reading import head_weights

NOWHERE = -1
_SOMEWHERE = 0.5
"""Sum of its weights from which a head is somewhere: some heads do nothing at some steps."""
_MARKERS = {"write": "sDphH8dX", "read": "o^v*<>Pd"}


def weights_of(one: xr.Dataset, head: Head) -> Float[np.ndarray, "step slot"]:
    """Read the weights of one head over the slots, at every step of an episode.

    Raises:
        MannscopeError: if they are not recorded, or are not weights over slots.
    """
    must = f"the weights of {head.name} must have the axes step and slot"
    remedy = "Describe the head with mannscope.traces.label(trace, anatomy=...)"
    if head.weights in one:
        axes, stores = one[head.weights].sizes, anatomy(one).stores
        if head.axis and not 0 <= head.index < axes.get(head.axis, 0):
            raise MannscopeError(must, f"{head.weights} without {head.axis} {head.index}", remedy)
        if stores and stores[0].slots and stores[0].slots not in axes:
            raise MannscopeError(must, f"{head.weights} without the axis {stores[0].slots}", remedy)
    found = head_weights(one, head)
    if set(found.dims) != {"step", "slot"}:
        raise MannscopeError(must, f"{head.weights} with {', '.join(map(str, found.dims))}", remedy)
    return found.transpose("step", "slot").values


def head_path(one: xr.Dataset, head: Head) -> Int[np.ndarray, " step"]:
    """Give the slot where a head's weight is largest, at every step; -1 where their sum is below a half."""
    weights = weights_of(one, head)
    return np.where(weights.sum(axis=-1) >= _SOMEWHERE, weights.argmax(axis=-1), NOWHERE)


def heads_on(one: xr.Dataset, store: Store, part: int, slots: int) -> list[tuple[Head, np.ndarray]]:
    """List the heads that lie on one part of a store, with their paths: write heads first.

    Raises:
        MannscopeError: if the weights of one are not over the slots of the store.
    """
    found = []
    for head in sorted(anatomy(one).heads, key=lambda head: head.kind == "read"):
        if store.parts and head.axis == store.parts and head.index != part:
            continue
        count = weights_of(one, head).shape[1]
        if count != slots:
            must = f"the weights of {head.name} must be over the {slots} slots of {store.variable}"
            raise MannscopeError(must, f"{count} slots", "Draw them with figures.head_weights")
        found.append((head, head_path(one, head)))
    return found


def draw_heads(ax: Axes, paths: list[tuple[Head, np.ndarray]], slots: int) -> list[Line2D]:
    """Mark where heads are, write heads with open squares, read heads with small signs."""
    handles: list[Line2D] = []
    numbers = dict.fromkeys(_MARKERS, 0)
    for head, path in paths:
        is_write = head.kind == "write"
        marker = _MARKERS[head.kind][numbers[head.kind] % len(_MARKERS[head.kind])]
        numbers[head.kind] += 1
        cell = min(step_pitch(ax, len(path)), points_high(ax) / slots)
        at = np.where((path < slots) & (path != NOWHERE), path, np.nan)
        size = min(7.0, 0.85 * cell) if is_write else min(3.0, 0.45 * cell)
        face = "none" if is_write else "white"
        outside = {"linestyle": "", "marker": marker, "markersize": size, "color": "black"}
        ax.plot(at, **outside, markerfacecolor=face, markeredgewidth=min(1.6, 0.3 * size))
        if is_write:
            ax.plot(at, **{**outside, "color": "white"}, markerfacecolor=face, markeredgewidth=0.12 * size)
        sign = {**outside, "markersize": 5 if is_write else 3}
        handles.append(
            Line2D([], [], **sign, markerfacecolor=face, markeredgewidth=0.8, label=literal(head.name))
        )
    return handles
