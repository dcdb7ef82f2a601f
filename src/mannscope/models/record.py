"""Record a run as a trace, and replay a trace to prove that it is faithful."""

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import xarray as xr
from jaxtyping import Array, Int

from mannscope.compiling import compiled
from mannscope.memories import AbstractMemory, choose_slots
from mannscope.models.batches import in_batches
from mannscope.models.intervention import AbstractIntervention
from mannscope.models.model import Carry, Model, StepRecord
from mannscope.traces import SCHEMA_VERSION
from mannscope.traces import accessor as accessor  # so that a trace has `trace.mannscope`


@compiled
def _run(model: Model, inputs: Array, slots: int, interventions: tuple) -> StepRecord:
    """Run one step more than there are symbols and keep everything, the time first.

    `memory` is the state before each step, so that the states before and after are two views of one array.
    """

    def step(carry: Carry, at: tuple) -> tuple[Carry, StepRecord]:
        after, record = model.step(carry, *at)
        return after, record._replace(memory=carry.memory)

    def run(inputs: Array, interventions: tuple) -> StepRecord:
        return jax.lax.scan(step, model.initial(slots), (inputs, None, interventions))[1]

    def one_more(values: Array) -> Array:
        return jnp.pad(values, ((0, 0), (0, 1), *[(0, 0)] * (values.ndim - 2)))

    return jax.vmap(run, out_axes=1)(one_more(inputs), jax.tree.map(one_more, interventions))


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

    def run(inputs: Array, interventions: tuple) -> StepRecord:
        time_first = _run(model, inputs, slots, interventions)
        return jax.tree.map(lambda values: np.asarray(values).swapaxes(0, 1), time_first)

    steps = in_batches(run, inputs, interventions)
    past = jax.tree.map(lambda values: values[:, :-1], steps)
    variables: dict[str, Any] = {
        "input": (("episode", "step"), inputs),
        "logits": (("episode", "step", "output_symbol"), past.logits),
        "output": (("episode", "step"), past.logits.argmax(-1).astype(np.int32)),
        "hidden": (("episode", "step", "hidden"), past.hidden),
        "interface": (("episode", "step", "interface"), past.interface),
        "action": (("episode", "step", "actor"), past.action.astype(np.int8)),
    }
    add = partial(_variable, memory)
    for name, value in past.ops._asdict().items():
        variables[name] = add(name, value)
    for name, states in steps.memory._asdict().items():
        variables[name] = add(name, states[:, 1:])
        variables[f"{name}_before"] = add(name, states[:, :-1])
    initial = memory.empty(slots)
    shape = jax.eval_shape(memory.read, initial, initial).shape
    variables["reading"] = add("reading", past.reading.reshape(*inputs.shape, *shape))
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
    again, reading = compiled(jax.vmap(run, axis_size=episodes))(first, ops)
    pairs = [*zip(again, states(""), strict=True), (reading, jnp.asarray(trace["reading"].values))]
    return max((float(jnp.max(jnp.abs(one - other))) for one, other in pairs if one.size), default=0.0)


def _internal(memory: AbstractMemory, name: str, value: np.ndarray) -> np.ndarray:
    return value.swapaxes(-1, -2) if memory.dims[name][-2:] == ("width", "slot") else value
