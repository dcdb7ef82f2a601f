"""What happened to the memory in one episode, step by step: what every actor did, where heads are, norms."""

from typing import NamedTuple

import numpy as np
import xarray as xr
from jaxtyping import Float, Int

from mannscope.anatomy import Actor, Head
from mannscope.errors import MannscopeError
from mannscope.figures.actors import acting, taken
from mannscope.figures.episode import part_vectors
from mannscope.figures.heads import NOWHERE, head_path, weights_of
from mannscope.traces.labels import anatomy
from mannscope.traces.reading import part_names


class HeadPlaces(NamedTuple):
    """Where a head is at every step."""

    slots: Int[np.ndarray, " step"]
    """Slot where its weight is largest; -1 where it has no weight."""
    weights: Float[np.ndarray, " step"]
    """That weight."""


class Norms(NamedTuple):
    """Norms of one vector of a part of the first store, at every step."""

    of: str
    """Which vector: the top or the front, or the name of the store where it holds only one."""
    part: str
    """Name of the part; empty where the store has only one."""
    actor: str
    """The last actor that acts on the part; empty where none does without moving a head."""
    values: Float[np.ndarray, " step"]


class MemoryColumns(NamedTuple):
    """What happened to the memory at every step of one episode."""

    actors: dict[str, Actor]
    """The actors by name."""
    actions: dict[str, tuple[str | None, ...]]
    """What every actor did, by its name; None where it has no action."""
    heads: dict[str, HeadPlaces]
    """Where every head is, by its name."""
    norms: tuple[Norms, ...]
    missing: tuple[str, ...]
    """What the memory has but the trace does not hold, and why."""


def memory_columns(one: xr.Dataset) -> MemoryColumns:
    """Read what happened to the memory at every step of one episode."""
    actors = acting(one)
    did = {
        each.actor.name: tuple(each.actor.labels[i] if i >= 0 else None for i in taken(one, each).tolist())
        for each in actors
    }
    missing: list[str] = []
    heads: dict[str, HeadPlaces] = {}
    for head in anatomy(one).heads:
        try:
            heads[head.name] = _places(one, head)
        except MannscopeError as problem:
            missing.append(str(problem))
    norms: tuple[Norms, ...] = ()
    if anatomy(one).stores:
        try:
            norms = _norms(one, [each.actor for each in actors])
        except MannscopeError as problem:
            missing.append(str(problem))
    return MemoryColumns(
        {each.actor.name: each.actor for each in actors}, did, heads, norms, tuple(dict.fromkeys(missing))
    )


def _places(one: xr.Dataset, head: Head) -> HeadPlaces:
    slots = head_path(one, head)
    weights = np.take_along_axis(weights_of(one, head), np.maximum(slots, 0)[:, None], axis=1)[:, 0]
    return HeadPlaces(slots, np.where(slots == NOWHERE, 0.0, weights))


def _norms(one: xr.Dataset, actors: list[Actor]) -> tuple[Norms, ...]:
    """Measure the slot that actors without a head act on; nothing where slots are addresses."""
    store, _ = part_vectors(one)
    if store.slots and store.first == "address":
        return ()
    names = part_names(one)
    found = []
    for part, name in enumerate(names):
        vectors = part_vectors(one, part)[1].isel(slot=0).transpose("step", "width").values
        there = [actor.name for actor in actors if not actor.head and actor.part in (None, part)]
        found.append(
            Norms(
                of=store.first if store.slots else store.variable,
                part=name if len(names) > 1 else "",
                actor=there[-1] if there else "",
                values=np.linalg.norm(vectors, axis=-1),
            )
        )
    return tuple(found)
