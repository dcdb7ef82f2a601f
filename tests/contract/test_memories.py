"""What every memory keeps to, whoever wrote it."""

from functools import cache
from pathlib import Path
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
import xarray as xr

from mannscope.memories import MEMORIES
from mannscope.models import record, replay
from mannscope.models.interface import cut, size
from mannscope.traces import save
from references.runs import apply, one, random_fields, random_ops, run, squash
from small import INPUTS, SMALL_MEMORIES, small_model

STEPS = 60
DISTRIBUTIONS = {"action", "shift"}
"""Axes over which an operation sums to one."""


@cache
def trace_of(name: str) -> xr.Dataset:
    return record(small_model(name), INPUTS)


@eqx.filter_jit
def slope(memory: Any, fields: dict[str, jax.Array], steps: int) -> dict[str, jax.Array]:
    """Differentiate the sum of the squared readings by everything that was emitted."""

    def total(fields: dict[str, jax.Array]) -> jax.Array:
        return jnp.sum(run(memory, squash(memory, fields), memory.slots_for(steps), steps)[1] ** 2)

    return jax.grad(total)(fields)


@eqx.filter_jit
def actions(memory: Any, ops: Any) -> jax.Array:
    return jax.vmap(memory.action, axis_size=STEPS)(ops)


@eqx.filter_jit
def discretise(memory: Any, ops: Any) -> Any:
    return jax.vmap(memory.discretise)(ops)


@eqx.filter_jit
def force(memory: Any, ops: Any, wanted: jax.Array) -> Any:
    return jax.vmap(memory.force)(ops, wanted)


def same(one: Any, other: Any) -> bool:
    return jax.tree.all(jax.tree.map(np.array_equal, one, other))


every_memory = pytest.mark.parametrize("name", SMALL_MEMORIES)
every_acting_memory = pytest.mark.parametrize("name", [name for name in SMALL_MEMORIES if name != "none"])


def test_every_memory_of_the_table_is_tried_here() -> None:
    assert set(MEMORIES.values()) == {type(memory) for memory in SMALL_MEMORIES.values()}


@every_memory
def test_fields_are_the_operations_in_their_shapes(name: str) -> None:
    memory = SMALL_MEMORIES[name]
    ops = cut(memory, jnp.zeros(size(memory)))
    assert {field.name: field.shape for field in memory.fields} == jax.tree.map(jnp.shape, ops._asdict())


@every_memory
def test_dims_name_every_axis_of_operations_state_and_reading(name: str) -> None:
    memory, state = SMALL_MEMORIES[name], SMALL_MEMORIES[name].empty(4)
    values = cut(memory, jnp.zeros(size(memory)))._asdict() | state._asdict()
    values["reading"] = memory.read(state, state)
    assert {name: len(dims) for name, dims in memory.dims.items()} == jax.tree.map(jnp.ndim, values)


@every_memory
def test_there_is_one_action_an_actor_and_it_is_a_member(name: str) -> None:
    memory = SMALL_MEMORIES[name]
    action = actions(memory, random_ops(memory, STEPS, seed=1))
    assert action.shape == (STEPS, len(memory.actors))
    assert set(np.ravel(action).tolist()) <= {int(member) for member in memory.actions}


@every_memory
def test_replaying_a_trace_gives_the_trace(name: str) -> None:
    assert replay(SMALL_MEMORIES[name], trace_of(name)) < 1e-5


@every_acting_memory
def test_replaying_a_trace_with_a_changed_operation_is_noticed(name: str) -> None:
    memory, trace = SMALL_MEMORIES[name], trace_of(name).copy(deep=True)
    written = [field.name for field in memory.fields if not field.policy][-1]  # push_value, add
    trace[written][0, 2] += 0.5
    assert replay(memory, trace) > 1e-3


@every_memory
def test_apply_leaves_its_argument_alone(name: str) -> None:
    memory = SMALL_MEMORIES[name]
    state, ops = memory.empty(5), one(random_ops(memory, STEPS, seed=2))
    before = jax.tree.map(np.array, (state, ops))
    apply(memory, state, ops)
    assert same(before, (state, ops))


