"""One episode as a page shows it: everything that happened, step by step."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr
from jaxtyping import Float
from scipy.special import softmax

from mannscope.analyses import Origins, Provenance
from mannscope.arrays import PADDING
from mannscope.errors import MannscopeError
from mannscope.explorer import layout
from mannscope.explorer.pack import Pack, half, whole

MOST_CONTENTS = 4_000_000
"""Numbers of the memory's contents beyond which their sizes alone are given."""
MOST_STEPS = 600
"""Steps beyond which nothing is followed from where it is written to where it is read."""
WEAKEST = 0.05
"""Share of what is read, or held, from which on its source is told."""
TOLERANCE = 1e-3
"""Difference from the record up to which the sum of the writes explains it: more than rounding errors."""


def episode_pack(trace: xr.Dataset, row: int, told: Mapping[str, Any]) -> Pack:
    """Cut one episode out of a trace.

    Args:
        trace: A trace, with whatever variables it has.
        row: Index of the episode in it.
        told: What else the view tells: the run, the index of the episode, its text, and the edits made.
    """
    alone = trace.isel(episode=[row])
    alone = alone.isel(step=np.flatnonzero(alone["input"].values[0] != PADDING))
    one = alone.isel(episode=0)
    notes: list[str] = []
    arrays = _plain_arrays(one) | _policy(one)
    arrays |= _memory(alone, notes) | _arcs(alone, notes)
    if layout.heads(alone):
        arrays["weights"] = half(layout.weights(one))
    view = {
        "kind": "episode",
        **told,
        "steps": one.sizes["step"],
        "exact": layout.exact(alone)[0],
        "policy": layout.policy(alone),
        "parts": layout.parts(alone),
        "heads": layout.heads(alone),
        "width": int(one.sizes["width"]) if layout.parts(alone) else 0,
        "notes": notes,
    }
    return Pack(view, arrays)


def _plain_arrays(one: xr.Dataset) -> dict[str, np.ndarray]:
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


def _policy(one: xr.Dataset) -> dict[str, np.ndarray]:
    ops = [layout.flat(one, op) for op in layout.policy_ops(one)]
    return {"policy": half(np.concatenate(ops, axis=1))} if ops else {}


def _memory(alone: xr.Dataset, notes: list[str]) -> dict[str, np.ndarray]:
    """Give how large the contents of the slots are, what they are, and where they come from."""
    if not layout.parts(alone):
        return {}
    held = layout.contents(alone.isel(episode=0))
    arrays = {"norm": half(np.linalg.norm(held, axis=-1))}
    if held.size <= MOST_CONTENTS:
        arrays["contents"] = half(held)
    else:
        notes.append(f"contents of {held.shape[1]:,} steps are left out: they are {held.size:,} numbers")
    if held.shape[1] > MOST_STEPS:
        notes.append(f"nothing is followed from write to read in more than {MOST_STEPS} steps")
        return arrays
    try:
        found = Origins(least=WEAKEST)(alone)
    except MannscopeError as problem:
        notes.append(f"where contents come from is left out: {problem}")
        return arrays
    if found.error > TOLERANCE:
        notes.append("where contents come from is left out: more than the ops changed the memory")
        return arrays
    by_part = (np.swapaxes(values, 0, 1) for values in (found.source, found.share))
    return arrays | {"origin": whole(next(by_part)), "share": half(next(by_part))}


def _arcs(alone: xr.Dataset, notes: list[str]) -> dict[str, np.ndarray]:
    """Give which step's write is read at which step, by the stack or read head that reads."""
    readers = alone.sizes.get("stack", alone.sizes.get("read_head", 0))
    if alone.sizes["step"] > MOST_STEPS or not readers or not layout.parts(alone):
        return {}
    try:
        strengths = np.stack([_strengths(alone, head) for head in range(readers)])
    except MannscopeError as problem:
        notes.append(f"what is read from which write is left out: {problem}")
        return {}
    if not np.isfinite(strengths).all():
        notes.append("what is read from which write is left out: more than the ops changed the reading")
        return {}
    head, read, write = np.nonzero(np.abs(strengths) > WEAKEST)
    return {
        "arc_read": read.astype(np.int32),
        "arc_write": write.astype(np.int32),
        "arc_head": head.astype(np.int8),
        "arc_strength": half(strengths[head, read, write]),
    }


def _strengths(alone: xr.Dataset, head: int) -> Float[np.ndarray, "step source_step"]:
    """Give the arcs of one stack or head, the strongest of all slots read; NaN if they explain nothing."""
    slots = alone.sizes.get("depth", 1) if "stack" in alone.sizes else 1
    found = [Provenance(head=head, slot=slot)(alone) for slot in range(slots)]
    if max(one.error for one in found) > TOLERANCE:
        return np.full_like(found[0].arcs, np.nan)
    return np.max([one.arcs for one in found], axis=0)
