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

from mannscope.analyses import ReadSources, SlotSources
from mannscope.errors import MannscopeError
from mannscope.machines import MACHINES
from mannscope.memories import MEMORIES, Gates, Levels, Role, SuccessiveGates, Transitions
from mannscope.memories.table import build, describe
from mannscope.models import record, replay
from mannscope.models.interface import cut, size
from mannscope.traces import save
from references.runs import apply, one, random_fields, random_ops, run, squash
from small import INPUTS, SMALL_MEMORIES, small_model

STEPS = 60


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
    return jax.vmap(lambda ops: memory.action(memory.empty(4), ops), axis_size=STEPS)(ops)


@eqx.filter_jit
def discretise(memory: Any, ops: Any) -> Any:
    return jax.vmap(lambda ops: memory.discretise(memory.empty(4), ops))(ops)


@eqx.filter_jit
def force(memory: Any, ops: Any, wanted: jax.Array) -> Any:
    return jax.vmap(lambda ops, wanted: memory.force(memory.empty(4), ops, wanted))(ops, wanted)


def written(memory: Any) -> str:
    """Name the operation whose change must be seen: the last that is not of the policy, if one is."""
    return max(memory.fields[::-1], key=lambda field: field.role is not Role.POLICY).name


def same(one: Any, other: Any) -> bool:
    return jax.tree.all(jax.tree.map(np.array_equal, one, other))


every_memory = pytest.mark.parametrize("name", SMALL_MEMORIES)
every_storing_memory = pytest.mark.parametrize("name", [name for name in SMALL_MEMORIES if name != "none"])
every_acting_memory = pytest.mark.parametrize(
    "name", [name for name, memory in SMALL_MEMORIES.items() if memory.actors]
)


def op_values(ops: Any) -> dict[str, jax.Array]:
    """Name the operations; one that the memory's options leave out is None."""
    return {name: op for name, op in ops._asdict().items() if op is not None}


def test_every_memory_of_the_table_is_tried_here() -> None:
    assert set(MEMORIES.values()) <= {type(memory) for memory in SMALL_MEMORIES.values()}


@every_memory
def test_the_anatomy_names_variables_and_axes_that_are_there(name: str) -> None:
    memory, anatomy = SMALL_MEMORIES[name], SMALL_MEMORIES[name].anatomy
    stored = [(store.variable, axis) for store in anatomy.stores for axis in (store.slots, store.parts)]
    acting = [(op, actor.axis) for actor in anatomy.actors for op in actor.decided_by]
    for variable, axis in [*stored, *((head.weights, head.axis) for head in anatomy.heads), *acting]:
        assert not axis or axis in memory.dims[variable]
    assert {actor.head for actor in anatomy.actors} - {""} <= {head.name for head in anatomy.heads}


@every_memory
def test_every_action_has_a_name_of_its_own_a_verb_and_one_sign(name: str) -> None:
    for actor in SMALL_MEMORIES[name].actors:
        assert len(set(actor.labels)) == len(actor.actions)
        assert all(action.verb and len(action.glyph) == 1 for action in actor.actions)


@every_memory
def test_realisations_name_actions_that_machine_and_memory_have(name: str) -> None:
    memory = SMALL_MEMORIES[name]
    known = {actor.name: actor.labels for actor in memory.actors}
    for realisation in memory.body.realisations:
        machine = MACHINES[realisation.machine]
        for actor, moves in realisation.rules.items():
            assert set(moves) <= {action for own in machine.actions for action in own}
            assert set(moves.values()) <= set(known[actor])
        assert realisation.contents in ("", *(field.name for field in memory.fields))


@every_memory
def test_a_memory_is_built_again_from_its_description(name: str) -> None:
    assert build(describe(SMALL_MEMORIES[name])) == SMALL_MEMORIES[name]


@every_acting_memory
def test_what_is_emitted_makes_actors_do_just_that(name: str) -> None:
    memory = SMALL_MEMORIES[name]
    for turn in range(4):
        wanted = {actor.name: actor.labels[turn % len(actor.labels)] for actor in memory.actors}
        emitted = memory.rest() + memory.emit(wanted)
        ops = cut(memory, jnp.asarray(emitted, jnp.float32))
        done = memory.action(memory.empty(9), ops).tolist()
        assert [actor.labels[one] for actor, one in zip(memory.actors, done, strict=True)] == [
            *wanted.values()
        ]


@every_storing_memory
def test_the_store_is_linear_in_contents_and_values(name: str) -> None:
    memory, write = SMALL_MEMORIES[name], SMALL_MEMORIES[name].body.write
    if write is None:
        assert memory.body.not_linear
        return
    ops, random = one(random_ops(memory, STEPS, seed=13)), np.random.default_rng(0)
    before = memory.empty(5)
    after = memory.apply(before, ops)
    known = op_values(ops) | after._asdict() | {f"{part}_before": v for part, v in before._asdict().items()}
    addresses = {address: known[address] for address in write.addresses}
    contents, values = (
        [jnp.asarray(random.normal(size=known[part].shape), jnp.float32) for _ in "12"]
        for part in (write.contents, write.values)
    )
    apart = [write.store(*pair) for pair in zip(contents, [addresses] * 2, values, strict=True)]
    together = write.store(sum(contents), addresses, sum(values))
    np.testing.assert_allclose(together, sum(apart), rtol=1e-4, atol=1e-5)


