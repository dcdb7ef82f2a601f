"""The payload of one episode: everything that happened, step by step."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import numpy as np
import xarray as xr
from jaxtyping import Float
from scipy.special import softmax

from mannscope.analyses import ReadSources, SlotSources
from mannscope.analyses.write_trace import WriteTrace
from mannscope.errors import MannscopeError
from mannscope.explorer import layout
from mannscope.explorer.payload import Payload, half, whole
from mannscope.traces import anatomy, one_episode
from mannscope.traces.reading import held

MOST_CONTENTS = 4_000_000
"""Numbers of a part of the state beyond which it is left out; of the first store, lengths are still given."""
MOST_ROWS = 256
"""Numbers of a step beyond which a heat map is left out."""
MOST_STEPS = 600
"""Steps beyond which nothing is followed from where it is written to where it is read."""
WEAKEST = 0.05
"""Least share of what is read, or held, at which its source is given."""
TOLERANCE = 1e-3
"""Difference from the record up to which the sum of the writes explains it: more than rounding errors."""

_FAILURES = (MannscopeError, ValueError, TypeError, LookupError)
"""What following writes can raise where a trace does not fit the memory that its anatomy names."""

Arrays = dict[str, np.ndarray]
Result = TypeVar("Result")


def episode_payload(trace: xr.Dataset, row: int, description: Mapping[str, Any]) -> Payload:
    """Cut one episode out of a trace.

    Args:
        trace: A trace, with whatever variables it has.
        row: Index of the episode in it.
        description: What else the payload says: the run, the index of the episode, its text, and its edits.
    """
    one = one_episode(trace, row)
    notes: list[str] = []
    arrays = _plain_arrays(one) | _policy(one)
    stored, parts, heads = _store(one, notes)
    heatmaps, drawn = _heatmaps(one, notes, slots_shown=bool(parts))
    arrays |= stored | drawn | (_sources(one, notes) if parts else {})
    meta = {
        "kind": "episode",
        **description,
        "steps": one.sizes["step"],
        "exact": layout.right(one.expand_dims("episode"))[0],
        "policy": layout.policy(one),
        "parts": parts,
        "heads": heads,
        "heatmaps": heatmaps,
        "notes": notes,
    }
    return Payload(meta, arrays)


def _plain_arrays(one: xr.Dataset) -> Arrays:
    """Give the symbols, outputs and probabilities, and what the task knows, where it is there."""
    arrays = {name: whole(one[name].values) for name in ("input", "output", "target") if name in one}
    small = {name: whole(one[name].values, small=True) for name in ("action", "category") if name in one}
    marks = {name: one[name].values.astype(np.uint8) for name in ("answer", "supervised") if name in one}
    named = {
        f"{layout.VARIABLE}{name}": one[f"{layout.VARIABLE}{name}"].values.astype(np.int32)
        for name in layout.variables(one)
    }
    arrays |= small | marks | named | {"probability": half(softmax(one["logits"].values, axis=-1))}
    return arrays | ({"reading": half(layout.flat(one, "reading"))} if "reading" in one else {})


def _policy(one: xr.Dataset) -> Arrays:
    ops = [layout.flat(one, op) for op in layout.policy_ops(one)]
    return {"policy": half(np.concatenate(ops, axis=1))} if ops else {}


def _store(one: xr.Dataset, notes: list[str]) -> tuple[Arrays, list[dict[str, Any]], list[dict[str, str]]]:
    """Give how long the vectors in the slots are, what they are, and where the heads are."""
    found = anatomy(one)
    if not found.stores:
        notes.append("No memory is shown as slots: the anatomy of the trace declares no store.")
        return {}, [], []
    try:
        parts, stored = layout.parts(one), held(one)
    except MannscopeError as problem:
        notes.append(f"The memory is not shown as slots: {problem}")
        return {}, [], []
    arrays = {"norm": half(np.linalg.norm(stored, axis=-1))}
    if stored.size <= MOST_CONTENTS:
        arrays["contents"] = half(stored)
    else:
        left = f"{stored.size:,} numbers"
        notes.append(f"The contents of {stored.shape[1]:,} steps are left out: they are {left}.")
    heads, problems = layout.heads(one)
    notes += problems
    if heads:
        arrays["weights"] = half(layout.weights(one, heads))
    return arrays, parts, [{"name": head.name, "kind": head.kind} for head in heads]


def _heatmaps(one: xr.Dataset, notes: list[str], *, slots_shown: bool) -> tuple[list[dict[str, Any]], Arrays]:
    """Give the memory that is not shown as slots, a row of numbers a step."""
    described: list[dict[str, Any]] = []
    arrays: Arrays = {}
    for name in layout.other_memory(one, slots_shown=slots_shown):
        values = layout.flat(one, name)
        if values.shape[1] > MOST_ROWS or values.size > MOST_CONTENTS:
            notes.append(f"{name} is left out: it has {values.shape[1]:,} numbers at each step.")
            continue
        axes = [str(axis) for axis in one[name].dims if axis != "step"]
        arrays[f"heat_{len(described)}"] = half(values.astype(float))
        described.append({"name": name, "axes": " × ".join(axes)})
    notes += [
        f"{name} is not recorded; mannscope.rebuild adds it to the trace."
        for name in anatomy(one).omitted
        if name not in one
    ]
    return described, arrays


def _sources(one: xr.Dataset, notes: list[str]) -> Arrays:
    """Give which step wrote what is held and what is read, or note why that is not known."""
    if one.sizes["step"] > MOST_STEPS:
        notes.append(f"Writes are not followed to where they are read in more than {MOST_STEPS} steps.")
        return {}
    stored, why_not_held = _attempt(lambda: _slot_sources(one))
    read, why_not_read = _attempt(lambda: _arcs(one))
    if why_not_held and why_not_held == why_not_read:
        notes.append(f"Which step wrote what is held and read is not shown: {why_not_held}")
    else:
        if why_not_held:
            notes.append(f"Which step wrote what is held is not shown: {why_not_held}")
        if why_not_read:
            notes.append(f"Which step wrote what is read is not shown: {why_not_read}")
    return (stored or {}) | (read or {})


def _attempt(compute: Callable[[], Result]) -> tuple[Result | None, str]:
    """Give a result, or why there is none."""
    try:
        return compute(), ""
    except MannscopeError as problem:
        return None, str(problem)
    except _FAILURES as problem:
        kind = type(problem).__name__
        return None, f"the trace does not fit the memory that its anatomy names ({kind}: {problem})"


def _slot_sources(one: xr.Dataset) -> Arrays:
    found = SlotSources(least=WEAKEST)(one)
    _require_explained(found.error, "the memory")
    by_part = (np.swapaxes(values, 0, 1) for values in (found.source, found.share))
    return {"source": whole(next(by_part)), "share": half(next(by_part))}


def _arcs(one: xr.Dataset) -> Arrays:
    """Give which step's write is read at which step, by who reads."""
    found = WriteTrace.of(one)
    readers, places = len(found.readers()), found.places()
    strengths = np.stack([_strengths(one, reader, places) for reader in range(readers)])
    reader, read, write = np.nonzero(np.abs(strengths) > WEAKEST)
    return {
        "arc_read": read.astype(np.int32),
        "arc_write": write.astype(np.int32),
        "arc_reader": reader.astype(np.int8),
        "arc_strength": half(strengths[reader, read, write]),
    }


def _strengths(one: xr.Dataset, reader: int, places: int) -> Float[np.ndarray, "step source_step"]:
    """Give the arcs of one reader, the strongest of all places that it reads at once."""
    found = [ReadSources(head=reader, slot=place)(one) for place in range(places)]
    _require_explained(max(result.error for result in found), "the reading")
    return np.max([result.arcs for result in found], axis=0)


def _require_explained(error: float, what: str) -> None:
    if not error <= TOLERANCE:
        raise MannscopeError(
            f"the operations must explain {what} to within {TOLERANCE:g}",
            f"a difference of {error:.2g}, since more than the operations changed {what}",
            "Look at an episode without edits",
        )
