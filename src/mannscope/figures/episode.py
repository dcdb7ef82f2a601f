"""What figures take from a trace: the labels of its steps, and what the slots of its memory hold."""

from dataclasses import dataclass

import numpy as np
import xarray as xr
from jaxtyping import Float, Int

from mannscope.anatomy import Store
from mannscope.arrays import PADDING
from mannscope.errors import MannscopeError
from mannscope.traces.labels import category_names, symbols
from mannscope.traces.reading import batch, first_store, held_vectors, one_episode, plane, require_index


@dataclass(frozen=True)
class StepLabels:
    """The symbols read at the steps of one episode, and their categories.

    `categories` holds indices into `category_names`; both are empty where categories are not known.
    """

    tokens: tuple[str, ...]
    categories: tuple[int, ...] = ()
    category_names: tuple[str, ...] = ()


def step_labels(trace: xr.Dataset, episode: int = 0) -> StepLabels:
    """Read the labels of one episode's steps; symbols without names are labelled by their numbers."""
    one = one_episode(trace, episode)
    known = symbols(trace)
    read = [int(symbol) for symbol in one["input"].values]
    has_categories = "category" in one
    return StepLabels(
        tokens=tuple("" if i == PADDING else known[i] if known else str(i) for i in read),
        categories=tuple(int(i) for i in one["category"].values) if has_categories else (),
        category_names=category_names(trace) if has_categories else (),
    )


def all_categories(trace: xr.Dataset) -> Int[np.ndarray, "episode step"]:
    """Read the category of every step of every episode.

    Raises:
        MannscopeError: if the trace was recorded without a task.
    """
    if "category" not in trace:
        raise MannscopeError(
            "the trace must have the variable category",
            "a trace recorded from bare symbols",
            "Record it from episodes of a task",
        )
    return plane(trace, "category")


def part_vectors(trace: xr.Dataset, part: int = 0) -> tuple[Store, xr.DataArray]:
    """Give the first store, and the vectors in the slots of one of its parts, each times its strength if any.

    Raises:
        MannscopeError: if the memory has no store, the store no such part, or its variable lacks an axis.
    """
    _, store = first_store(trace)
    recorded = trace[store.variable]
    for axis in (store.slots, store.parts):
        if axis and axis not in recorded.dims:
            must = (
                f"the variable {store.variable} must have the axis {axis}, as the anatomy of the trace says"
            )
            got = f"the axes {', '.join(map(str, recorded.dims))}"
            raise MannscopeError(must, got, "Pass the whole trace, and choose with part, episode or slots")
    if not recorded.size:
        raise MannscopeError(f"the variable {store.variable} must not be empty", "no numbers", "Record it")
    require_index("part", part, trace.sizes[store.parts] if store.parts else 1)
    return store, held_vectors(_with_free_names(trace, store), part)


def _with_free_names(trace: xr.Dataset, store: Store) -> xr.Dataset:
    """Rename the further axes of a store whose names are those of the flattened result."""
    recorded = trace[store.variable]
    known = ("episode", "step", store.slots, store.parts)
    further = [axis for axis in recorded.dims if axis not in known]
    if len(further) <= 1 and "slot" not in further:
        return trace
    axes = [f"{axis} of {store.variable}" if axis in further else axis for axis in recorded.dims]
    return trace.assign({store.variable: (axes, recorded.values)})


def slots_used(shares: Float[np.ndarray, "step slot"], slots: int | None, *, least: int = 4) -> int:
    """Choose how many slots to draw: `slots`, or up to the last that ever holds 1% of the largest share.

    Raises:
        MannscopeError: if there are not so many.
    """
    total = shares.shape[1]
    if slots is not None:
        if not 1 <= slots <= total:
            raise MannscopeError(f"slots must be from 1 to {total}", str(slots), "Draw fewer")
        return slots
    most = shares.max(axis=0)
    used = np.flatnonzero(most > 0.01 * most.max())
    return min(total, max(least, int(used[-1]) + 1 if used.size else 0))


def whole(trace: xr.Dataset) -> xr.Dataset:
    """Give a trace with an axis of episodes that has at least one symbol.

    Raises:
        MannscopeError: if it is all padding.
    """
    found = batch(trace)
    if not (found["input"].values != PADDING).any():
        raise MannscopeError(
            "the trace must have at least one symbol", "padding only", "Choose another trace"
        )
    return found