@every_storing_memory
def test_every_write_is_followed_to_what_is_held_and_read(name: str) -> None:
    trace = trace_of(name)
    if SMALL_MEMORIES[name].body.write is None:
        with pytest.raises(MannscopeError, match="linear"):
            ReadSources()(trace)
        return
    assert max(ReadSources(0)(trace).error, SlotSources(0)(trace).error) < 1e-5


@every_memory
def test_fields_are_the_operations_in_their_shapes(name: str) -> None:
    memory = SMALL_MEMORIES[name]
    ops = cut(memory, jnp.zeros(size(memory)))
    assert {field.name: field.shape for field in memory.fields} == jax.tree.map(jnp.shape, op_values(ops))


@every_memory
def test_dims_name_every_axis_of_operations_state_and_reading(name: str) -> None:
    memory, state = SMALL_MEMORIES[name], SMALL_MEMORIES[name].empty(4)
    values = op_values(cut(memory, jnp.zeros(size(memory)))) | state._asdict()
    values["reading"] = memory.read(state, state)
    assert {name: len(dims) for name, dims in memory.dims.items()} == jax.tree.map(jnp.ndim, values)


@every_memory
def test_there_is_one_action_an_actor_and_it_is_a_member(name: str) -> None:
    memory = SMALL_MEMORIES[name]
    action = actions(memory, random_ops(memory, STEPS, seed=1))
    assert action.shape == (STEPS, len(memory.actors))
    for column, actor in zip(action.T, memory.actors, strict=True):
        assert set(np.ravel(column).tolist()) <= set(range(-1, len(actor.actions)))


@every_memory
def test_replaying_a_trace_gives_the_trace(name: str) -> None:
    assert replay(SMALL_MEMORIES[name], trace_of(name)) < 1e-5


@every_storing_memory
def test_replaying_a_trace_with_a_changed_operation_is_noticed(name: str) -> None:
    memory, trace = SMALL_MEMORIES[name], trace_of(name).copy(deep=True)
    trace[written(memory)][0, 2] += 0.5
    assert replay(memory, trace) > 1e-3


@every_memory
def test_apply_leaves_its_argument_alone(name: str) -> None:
    memory = SMALL_MEMORIES[name]
    state, ops = memory.empty(5), one(random_ops(memory, STEPS, seed=2))
    before = jax.tree.map(np.array, (state, ops))
    apply(memory, state, ops)
    assert same(before, (state, ops))


@every_storing_memory
def test_episodes_of_a_batch_do_not_see_each_other(name: str) -> None:
    memory = SMALL_MEMORIES[name]
    base, other, third = (random_ops(memory, STEPS, seed) for seed in (3, 4, 5))

    def first_reading(*ops: Any) -> jax.Array:
        batch = jax.tree.map(lambda *ops: jnp.stack(ops), *ops)
        return jax.vmap(lambda ops: run(memory, ops, 7, STEPS)[1])(batch)[0]

    np.testing.assert_array_equal(first_reading(base, other), first_reading(base, third))


@every_acting_memory
def test_what_decides_is_a_share_and_distributions_sum_to_one_for_each_stack_and_head(name: str) -> None:
    memory = SMALL_MEMORIES[name]
    emitted = 3 * jax.random.normal(jax.random.key(0), (size(memory),))
    ops = cut(memory, emitted)._asdict()
    shares = [choice for choice in memory.choices if not isinstance(choice, Levels)]
    deciding = {op for choice in shares for actor in choice.actors for op in actor.decided_by}
    assert all((ops[op] >= 0).all() and (ops[op] <= 1).all() for op in deciding)
    sums = [ops[op].sum(-1) for choice in memory.choices for op in choice.labels]
    assert sums or all(
        isinstance(choice, Levels | Gates | SuccessiveGates | Transitions) for choice in memory.choices
    )
    assert all(np.allclose(total, 1, atol=1e-6) for total in sums)


@every_storing_memory
@pytest.mark.parametrize("scale", [0.0, 1.5, 10.0])
def test_gradients_are_finite_over_a_long_episode(name: str, scale: float) -> None:
    memory = SMALL_MEMORIES[name]
    gradients = slope(memory, random_fields(memory, STEPS, seed=6, scale=scale), STEPS)
    assert all(np.isfinite(gradient).all() for gradient in gradients.values())


@every_storing_memory
def test_gradients_reach_what_is_written_at_the_first_step(name: str) -> None:
    memory = SMALL_MEMORIES[name]
    gradients = slope(memory, random_fields(memory, STEPS, seed=7), STEPS)
    assert np.abs(gradients[written(memory)][0]).max() > 0


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
    random = np.random.default_rng(0)
    wanted = np.stack([random.integers(0, len(actor.actions), STEPS) for actor in memory.actors], axis=1)
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
