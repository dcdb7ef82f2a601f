"""What figures take from a trace: one episode without its padding, and the labels of its steps."""

from dataclasses import dataclass

import numpy as np
import xarray as xr
from jaxtyping import Float, Int

from mannscope.arrays import PADDING
from mannscope.errors import MannscopeError, UnknownNameError
from mannscope.traces import labels


@dataclass(frozen=True)
class StepLabels:
    """The symbols read at the steps of one episode, and their categories.

    `categories` holds indices into `category_names`; both are empty where categories are not known.
    """

    tokens: tuple[str, ...]
    categories: tuple[int, ...] = ()
    category_names: tuple[str, ...] = ()


def one_episode(trace: xr.Dataset, episode: int = 0) -> xr.Dataset:
    """Cut one episode out of a trace, up to its last symbol.

    Raises:
        MannscopeError: if the trace has no such episode, or the episode is all padding.
    """
    within("episode", episode, trace.sizes["episode"])
    one = trace.isel(episode=episode)
    read = np.flatnonzero(one["input"].values != PADDING)
    if not read.size:
        raise MannscopeError(
            "an episode must have at least one symbol", f"episode {episode}, all padding", "Choose another."
        )
    return one.isel(step=slice(0, int(read[-1]) + 1))


def step_labels(trace: xr.Dataset, episode: int = 0) -> StepLabels:
    """Read the labels of one episode's steps; symbols without names are told by their numbers."""
    one = one_episode(trace, episode)
    symbols = labels(trace, "symbols")
    read = [int(symbol) for symbol in one["input"].values]
    known = "category" in one
    return StepLabels(
        tokens=tuple("" if i == PADDING else symbols[i] if symbols else str(i) for i in read),
        categories=tuple(int(i) for i in one["category"].values) if known else (),
        category_names=tuple(labels(trace, "categories")) if known else (),
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
            "Record it from episodes of a task.",
        )
    return trace["category"].transpose("episode", "step").values


def position(kind: str, name: str, known: list[str]) -> int:
    """Find a label's index.

    Raises:
        UnknownNameError: if it is not there; the message offers the nearest one.
    """
    if name not in known:
        raise UnknownNameError(kind, name, known)
    return known.index(name)


def within(kind: str, index: int, count: int) -> None:
    """Make sure that there is such an index.

    Raises:
        MannscopeError: if it is not from 0 to `count - 1`.
    """
    if not 0 <= index < count:
        raise MannscopeError(f"{kind} must be from 0 to {count - 1}", str(index), f"Choose another {kind}.")


def is_stack(trace: xr.Dataset) -> bool:
    """Tell whether the memory is a stack, whose slot 0 is the top."""
    return "stack" in trace.dims


def slot_vectors(trace: xr.Dataset, stack: int = 0) -> xr.DataArray:
    """Pick the vectors in the slots, of one stack where there are several.

    Raises:
        MannscopeError: if the trace has no memory, or no such stack.
    """
    if "memory" not in trace:
        raise MannscopeError(
            "the trace must be of a model with a memory",
            "a trace without the variable memory",
            "Choose another trace.",
        )
    if is_stack(trace):
        within("stack", stack, trace.sizes["stack"])
        return trace["memory"].isel(stack=stack)
    return trace["memory"]


def head_names(trace: xr.Dataset) -> list[str]:
    """Name the heads of an NTM's trace as its actors are named, read heads first; a stack has none."""
    return [
        f"{kind} head {index}"
        for kind in ("read", "write")
        if f"{kind}_weights" in trace
        for index in range(trace.sizes[f"{kind}_head"])
    ]


def head_values(trace: xr.Dataset, quantity: str, head: str) -> xr.DataArray:
    """Pick one head's `weights`, `gate`, `shift`, … by the head's name, such as "read head 0".

    Raises:
        MannscopeError: if the memory has no heads.
        UnknownNameError: if it has heads, but not this one.
    """
    known = head_names(trace)
    if not known:
        raise MannscopeError(
            "the trace must be of a memory with heads",
            f"one with the variables {', '.join(sorted(map(str, trace.data_vars)))}",
            "Pass a trace of an NTM.",
        )
    kind, _, index = known[position("head", head, known)].split()
    return trace[f"{kind}_{quantity}"].isel({f"{kind}_head": int(index)})


def head_path(trace: xr.Dataset, head: str) -> np.ndarray:
    """Give the slot where a head's weight is largest, at every step."""
    return head_values(trace, "weights", head).transpose("step", "slot").values.argmax(axis=-1)


def slots_used(shares: Float[np.ndarray, "step slot"], slots: int | None, *, least: int = 4) -> int:
    """Choose how many slots to draw: as told, or up to the last that ever holds 1% of the largest share.

    Raises:
        MannscopeError: if there are not so many.
    """
    total = shares.shape[1]
    if slots is not None:
        if not 1 <= slots <= total:
            raise MannscopeError(f"slots must be from 1 to {total}", str(slots), "Draw fewer.")
        return slots
    most = shares.max(axis=0)
    used = np.flatnonzero(most > 0.01 * most.max())
    return min(total, max(least, int(used[-1]) + 1 if used.size else 0))


def chosen_actors(trace: xr.Dataset, actor: str | None) -> list[int]:
    """Find the index of one actor by its label, or of all of them.

    Raises:
        MannscopeError: if the memory has no actors.
        UnknownNameError: if it has actors, but not this one.
    """
    actors = labels(trace, "actors")
    if not actors:
        raise MannscopeError(
            "the trace must be of a memory with actors", "a trace without any", "Choose another trace."
        )
    return list(range(len(actors))) if actor is None else [position("actor", actor, actors)]
