"""What a trace holds that a page can show, as its labels and its anatomy declare it."""

import itertools
import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr
from jaxtyping import Float

from mannscope.anatomy import Actor, Head
from mannscope.errors import MannscopeError
from mannscope.traces import anatomy, exact, labels
from mannscope.traces.reading import first_store, head_weights, part_names, plane
from mannscope.traces.schema import ANNOTATIONS, REQUIRED

VARIABLE = "variable_"
"""How the names of structural variables begin."""
BEFORE = "_before"
"""How the names of states before a step end."""

_PLANE = ("episode", "step")


def names(trace: xr.Dataset) -> dict[str, list[str]]:
    """Give the labels of a trace; what it does not name is called by its index."""
    return {
        "symbols": _numbered(labels.symbols(trace), _count(trace, "input")),
        "outputs": _numbered(labels.outputs(trace), trace.sizes["output_symbol"]),
        "categories": _numbered(labels.categories(trace), _count(trace, "category")),
    }


def _count(trace: xr.Dataset, name: str) -> int:
    return int(trace[name].max()) + 1 if name in trace and trace[name].size else 0


def _numbered(known: Sequence[str], number: int) -> list[str]:
    return [*known, *map(str, range(len(known), number))]


def check(trace: xr.Dataset) -> None:
    """Make sure that the attributes of a trace can be read.

    Raises:
        MannscopeError: if its configuration is not a mapping, or its anatomy describes none.
    """
    anatomy(trace)
    text = trace.attrs.get("configuration", "{}")
    try:
        found = json.loads(text)
    except (TypeError, ValueError):
        found = None
    if not isinstance(found, dict):
        raise MannscopeError(
            "the attribute configuration of a trace must be a mapping, as JSON text",
            str(text)[:60],
            "Set trace.attrs['configuration'], or leave it out",
        )


def actors(trace: xr.Dataset) -> tuple[Actor, ...]:
    """Give the actors along the axis `actor`; one that the anatomy does not declare has no named actions."""
    known = anatomy(trace).actors
    if "actor" not in trace.coords:
        rest = range(len(known), trace.sizes["actor"])
        return (*known, *(Actor(f"actor {index}", ()) for index in rest))
    by_name = {actor.name: actor for actor in known}
    present = [str(name) for name in np.atleast_1d(trace["actor"].values)]
    return tuple(by_name.get(name, Actor(name, ())) for name in present)


def describe_actors(trace: xr.Dataset) -> list[dict[str, Any]]:
    """Describe the actors, each with its own actions."""
    return [
        {
            "name": actor.name,
            "actions": [
                {
                    "name": one.name,
                    "verb": one.phrase,
                    "glyph": one.glyph or one.name[:1],
                    "weight": one.weight,
                }
                for one in actor.actions
            ],
        }
        for actor in actors(trace)
    ]


def variables(trace: xr.Dataset) -> list[str]:
    """Name the structural variables."""
    return [str(name).removeprefix(VARIABLE) for name in trace.variables if str(name).startswith(VARIABLE)]


def parts(trace: xr.Dataset) -> list[dict[str, Any]]:
    """Describe the parts of the first store: the name, what slot 0 is, and whether there are slots.

    Raises:
        MannscopeError: if there is no store, or it is not recorded with the axes that the anatomy declares.
    """
    _, store = first_store(trace)
    declared = {axis for axis in (store.slots, store.parts) if axis}
    if missing := declared - set(trace[store.variable].dims):
        raise MannscopeError(
            f"the store {store.variable} must have the axes {', '.join(sorted(declared))}",
            f"it without {', '.join(sorted(missing))}",
            "Declare its axes in the anatomy as they are",
        )
    return [{"name": name, "first": store.first, "slots": bool(store.slots)} for name in part_names(trace)]


def heads(trace: xr.Dataset) -> tuple[list[Head], list[str]]:
    """Give the heads whose weights over the slots are recorded, and why others are left out."""
    found, notes = [], []
    for head in anatomy(trace).heads:
        if problem := _problem(trace, head):
            notes.append(f"{head.name} is not shown: {problem}")
        else:
            found.append(head)
    return found, notes


