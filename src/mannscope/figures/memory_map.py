"""What the memory holds: one episode as a map of steps by slots."""

from enum import Enum

import numpy as np
import xarray as xr
from jaxtyping import Float
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D

from mannscope.figures.episode import (
    head_names,
    head_path,
    is_stack,
    one_episode,
    slot_vectors,
    slots_used,
    step_labels,
    within,
)
from mannscope.figures.glyphs import discretised, glyph_row
from mannscope.figures.steps import (
    BAR,
    category_handles,
    header_height,
    label_steps,
    legends_above,
    number_slots,
    points_high,
    step_pitch,
)
from mannscope.figures.style import MAGNITUDES, SIGNED, drawing, new_axes, page_width


class Content(Enum):
    """The number that stands for a slot's vector."""

    NORM = "norm"
    COMPONENT = "component"
    PRINCIPAL = "principal component"


@drawing
def memory(
    trace: xr.Dataset,
    episode: int = 0,
    *,
    content: Content = Content.NORM,
    component: int = 0,
    stack: int = 0,
    slots: int | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the memory after every step of one episode: steps across, slots down.

    A stack's slot 0 is its top, and a row above it has the discretised action of each step. On an NTM's
    map an open square marks the slot where a write head's weight is largest, a dot that of a read head.

    Args:
        trace: the trace.
        episode: which episode, from 0.
        content: the norm of the slot's vector; one component of it; or its projection
            on the first principal axis of all slots in this episode, where an empty slot stays at 0 and
            the sign is such that the axis' largest entry is positive.
        component: which component, from 0, where `content` is COMPONENT.
        stack: which stack, from 0.
        slots: how many slots, from slot 0; by default as many as were ever filled to 1% of the largest
            norm or visited by a head.
        ax: axes to draw on; those of a new figure by default.

    Raises:
        MannscopeError: if the trace has no such episode, stack, slot or component.
    """
    one, labels = one_episode(trace, episode), step_labels(trace, episode)
    vectors = slot_vectors(one, stack).transpose("step", "slot", "width").values
    shown = _slots(one, vectors, slots)
    if ax is None:
        ax = new_axes(page_width(len(labels.tokens)), min(3.4, 1.6 + 0.07 * max(shown, 8)))
    image = _draw(ax, vectors[:, :shown], content, component)
    figure = ax.get_figure(root=False)
    if figure is not None:
        bar = figure.colorbar(image, ax=ax, pad=0.015, aspect=25)
        bar.set_label(_caption(content, component))
    label_steps(ax, labels)
    header = "action" if is_stack(trace) else None
    number_slots(ax, shown, vectors.shape[1], stack=is_stack(trace), header=header)
    marks = (
        glyph_row(ax, discretised(one, stack), -0.5 - header_height(ax, shown) / 2)
        if is_stack(trace)
        else _heads(ax, one, shown)
    )
    legends_above(ax, category_handles(labels), marks, beside=BAR)
    return ax


def _slots(one: xr.Dataset, vectors: Float[np.ndarray, "step slot width"], slots: int | None) -> int:
    """Draw a memory as far as it was filled, and as far as heads went."""
    shown = slots_used(np.linalg.norm(vectors, axis=-1), slots)
    if slots is not None:
        return shown
    return max(shown, *(int(head_path(one, head).max()) + 1 for head in head_names(one)), 0)


def _draw(
    ax: Axes, vectors: Float[np.ndarray, "step slot width"], content: Content, component: int
) -> AxesImage:
    if content is Content.NORM:
        norms = np.linalg.norm(vectors, axis=-1)
        return _image(ax, norms, MAGNITUDES, 0.0, float(norms.max()) or 1.0)
    if content is Content.COMPONENT:
        within("component", component, vectors.shape[-1])
        values = vectors[..., component]
    else:
        values = vectors @ _principal_axis(vectors.reshape(-1, vectors.shape[-1]))
    bound = np.abs(values).max() or 1.0
    return _image(ax, values, SIGNED, -bound, bound)


def _image(
    ax: Axes, values: Float[np.ndarray, "step slot"], colours: str, least: float, most: float
) -> AxesImage:
    return ax.imshow(
        values.T, cmap=colours, vmin=least, vmax=most, aspect="auto", interpolation="nearest", zorder=0
    )


def _principal_axis(rows: Float[np.ndarray, "row width"]) -> Float[np.ndarray, " width"]:
    axis = np.linalg.svd(rows - rows.mean(axis=0), full_matrices=False)[2][0]
    return axis * np.sign(axis[np.abs(axis).argmax()] or 1.0)


def _caption(content: Content, component: int) -> str:
    if content is Content.NORM:
        return "norm of the slot"
    if content is Content.COMPONENT:
        return f"component {component} of the slot"
    return "first principal component"


def _heads(ax: Axes, one: xr.Dataset, slots: int) -> list[Artist]:
    """Mark where the heads are, write heads with open squares, read heads with small signs."""
    cell = min(step_pitch(ax, one.sizes["step"]), points_high(ax) / slots)
    markers = {"write": "sDph", "read": "o^v*"}
    handles: list[Artist] = []
    for head in sorted(head_names(one), key=lambda name: name.startswith("read")):
        kind, _, index = head.split()
        marker = markers[kind][int(index) % 4]
        at = np.where(head_path(one, head) < slots, head_path(one, head), np.nan)
        size = min(7.0, 0.85 * cell) if kind == "write" else min(3.0, 0.45 * cell)
        face = "none" if kind == "write" else "white"
        outside = {"linestyle": "", "marker": marker, "markersize": size, "color": "black"}
        ax.plot(at, **outside, markerfacecolor=face, markeredgewidth=min(1.6, 0.3 * size))
        if kind == "write":
            ax.plot(at, **{**outside, "color": "white"}, markerfacecolor=face, markeredgewidth=0.12 * size)
        sign = {**outside, "markersize": 5 if kind == "write" else 3}
        handles.append(
            Line2D([], [], **sign, markerfacecolor=face, markeredgewidth=0.8, label=f"{kind} head {index}")
        )
    return handles
