"""Reading a trace: whole batches, single episodes, which answers are right, and what the stores hold."""

from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Bool, Float, Int

from mannscope.anatomy import Anatomy, Head, Store
from mannscope.arrays import PADDING
from mannscope.errors import MannscopeError
from mannscope.traces.labels import anatomy

if TYPE_CHECKING:
    import xarray as xr


def batch(trace: "xr.Dataset") -> "xr.Dataset":
    """Give a trace with an axis of episodes, also of `trace.isel(episode=0)`."""
    return trace if "episode" in trace.dims else trace.expand_dims("episode")


def one_episode(trace: "xr.Dataset", episode: int = 0) -> "xr.Dataset":
    """Cut one episode out of a trace, up to its last symbol.

    Raises:
        MannscopeError: if there is no such episode, or it is all padding.
    """
    whole = batch(trace)
    require_index("episode", episode, whole.sizes["episode"])
    one = whole.isel(episode=episode)
    read = np.flatnonzero(one["input"].values != PADDING)
    if not read.size:
        got = f"episode {episode}, all padding"
        raise MannscopeError("an episode must have at least one symbol", got, "Choose another episode")
    return one.isel(step=slice(0, int(read[-1]) + 1))


def require_index(name: str, index: int, size: int) -> None:
    """Make sure that there is such an index.

    Raises:
        MannscopeError: if it is not from 0 to `size - 1`.
    """
    if not 0 <= index < size:
        raise MannscopeError(
            f"{name} must be from 0 to {size - 1}", str(index), f"Choose another {name}, such as {name}=0"
        )


def exact(trace: "xr.Dataset") -> Bool[np.ndarray, " episode"] | None:
    """Mark the episodes with every answer right; None where the trace does not know the answers."""
    whole = batch(trace)
    if "target" not in whole or "answer" not in whole:
        return None
    output, target, answer = (plane(whole, name) for name in ("output", "target", "answer"))
    return ((output == target) | ~answer.astype(bool)).all(axis=1)


def plane(
    trace: "xr.Dataset", name: str
) -> Int[np.ndarray, "episode step"] | Bool[np.ndarray, "episode step"]:
    """Read a variable of one number a step."""
    return batch(trace)[name].transpose("episode", "step").values


def first_store(trace: "xr.Dataset") -> tuple[Anatomy, Store]:
    """Give the anatomy of a trace and its first store.

    Raises:
        MannscopeError: if the memory has no store, or the store is not recorded.
    """
    found = anatomy(trace)
    if not found.stores:
        raise MannscopeError(
            "the trace must be of a memory with a store", "one whose anatomy has none", "Choose another trace"
        )
    store = found.stores[0]
    if store.variable not in trace:
        remedy = "Record it too, or rebuild it with mannscope.models.rebuild"
        raise MannscopeError(f"the trace must have the variable {store.variable}", "one without it", remedy)
    return found, store


def part_names(trace: "xr.Dataset") -> tuple[str, ...]:
    """Name the parts of the first store: by its axis and number, or by the variable where it is one."""
    _, store = first_store(trace)
    if store.parts not in trace[store.variable].dims:
        return (store.variable,)
    return tuple(f"{store.parts} {number}" for number in range(trace.sizes[store.parts]))


def slot_vectors(trace: "xr.Dataset", part: int = 0) -> "xr.DataArray":
    """Give the vectors in the slots of one part of the first store, with the axes `slot` and `width`.

    A store of a single vector has one slot. Axes that are neither are flattened into the width.

    Raises:
        MannscopeError: if there is no store, or no such part.
    """
    _, store = first_store(trace)
    found = _one_part(trace, store, store.variable, part)
    plane = [dim for dim in ("episode", "step") if dim in found.dims]
    slots = [store.slots] if store.slots in found.dims else []
    across = [dim for dim in found.dims if dim not in (*plane, *slots)]
    found = found.transpose(*plane, *slots, *across).drop_vars([*slots, *across], errors="ignore")
    shape = (*(found.sizes[dim] for dim in plane), found.sizes[slots[0]] if slots else 1, -1)
    return type(found)(found.values.reshape(shape), dims=(*plane, "slot", "width"))


def _one_part(trace: "xr.Dataset", store: Store, name: str, part: int) -> "xr.DataArray":
    """Cut one part of a store out of one of its variables."""
    found = trace[name]
    if store.parts not in found.dims:
        return found
    require_index(store.parts, part, trace.sizes[store.parts])
    return found.isel({store.parts: part})


def slot_strengths(trace: "xr.Dataset", part: int = 0) -> "xr.DataArray | None":
    """Give how much of each slot's vector counts, with the axis `slot`; None where all of it does.

    Raises:
        MannscopeError: if there is no store, no such part, or the strengths are not recorded.
    """
    _, store = first_store(trace)
    if not store.strengths:
        return None
    if store.strengths not in trace:
        must = f"the trace must have the variable {store.strengths}"
        raise MannscopeError(must, "one without it", "Record it too")
    found = _one_part(trace, store, store.strengths, part)
    found = found.drop_vars(store.slots, errors="ignore")
    return found if store.slots == "slot" else found.rename({store.slots: "slot"})


def held_vectors(trace: "xr.Dataset", part: int = 0) -> "xr.DataArray":
    """Give what counts of the vectors in the slots of one part: each times its strength, if it has one."""
    vectors, strengths = slot_vectors(trace, part), slot_strengths(trace, part)
    return vectors if strengths is None else (vectors * strengths).transpose(*vectors.dims)


def held(one: "xr.Dataset") -> Float[np.ndarray, "part step slot width"]:
    """Read what counts of every part of the first store of one episode after each step."""
    parts = range(len(part_names(one)))
    return np.stack([held_vectors(one, part).transpose("step", "slot", "width").values for part in parts])


def contents(one: "xr.Dataset") -> Float[np.ndarray, "part step slot width"]:
    """Read what every part of the first store of one episode holds after each step."""
    parts = range(len(part_names(one)))
    return np.stack([slot_vectors(one, part).transpose("step", "slot", "width").values for part in parts])


def head_weights(trace: "xr.Dataset", head: Head) -> "xr.DataArray":
    """Give the weights of one head, with the axis `slot`.

    Raises:
        MannscopeError: if they are not recorded.
    """
    found = anatomy(trace)
    if head.weights not in trace:
        raise MannscopeError(
            f"the trace must have the variable {head.weights}", "one without it", "Record it"
        )
    weights = trace[head.weights]
    if head.axis in weights.dims:
        weights = weights.isel({head.axis: head.index})
    slots = found.stores[0].slots if found.stores else "slot"
    if slots not in weights.dims:
        must = f"the weights of {head.name} must have the axis {slots or 'slot'} of the store's slots"
        raise MannscopeError(must, str(weights.dims), "Name the axis so when the trace is made")
    return weights if slots == "slot" else weights.rename({slots: "slot"})
