"""Every intervention edits its own site, and the model runs on."""

import jax.numpy as jnp
import numpy as np
import pytest
import xarray as xr

from mannscope.interventions import (
    CutRecurrence,
    Discretise,
    Exchange,
    Force,
    FreezeMemory,
    NoisyReading,
    Replace,
    ZeroReading,
)
from mannscope.memories import StackAction
from mannscope.models import AbstractIntervention, record, replay
from small import INPUTS, SYMBOLS, small_model

PUSH, POP, NO_OP = StackAction


def run(*interventions: AbstractIntervention, memory: str = "stack") -> xr.Dataset:
    return record(small_model(memory), INPUTS, interventions=interventions)


@pytest.fixture(scope="module")
def base() -> xr.Dataset:
    return run()


@pytest.fixture(scope="module")
def forced() -> xr.Dataset:
    """The first episode pops surely at step 2 and pushes surely at step 4."""
    actions = np.full((*INPUTS.shape, 1), -1)
    actions[0, 2], actions[0, 4] = POP, PUSH
    return run(Force(jnp.asarray(actions)))


def test_forced_actions_are_done_for_sure(forced: xr.Dataset) -> None:
    assert forced["actions"][0, 2, 0].values.tolist() == [0, 1, 0]
    assert forced["actions"][0, 4, 0].values.tolist() == [1, 0, 0]
    assert forced["action"][0, [2, 4], 0].values.tolist() == [POP, PUSH]


