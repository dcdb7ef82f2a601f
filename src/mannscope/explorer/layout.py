"""What a trace holds that a page can show: its names, the parts of its memory, its heads, its policy."""

import itertools
import json
from typing import Any

import numpy as np
import xarray as xr
from jaxtyping import Float

from mannscope.errors import MannscopeError
from mannscope.traces import labels

VARIABLE = "variable_"
"""How the names of structural variables begin."""

_WORDS = ("symbols", "outputs", "categories", "actions", "actors", "policy_ops")
_MEMORY_DIMS = ({"slot", "width"}, {"stack", "slot", "width"})
_HEADS = {"read": ("read_weights", "read_head"), "write": ("write_weights", "write_head")}
_ACTORS = {"stack": "stack", "read_head": "read head", "write_head": "write head"}


def names(trace: xr.Dataset) -> dict[str, list[str]]:
    """Give the lists of words of a trace; what it does not name is called by its index."""
    return {
        "symbols": _named(trace, "symbols", _count(trace, "input")),
        "outputs": _named(trace, "outputs", trace.sizes["output_symbol"]),
        "categories": _named(trace, "categories", _count(trace, "category")),
        "actions": _named(trace, "actions", _count(trace, "action")),
        "actors": _named(trace, "actors", trace.sizes["actor"], "actor "),
    }


def check_attributes(trace: xr.Dataset) -> None:
    """Make sure that the attributes of a trace can be read: lists of words, and a configuration.

    Raises:
        MannscopeError: if one cannot.
    """
    kinds = dict.fromkeys(_WORDS, "a list of words") | {"configuration": "a mapping"}
    for attribute, kind in kinds.items():
        if not _reads(trace.attrs.get(attribute), kind):
            raise MannscopeError(
                f"the attribute {attribute} of a trace must be {kind}, as JSON text",
                str(trace.attrs[attribute])[:60],
                f"Set trace.attrs[{attribute!r}], or leave it out",
            )


def _reads(text: Any, kind: str) -> bool:
    if text is None:
        return True
    try:
        value = json.loads(text)
    except (TypeError, ValueError):
        return False
    if kind == "a mapping":
        return isinstance(value, dict)
    return isinstance(value, list) and all(isinstance(word, str) for word in value)


def _count(trace: xr.Dataset, name: str) -> int:
    return int(trace[name].max()) + 1 if name in trace and trace[name].size else 0


def _named(trace: xr.Dataset, attribute: str, number: int, kind: str = "") -> list[str]:
    known = labels(trace, attribute)
    return [*known, *(f"{kind}{index}" for index in range(len(known), number))]


def variables(trace: xr.Dataset) -> list[str]:
    """Name the structural variables."""
    return [str(name).removeprefix(VARIABLE) for name in trace.variables if str(name).startswith(VARIABLE)]


def parts(trace: xr.Dataset) -> list[str]:
    """Name the memories that lie side by side: stacks, or one tape; none without a memory that is known."""
    if "memory" not in trace or set(trace["memory"].dims) - {"episode", "step"} not in _MEMORY_DIMS:
        return []
    if "stack" not in trace["memory"].dims:
        return ["memory"]
    return [f"stack {number}" for number in range(trace.sizes["stack"])]


def contents(one: xr.Dataset) -> Float[np.ndarray, "part step slot width"]:
    """Read what the slots of one episode hold after each step."""
    memory = one["memory"]
    if "stack" not in memory.dims:
        memory = memory.expand_dims("stack")
    return memory.transpose("stack", "step", "slot", "width").values


def heads(trace: xr.Dataset) -> list[dict[str, Any]]:
    """List the heads whose weights over the slots are recorded, those that read first."""
    found = []
    for kind, (name, axis) in _HEADS.items():
        if name in trace and set(trace[name].dims) == {"episode", "step", axis, "slot"}:
            for index in range(trace.sizes[axis]):
                named = f"{kind} head {index}"
                found.append({"name": named, "kind": kind, "array": name, "index": index})
    return found


def weights(one: xr.Dataset) -> Float[np.ndarray, "head step slot"]:
    """Read where every head of one episode is."""
    rows = [
        one[head["array"]].isel({_HEADS[head["kind"]][1]: head["index"]}).transpose("step", "slot").values
        for head in heads(one.expand_dims("episode"))
    ]
    return np.stack(rows)


def policy(trace: xr.Dataset) -> list[dict[str, str]]:
    """Describe every number of the site `policy`: its op, who acts, and what it is for."""
    return [column for op in policy_ops(trace) for column in _columns(trace, op)]


def policy_ops(trace: xr.Dataset) -> list[str]:
    """Name the ops of the site `policy` that the trace has."""
    return [op for op in labels(trace, "policy_ops") if op in trace]


def _columns(trace: xr.Dataset, op: str) -> list[dict[str, str]]:
    axes = [dim for dim in trace[op].dims if dim not in ("episode", "step")]
    columns = []
    for place in itertools.product(*(range(trace.sizes[axis]) for axis in axes)):
        at = dict(zip(axes, place, strict=True))
        actor = next((f"{_ACTORS[str(axis)]} {at[axis]}" for axis in axes if str(axis) in _ACTORS), "")
        rest = [_label(trace, str(axis), index) for axis, index in at.items() if str(axis) not in _ACTORS]
        columns.append({"op": op, "actor": actor, "label": " ".join(rest) or op})
    return columns


def _label(trace: xr.Dataset, axis: str, index: int) -> str:
    actions = labels(trace, "actions")
    if axis == "action" and index < len(actions):
        return actions[index]
    if axis == "shift":
        return f"shift {index - trace.sizes[axis] // 2:+d}"
    return f"{axis} {index}"


def flat(one: xr.Dataset, name: str) -> Float[np.ndarray, "step feature"]:
    """Read a variable of one episode as one row of numbers a step."""
    values = one[name].transpose("step", ...).values
    return values.reshape(len(values), int(np.prod(values.shape[1:])))


def exact(trace: xr.Dataset) -> list[bool | None]:
    """Tell which episodes have every answer right; None where none is asked for."""
    if "target" not in trace or "answer" not in trace:
        return [None] * trace.sizes["episode"]
    plane = ("episode", "step")
    output, target, answer = (trace[name].transpose(*plane).values for name in ("output", "target", "answer"))
    answer = answer.astype(bool)
    wrong = (output != target) & answer
    return [not missed.any() if asked.any() else None for missed, asked in zip(wrong, answer, strict=True)]
