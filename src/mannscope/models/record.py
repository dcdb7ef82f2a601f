"""Record a run as a trace, and replay a trace to prove that it is faithful."""

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import xarray as xr
from jaxtyping import Array, Int

from mannscope.compiling import compiled
from mannscope.errors import MannscopeError
from mannscope.hardware import free_memory
from mannscope.memories import AbstractMemory, choose_slots
from mannscope.memories.table import anatomy
from mannscope.models.batches import in_batches
from mannscope.models.intervention import AbstractIntervention
from mannscope.models.model import Carry, Model, StepRecord
from mannscope.traces import SCHEMA_VERSION, label


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
        MannscopeError: if the slots are too few and not capped, or what is kept does not fit into memory.
    """
    inputs = np.asarray(inputs, dtype=np.int32)
    memory = model.memory
    slots = choose_slots(memory, inputs.shape[1], slots, capped=capped)
    _require_room(memory, inputs.shape[0], inputs.shape[1], slots)

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
    variables |= _memory_variables(memory, past, steps.memory)
    initial = memory.empty(slots)
    shape = jax.eval_shape(memory.read, initial, initial).shape
    variables["reading"] = _variable(memory, "reading", past.reading.reshape(*inputs.shape, *shape))
    attrs = {
        "schema_version": SCHEMA_VERSION,
        "slots": slots,
        "capped": int(slots < memory.slots_for(inputs.shape[1])),
    }
    trace = xr.Dataset(variables, _coordinates(memory), attrs | dict(attributes or {}))
    return label(trace, anatomy=anatomy(memory))


def _require_room(memory: AbstractMemory, episodes: int, steps: int, slots: int) -> None:
    """Make sure that the states of the memory fit: most of a trace, as JAX gives them and copied."""
    leaves = jax.tree.leaves(jax.eval_shape(lambda: memory.empty(slots)))
    state = sum(leaf.size * leaf.dtype.itemsize for leaf in leaves)
    needed, free = 2 * state * episodes * (steps + 1), free_memory()
    if free is not None and needed > free:
        must = f"what is recorded must fit into memory, of which {free / 1e9:.1f} GB are free"
        got = f"{episodes} x {steps} steps of {slots} slots, which take {needed / 1e9:.1f} GB"
        raise MannscopeError(must, got, "Shorten it, or pass fewer episodes, or --slots with --capped")


def _memory_variables(memory: AbstractMemory, past: StepRecord, states: Any) -> dict[str, Any]:
    """Give the operations, and the state after and before every step, without its omitted parts."""
    names = [field.name for field in memory.fields]
    variables = {name: _variable(memory, name, getattr(past.ops, name)) for name in names}
    for name, values in states._asdict().items():
        if name not in memory.body.omitted:
            variables[name] = _variable(memory, name, values[:, 1:])
            variables[f"{name}_before"] = _variable(memory, name, values[:, :-1])
    return variables


def _coordinates(memory: AbstractMemory) -> dict[str, Any]:
    """Label the axes of the distributions that decide actions."""
    return {
        memory.dims[op][-1]: np.array(labels)
        for choice in memory.choices
        for op, labels in choice.labels.items()
    }


def replay(memory: AbstractMemory, trace: xr.Dataset) -> float:
    """Run the recorded operations from the first state on, and give the largest difference to the record.

    States and readings are compared; a faithful trace differs by rounding errors alone. Parts of the state
    that are not recorded start empty and are not compared.
    """
    states, reading = _replayed(memory, trace)
    pairs = [(reading, jnp.asarray(trace["reading"].values))]
    for name, again in states._asdict().items():
        if name in trace:
            pairs.append((again, jnp.asarray(_internal(memory, name, trace[name].values))))
    return max((float(jnp.max(jnp.abs(one - other))) for one, other in pairs if one.size), default=0.0)


def rebuild(memory: AbstractMemory, trace: xr.Dataset) -> xr.Dataset:
    """Add the parts of the state that were left out of a trace, by running the recorded operations again."""
    states, _ = _replayed(memory, trace)
    found = {}
    for name in memory.body.omitted:
        after = np.asarray(getattr(states, name))
        first = np.asarray(getattr(memory.empty(int(trace.attrs["slots"])), name))
        before = np.concatenate([np.broadcast_to(first, after[:, :1].shape), after[:, :-1]], axis=1)
        found[name], found[f"{name}_before"] = (_variable(memory, name, part) for part in (after, before))
    return trace.assign(found)


def _replayed(memory: AbstractMemory, trace: xr.Dataset) -> tuple[Any, Array]:
    """Run the recorded operations again, and give the states after every step, and the readings."""
    episodes, steps = trace["input"].shape
    empty = memory.empty(int(trace.attrs.get("slots", 1)))

    def first(name: str, part: Array) -> Array:
        if f"{name}_before" not in trace:
            return jnp.broadcast_to(part, (episodes, *part.shape))
        return jnp.asarray(_internal(memory, name, trace[f"{name}_before"].values)[:, 0])

    def run(state: Any, ops: Any) -> Any:
        def step(state: Any, ops: Any) -> Any:
            after = memory.apply(state, ops)
            return after, (after, memory.read(state, after))

        return jax.lax.scan(step, state, ops, length=steps)[1]

    start = type(empty)(**{name: first(name, part) for name, part in empty._asdict().items()})
    ops = memory.ops(**{field.name: jnp.asarray(trace[field.name].values) for field in memory.fields})
    return compiled(jax.vmap(run, axis_size=episodes))(start, ops)


def _variable(memory: AbstractMemory, name: str, value: np.ndarray) -> tuple[tuple[str, ...], np.ndarray]:
    """Name the axes; slots come before the elements of their vectors, as one reads them."""
    dims = memory.dims[name]
    if _is_turned(dims):
        dims, value = (*dims[:-2], dims[-1], dims[-2]), value.swapaxes(-1, -2)
    return ("episode", "step", *dims), value


def _internal(memory: AbstractMemory, name: str, value: np.ndarray) -> np.ndarray:
    return value.swapaxes(-1, -2) if _is_turned(memory.dims[name]) else value


def _is_turned(dims: tuple[str, ...]) -> bool:
    """Whether a memory keeps its slots behind the elements of their vectors, since that is faster."""
    return dims[-1:] == ("slot",) and dims[-2:-1] in (("width",), ("key_element",))