def test_forcing_changes_nothing_before_it_nor_in_other_episodes(
    forced: xr.Dataset, base: xr.Dataset
) -> None:
    np.testing.assert_allclose(forced["memory"][0, :2], base["memory"][0, :2], rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(forced["logits"][1], base["logits"][1], rtol=1e-5, atol=1e-6)


def test_the_model_runs_on_after_a_forced_action(forced: xr.Dataset, base: xr.Dataset) -> None:
    assert np.abs(forced["hidden"][0, 3] - base["hidden"][0, 3]).max() > 1e-4
    assert np.abs(forced["actions"][0, 3] - base["actions"][0, 3]).max() > 1e-4


def test_a_trace_of_forced_actions_replays(forced: xr.Dataset) -> None:
    assert replay(small_model().memory, forced) < 1e-5


def test_forcing_one_head_leaves_the_others_alone() -> None:
    actions = np.full((*INPUTS.shape, 2), -1)
    actions[:, :, 1] = 2  # the write head goes RIGHT
    trace, base = (
        run(*edits, memory="ntm that reads first") for edits in [(Force(jnp.asarray(actions)),), ()]
    )
    assert (trace["action"][:, :, 1] == 2).all()
    np.testing.assert_allclose(trace["read_shift"][:, 0], base["read_shift"][:, 0], rtol=1e-5)
    assert not np.isin(trace["read_gate"], [0, 1]).any()


def test_a_replaced_operation_is_the_other_where_told(base: xr.Dataset) -> None:
    values = np.full(base["push_value"].shape, 0.5, np.float32)
    where = np.zeros(INPUTS.shape, bool)
    where[0, 2] = True
    trace = run(Replace("push_value", jnp.asarray(values), jnp.asarray(where)))
    assert (trace["push_value"][0, 2] == 0.5).all()
    np.testing.assert_allclose(trace["push_value"][0, :2], base["push_value"][0, :2], rtol=1e-5)
    np.testing.assert_allclose(trace["push_value"][1], base["push_value"][1], rtol=1e-5)


def test_swapping_all_operations_of_two_episodes_swaps_what_they_read(base: xr.Dataset) -> None:
    everywhere = jnp.ones(INPUTS.shape, bool)
    both = {name: jnp.asarray(base[name].values[::-1]) for name in ("actions", "push_value")}
    trace = run(*(Replace(name, values, everywhere) for name, values in both.items()))
    np.testing.assert_allclose(trace["reading"], base["reading"][::-1], rtol=1e-5, atol=1e-6)


def test_a_frozen_memory_stays_empty() -> None:
    trace = run(FreezeMemory())
    assert (trace["memory"] == 0).all()
    assert (trace["reading"] == 0).all()
    assert (trace["actions"] > 0).all()  # still emitted, to no effect


def test_a_zeroed_reading_leaves_the_output_to_the_hidden_vector() -> None:
    trace, readout = run(ZeroReading()), small_model().readout
    seen = trace["hidden"].values @ np.asarray(readout.weight)[:, : trace.sizes["hidden"]].T
    np.testing.assert_allclose(trace["logits"], seen + np.asarray(readout.bias), rtol=1e-4, atol=1e-5)
    assert (trace["reading"] == 0).all()
    assert (trace["memory"][0, 1] != 0).any()


def test_a_memory_is_frozen_at_the_steps_told_alone(base: xr.Dataset) -> None:
    where = np.zeros(INPUTS.shape, bool)
    where[0, 2] = True
    trace = run(FreezeMemory(jnp.asarray(where)))
    np.testing.assert_array_equal(trace["memory"][0, 2], trace["memory"][0, 1])
    assert np.abs(trace["memory"][0, 3] - trace["memory"][0, 2]).max() > 1e-4
    np.testing.assert_allclose(trace["memory"][1], base["memory"][1], rtol=1e-5, atol=1e-6)


def test_a_reading_is_zeroed_at_the_steps_told_alone(base: xr.Dataset) -> None:
    where = np.zeros(INPUTS.shape, bool)
    where[0, 2] = True
    trace = run(ZeroReading(jnp.asarray(where)))
    assert (trace["reading"][0, 2] == 0).all()
    assert (trace["reading"][0, [1, 3]] != 0).any("width").all()
    np.testing.assert_allclose(trace["memory"][0, :3], base["memory"][0, :3], rtol=1e-5, atol=1e-6)


def exchange(memory: str, part: int, slot: int, contents: list[float]) -> xr.Dataset:
    """Put contents into a slot after step 2 of the first episode."""
    slots, parts = np.full(INPUTS.shape, -1), np.zeros(INPUTS.shape, int)
    values = np.zeros((*INPUTS.shape, len(contents)), np.float32)
    slots[0, 2], parts[0, 2], values[0, 2] = slot, part, contents
    return run(Exchange(jnp.asarray(slots), jnp.asarray(parts), jnp.asarray(values)), memory=memory)


@pytest.mark.parametrize(
    ("memory", "part", "contents"), [("two stacks", 1, [7.0, 8.0]), ("ntm that reads first", 0, [7.0, 8.0])]
)
def test_exchanged_contents_are_in_their_slot_and_nowhere_else(
    memory: str, part: int, contents: list[float]
) -> None:
    trace, without = exchange(memory, part, 1, contents), run(memory=memory)
    place = {"slot": 1} | ({"stack": part} if "stack" in trace.sizes else {})
    changed, same = (one["memory"][0, 2].copy() for one in (trace, without))
    assert changed[place].values.tolist() == contents
    same[place] = contents
    np.testing.assert_allclose(changed, same, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(trace["memory"][0, :2], without["memory"][0, :2], rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(trace["logits"][1], without["logits"][1], rtol=1e-5, atol=1e-6)


def test_the_model_reads_what_was_exchanged_and_runs_on(base: xr.Dataset) -> None:
    trace = exchange("stack", 0, 0, [7.0, 8.0, 9.0])
    assert trace["reading"][0, 2].values.ravel().tolist() == [7.0, 8.0, 9.0]
    assert np.abs(trace["hidden"][0, 3] - base["hidden"][0, 3]).max() > 1e-4


def test_without_recurrence_the_hidden_vector_is_of_symbol_and_reading_alone() -> None:
    trace, network = run(CutRecurrence()), small_model().controller
    symbol, before = jnp.eye(SYMBOLS)[INPUTS[0, 3]], jnp.asarray(trace["reading"].values[0, 2].ravel())
    expected = network(symbol, before, network.initial())[0]
    np.testing.assert_allclose(trace["hidden"][0, 3], expected, rtol=1e-4, atol=1e-6)


def test_discretised_heads_shift_and_jump_for_sure() -> None:
    trace = run(Discretise(), memory="ntm that reads first")
    certain = ["read_gate", "write_gate", "read_shift", "write_shift"]
    assert all(np.isin(trace[name], [0, 1]).all() for name in certain)


def test_of_two_interventions_at_one_site_the_later_has_the_last_word() -> None:
    push, pop = (Force(jnp.full((*INPUTS.shape, 1), int(action))) for action in (PUSH, POP))
    assert (run(push, pop)["action"] == POP).all()
    assert (run(pop, push)["action"] == PUSH).all()


def test_noise_on_a_reading_is_in_proportion_to_its_size(base: xr.Dataset) -> None:
    reading = base["reading"].values
    flat = reading.reshape(*INPUTS.shape, -1)
    noise = np.random.default_rng(0).normal(size=flat.shape)
    noise[:, 1:] = 0
    disturbed = run(NoisyReading(jnp.asarray(noise)))["reading"].values.reshape(flat.shape)
    size = np.sqrt((flat[:, :1] ** 2).mean(axis=-1, keepdims=True))
    np.testing.assert_allclose(disturbed[:, :1], flat[:, :1] + noise[:, :1] * size, rtol=1e-5, atol=1e-6)
    assert np.abs(disturbed[:, 1] - flat[:, 1]).max() > 1e-6  # the model ran on