@every_acting_memory
def test_episodes_of_a_batch_do_not_see_each_other(name: str) -> None:
    memory = SMALL_MEMORIES[name]
    base, other, third = (random_ops(memory, STEPS, seed) for seed in (3, 4, 5))

    def first_reading(*ops: Any) -> jax.Array:
        batch = jax.tree.map(lambda *ops: jnp.stack(ops), *ops)
        return jax.vmap(lambda ops: run(memory, ops, 7, STEPS)[1])(batch)[0]

    np.testing.assert_array_equal(first_reading(base, other), first_reading(base, third))


@every_acting_memory
def test_distributions_sum_to_one_for_each_stack_and_head(name: str) -> None:
    memory = SMALL_MEMORIES[name]
    emitted = 3 * jax.random.normal(jax.random.key(0), (size(memory),))
    ops = cut(memory, emitted)._asdict()
    sums = {name: ops[name].sum(-1) for name in ops if memory.dims[name][-1] in DISTRIBUTIONS}
    assert sums
    assert all(np.allclose(total, 1, atol=1e-6) and total.ndim == 1 for total in sums.values())


@every_acting_memory
@pytest.mark.parametrize("scale", [0.0, 1.5, 10.0])
def test_gradients_are_finite_over_a_long_episode(name: str, scale: float) -> None:
    memory = SMALL_MEMORIES[name]
    gradients = slope(memory, random_fields(memory, STEPS, seed=6, scale=scale), STEPS)
    assert all(np.isfinite(gradient).all() for gradient in gradients.values())


@every_acting_memory
def test_gradients_reach_what_is_written_at_the_first_step(name: str) -> None:
    memory = SMALL_MEMORIES[name]
    gradients = slope(memory, random_fields(memory, STEPS, seed=7), STEPS)
    written = [field.name for field in memory.fields if not field.policy][-1]  # push_value, add
    assert np.abs(gradients[written][0]).max() > 0


@every_acting_memory
def test_what_is_discrete_stays_as_it_is(name: str) -> None:
    memory = SMALL_MEMORIES[name]
    ops = random_ops(memory, STEPS, seed=8)
    once = discretise(memory, ops)
    assert not same(ops, once)
    assert same(once, discretise(memory, once))


@every_acting_memory
def test_discretising_keeps_every_action(name: str) -> None:
    memory = SMALL_MEMORIES[name]
    ops = random_ops(memory, STEPS, seed=9)
    assert np.array_equal(actions(memory, discretise(memory, ops)), actions(memory, ops))


@every_acting_memory
def test_what_is_forced_is_done(name: str) -> None:
    memory = SMALL_MEMORIES[name]
    wanted = np.random.default_rng(0).integers(0, len(memory.actions), (STEPS, len(memory.actors)))
    forced = force(memory, random_ops(memory, STEPS, seed=10), jnp.asarray(wanted))
    assert np.array_equal(actions(memory, forced), wanted)


@every_acting_memory
def test_forcing_minus_one_leaves_an_actor_alone(name: str) -> None:
    memory = SMALL_MEMORIES[name]
    ops, nobody = random_ops(memory, STEPS, seed=11), jnp.full((STEPS, len(memory.actors)), -1)
    assert same(force(memory, ops, nobody), ops)


@pytest.mark.parametrize("name", [name for name, memory in SMALL_MEMORIES.items() if len(memory.actors) > 1])
def test_forcing_the_last_actor_leaves_the_others_alone(name: str) -> None:
    memory = SMALL_MEMORIES[name]
    ops = random_ops(memory, STEPS, seed=12)
    wanted = jnp.full((STEPS, len(memory.actors)), -1).at[:, -1].set(0)
    expected = actions(memory, ops).at[:, -1].set(0)
    assert np.array_equal(actions(memory, force(memory, ops, wanted)), expected)


@every_memory
def test_a_saved_trace_opens_as_it_was_in_plain_xarray(name: str, tmp_path: Path) -> None:
    trace = trace_of(name)
    with xr.open_dataset(save(trace, tmp_path / "trace.nc")) as opened:
        xr.testing.assert_identical(opened.load(), trace)
