"""What the memory holds: one episode as a map of steps by slots."""

from enum import Enum

import numpy as np
import xarray as xr
from jaxtyping import Float
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.image import AxesImage

from mannscope.anatomy import Anatomy, Head, Store
from mannscope.figures.actors import Acting, acting, taken
from mannscope.figures.episode import part_vectors, slots_used, step_labels
from mannscope.figures.glyphs import distinct, glyph_row
from mannscope.figures.heads import draw_heads, heads_on
from mannscope.figures.steps import (
    BAR,
    category_handles,
    header_height,
    label_steps,
    legends_above,
    number_slots,
)
from mannscope.figures.style import MAGNITUDES, SIGNED, drawing, literal, new_axes, page_width
from mannscope.traces.labels import anatomy
from mannscope.traces.reading import one_episode, require_index


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
    part: int = 0,
    slots: int | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the memory after every step of one episode: steps across, slots down.

    What is drawn is read off the trace's anatomy. The map is that of the first store; a store of a single
    vector is one row. A row above it has the discretised action of each actor that acts on it without moving
    a head. An open square marks the slot where a write head's weight is largest, a dot that of a read head.

    Args:
        trace: the trace.
        episode: which episode, from 0.
        content: the norm of the slot's vector; one component of it; or its projection
            on the first principal axis of all slots in this episode, where an empty slot stays at 0 and
            the sign is such that the axis' largest entry is positive.
        component: which component, from 0, where `content` is COMPONENT.
        part: which part of the store, from 0, such as which of several stacks.
        slots: how many slots, from slot 0; by default as many as were ever filled to 1% of the largest
            norm or visited by a head.
        ax: axes to draw on; those of a new figure by default.

    Raises:
        MannscopeError: if the trace has no such episode, part, slot or component, or the memory no store.
    """
    one, labels = one_episode(trace, episode), step_labels(trace, episode)
    store, recorded = part_vectors(one, part)
    vectors = recorded.transpose("step", "slot", "width").values
    heads = heads_on(one, store, part, vectors.shape[1])
    actors = [each for each in acting(one) if not each.actor.head and each.actor.part in (None, part)]
    shown = _slots(heads, vectors, slots)
    if ax is None:
        ax = new_axes(page_width(len(labels.tokens)), _height(store, shown, len(actors)))
    image = _draw(ax, vectors[:, :shown], content, component)
    figure = ax.get_figure(root=False)
    if figure is not None:
        bar = figure.colorbar(image, ax=ax, pad=0.015, aspect=25)
        bar.set_label(_caption(content, component, anatomy(one), store))
    label_steps(ax, labels)
    headers = [literal(each.actor.name) for each in actors] if len(actors) > 1 else ["action"] * len(actors)
    number_slots(ax, shown, vectors.shape[1], store=store, headers=headers)
    signs, marks = _actions(ax, one, actors, shown), draw_heads(ax, heads, shown)
    legends_above(ax, category_handles(labels), marks, signs, beside=BAR)
    return ax


def _height(store: Store, shown: int, headers: int) -> float:
    """Choose the height of a new figure, in inches."""
    if not store.slots:
        return 1.3 + 0.15 * headers
    return min(3.4, 1.6 + 0.07 * max(shown, 8)) + 0.15 * max(0, headers - 1)


def _slots(
    heads: list[tuple[Head, np.ndarray]], vectors: Float[np.ndarray, "step slot width"], slots: int | None
) -> int:
    """Draw a memory as far as it was filled, and as far as heads went."""
    shown = slots_used(np.linalg.norm(vectors, axis=-1), slots)
    if slots is not None:
        return shown
    return max(shown, *(int(path.max()) + 1 for _, path in heads), 0)


def _actions(ax: Axes, one: xr.Dataset, actors: list[Acting], shown: int) -> list[Artist]:
    """Draw a header row of glyphs for each actor, the first one uppermost."""
    height = header_height(ax, shown, len(actors))
    handles = []
    for row, each in enumerate(actors):
        middle = -0.5 - height * (len(actors) - row - 0.5)
        handles += glyph_row(ax, each.actor, taken(one, each), middle)
    return [*distinct(handles)]


def _draw(
    ax: Axes, vectors: Float[np.ndarray, "step slot width"], content: Content, component: int
) -> AxesImage:
    if content is Content.NORM:
        norms = np.linalg.norm(vectors, axis=-1)
        return _image(ax, norms, MAGNITUDES, 0.0, float(norms.max()) or 1.0)
    if content is Content.COMPONENT:
        require_index("component", component, vectors.shape[-1])
        values = vectors[..., component]
    else:
        values = vectors @ principal_axis(vectors.reshape(-1, vectors.shape[-1]))
    bound = np.abs(values).max() or 1.0
    return _image(ax, values, SIGNED, -bound, bound)


def _image(
    ax: Axes, values: Float[np.ndarray, "step slot"], colours: str, least: float, most: float
) -> AxesImage:
    return ax.imshow(
        values.T, cmap=colours, vmin=least, vmax=most, aspect="auto", interpolation="nearest", zorder=0
    )


def principal_axis(rows: Float[np.ndarray, "row width"]) -> Float[np.ndarray, " width"]:
    """Give the first principal axis of vectors, with such a sign that its largest entry is positive."""
    axis = np.linalg.svd(rows - rows.mean(axis=0), full_matrices=False)[2][0]
    return axis * np.sign(axis[np.abs(axis).argmax()] or 1.0)


def _caption(content: Content, component: int, found: Anatomy, store: Store) -> str:
    """Describe the colour bar; the store is named where it is not the only one."""
    if content is Content.PRINCIPAL:
        what = "first principal component"
    elif content is Content.COMPONENT:
        what = f"component {component}"
    else:
        what = "norm"
    if not store.slots:
        return what
    if len(found.stores) > 1:
        return f"{what} of a slot of {literal(store.variable)}"
    return what if content is Content.PRINCIPAL else f"{what} of the slot"
