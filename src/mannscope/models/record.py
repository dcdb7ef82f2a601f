"""Record a run as a trace, and replay a trace to prove that it is faithful."""

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import xarray as xr
from jaxtyping import Array, Int

from mannscope.memories import AbstractMemory, choose_slots
from mannscope.models.intervention import AbstractIntervention
from mannscope.models.model import Model, StepRecord, unroll
from mannscope.traces import SCHEMA_VERSION


@eqx.filter_jit
def _run(model: Model, inputs: Array, slots: int, interventions: tuple) -> StepRecord:
    record = unroll(model, inputs, slots, interventions=interventions)
    return record  # pyright: ignore[reportReturnType]


def record(
    model: Model,
    inputs: Int[np.ndarray, "episode step"] | Int[Array, "episode step"],
    *,
    slots: int | None = None,
    capped: bool = False,
    interventions: tuple[AbstractIntervention, ...] = (),
    attributes: Mapping[str, Any] | None = None,
) -> xr.Dataset:
    """Run sequences and keep everything: operations, states before and after, readings and outputs.

    Args:
        model: The network.
        inputs: Symbols; -1 is padding.
        slots: Size of the memory; as many as can be needed unless given.
        capped: Allow fewer slots than can be needed. The trace says so.
        interventions: Edits to make while running.
        attributes: More attributes of the trace.

    Raises:
        MannscopeError: if the slots are too few and not capped.
    """
    inputs = np.asarray(inputs, dtype=np.int32)
    memory = model.memory
    slots = choose_slots(memory, inputs.shape[1], slots, capped=capped)
    steps = _run(model, jnp.asarray(inputs), slots, interventions)
    initial = model.initial(slots).memory
    variables: dict[str, Any] = {
        "input": (("episode", "step"), inputs),
        "logits": (("episode", "step", "output_symbol"), np.asarray(steps.logits)),
        "output": (("episode", "step"), np.asarray(steps.logits).argmax(-1).astype(np.int32)),
        "hidden": (("episode", "step", "hidden"), np.asarray(steps.hidden)),
        "interface": (("episode", "step", "interface"), np.asarray(steps.interface)),
        "action": (("episode", "step", "actor"), np.asarray(steps.action, dtype=np.int8)),
    }
    add = partial(_variable, memory)
    for name, value in steps.ops._asdict().items():
        variables[name] = add(name, np.asarray(value))
    for name, after in steps.memory._asdict().items():
        after = np.asarray(after)
        first = np.broadcast_to(np.asarray(getattr(initial, name)), (len(after), 1, *after.shape[2:]))
        variables[name] = add(name, after)
        variables[f"{name}_before"] = add(name, np.concatenate([first, after[:, :-1]], axis=1))
    shape = jax.eval_shape(memory.read, initial, initial).shape
    variables["reading"] = add("reading", np.asarray(steps.reading).reshape(*inputs.shape, *shape))
    return xr.Dataset(
        variables, attrs=_attributes(memory, slots, capped, inputs.shape[1]) | dict(attributes or {})
    )


def _attributes(memory: AbstractMemory, slots: int, capped: bool, steps: int) -> dict[str, Any]:
    return {
        "schema_version": SCHEMA_VERSION,
        "actions": json.dumps([action.name for action in memory.actions]),
        "actors": json.dumps(memory.actors),
        "policy_ops": json.dumps([field.name for field in memory.fields if field.policy]),
        "reads": memory.reads,
        "slots": slots,
        "capped": int(slots < memory.slots_for(steps)),
    }


def _variable(memory: AbstractMemory, name: str, value: np.ndarray) -> tuple[tuple[str, ...], np.ndarray]:
    """Name the axes, and turn (width, slot) into (slot, width)."""
    dims = memory.dims[name]
    if dims[-2:] == ("width", "slot"):
        dims, value = (*dims[:-2], "slot", "width"), value.swapaxes(-1, -2)
    return ("episode", "step", *dims), value


def replay(memory: AbstractMemory, trace: xr.Dataset) -> float:
    """Run the recorded operations from the first state on, and give the largest difference to the record.

    States and readings are compared; a faithful trace differs by rounding errors alone.
    """

    def states(suffix: str) -> Any:
        empty = memory.empty(1)
        return type(empty)(
            *(jnp.asarray(_internal(memory, name, trace[name + suffix].values)) for name in empty._fields)
        )

    def run(first: Any, ops: Any) -> Any:
        def step(state: Any, ops: Any) -> Any:
            after = memory.apply(state, ops)
            return after, (after, memory.read(state, after))

        return jax.lax.scan(step, first, ops, length=steps)[1]

    episodes, steps = trace["input"].shape
    ops = memory.ops(**{field.name: jnp.asarray(trace[field.name].values) for field in memory.fields})
    first = jax.tree.map(lambda state: state[:, 0], states("_before"))
    again, reading = jax.jit(jax.vmap(run, axis_size=episodes))(first, ops)
    pairs = [*zip(again, states(""), strict=True), (reading, jnp.asarray(trace["reading"].values))]
    return max((float(jnp.max(jnp.abs(one - other))) for one, other in pairs if one.size), default=0.0)


def _internal(memory: AbstractMemory, name: str, value: np.ndarray) -> np.ndarray:
    return value.swapaxes(-1, -2) if memory.dims[name][-2:] == ("width", "slot") else value