def _problem(trace: xr.Dataset, head: Head) -> str:
    """Say why the weights of a head cannot be shown over the slots; nothing where they can."""
    if head.weights not in trace:
        return f"its weights, {head.weights}, are not recorded"
    _, store = first_store(trace)
    dims = set(trace[head.weights].dims) - set(_PLANE)
    if not store.slots or dims != {axis for axis in (head.axis, store.slots) if axis}:
        return f"its weights, {head.weights}, have the axes {', '.join(sorted(map(str, dims)))}"
    if head.axis and head.index >= trace.sizes[head.axis]:
        return f"the axis {head.axis} has only {trace.sizes[head.axis]}"
    return ""


def weights(one: xr.Dataset, shown: Sequence[Head]) -> Float[np.ndarray, "head step slot"]:
    """Read the weights of heads of one episode."""
    return np.stack([head_weights(one, head).transpose("step", "slot").values for head in shown])


def other_memory(trace: xr.Dataset, *, slots_shown: bool) -> list[str]:
    """Name the recorded memory that is drawn as a plain heat map.

    It is all stores but the first, and every other part of the state; if the slots of the first store cannot
    be shown, that too, and the heads. Where no store is declared, it is every variable without a figure.
    """
    found = anatomy(trace)
    shown = {*REQUIRED, *ANNOTATIONS, *found.policy, "interface"}
    if slots_shown:
        shown |= {found.stores[0].variable, *(head.weights for head in found.heads)}
    declared = [store.variable for store in found.stores] + [head.weights for head in found.heads]
    numeric = [str(name) for name in trace.variables if _is_memory(trace, str(name))]
    states = [name for name in numeric if f"{name}{BEFORE}" in trace or not found.stores]
    return [name for name in dict.fromkeys((*declared, *states)) if name in numeric and name not in shown]


def _is_memory(trace: xr.Dataset, name: str) -> bool:
    """Whether a variable has numbers at every step, and is neither a label nor a state before a step."""
    values = trace[name]
    along = "step" in values.dims and len(set(values.dims) - set(_PLANE)) > 0
    return (
        along and values.dtype.kind in "fiub" and not name.startswith(VARIABLE) and not name.endswith(BEFORE)
    )


def policy(trace: xr.Dataset) -> list[dict[str, str]]:
    """Describe every number of the site `policy`: its op, who acts, and what it is for."""
    ops = policy_ops(trace)
    return [column for op in ops for column in _columns(trace, op, op if len(ops) > 1 else "")]


def policy_ops(trace: xr.Dataset) -> list[str]:
    """Name the ops of the site `policy` that the trace has."""
    return [op for op in anatomy(trace).policy if op in trace]


def _columns(trace: xr.Dataset, op: str, prefix: str) -> list[dict[str, str]]:
    """Describe the numbers of an op; actors are distinguished by their places, or by their names."""
    axes = [str(dim) for dim in trace[op].dims if dim not in _PLANE]
    deciding = [actor for actor in actors(trace) if op in actor.decided_by]
    columns = []
    for place in itertools.product(*(range(trace.sizes[axis]) for axis in axes)):
        at = dict(zip(axes, place, strict=True))
        actor = next((one for one in deciding if one.places.items() <= at.items()), None)
        own, name = (actor.places, actor.name) if actor else ({}, "")
        rest = [_label(trace, axis, index) for axis, index in at.items() if axis not in own]
        number = str(next(iter(own.values()))) if prefix and len(own) == 1 else name
        who = number if len(deciding) > 1 else ""
        label = " ".join(part for part in (prefix, who, *rest) if part)
        columns.append({"op": op, "actor": name, "label": label or op})
    return columns


def _label(trace: xr.Dataset, axis: str, index: int) -> str:
    """Label a place on an axis: by its coordinate where there is one."""
    if axis not in trace.coords:
        return f"{axis} {index}"
    label = trace[axis].values[index]
    return f"{label:+g}" if trace[axis].dtype.kind in "if" and label else str(label)


def right(trace: xr.Dataset) -> list[bool | None]:
    """Say which episodes have every answer right; None where an episode has no answers."""
    found = exact(trace)
    if found is None:
        return [None] * trace.sizes["episode"]
    answered = np.atleast_1d(plane(trace, "answer").astype(bool).any(axis=1))
    return [bool(one) if some else None for one, some in zip(found, answered, strict=True)]


def flat(one: xr.Dataset, name: str) -> Float[np.ndarray, "step feature"]:
    """Read a variable of one episode as one row of numbers a step."""
    values = one[name].transpose("step", ...).values
    return values.reshape(len(values), int(np.prod(values.shape[1:])))
