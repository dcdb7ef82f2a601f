"""One episode in a payload is the same episode as in its trace."""

from dataclasses import replace

import jax.numpy as jnp
import numpy as np
import pytest
import xarray as xr

import machines
from explorer import handwritten
from mannscope.explorer import episode_payload as episode_payload_module
from mannscope.explorer.episode_payload import episode_payload
from mannscope.explorer.payload import Payload
from mannscope.interventions import FreezeMemory, ZeroReading
from mannscope.models import record
from mannscope.traces import anatomy, label
from mannscope.traces.schema import REQUIRED
from small import INPUTS, small_model


@pytest.fixture(scope="module")
def reversed_trace() -> xr.Dataset:
    network = machines.reverser()
    return network.record(network.sample(0, 3, machines.LARGEST))


@pytest.fixture(scope="module")
def payload(reversed_trace: xr.Dataset) -> Payload:
    return episode_payload(reversed_trace, 1, {"run": "reverser", "text": "…"})


@pytest.mark.parametrize("name", ["input", "output", "action", "category", "target", "answer", "supervised"])
def test_what_is_whole_is_the_same(payload: Payload, reversed_trace: xr.Dataset, name: str) -> None:
    np.testing.assert_array_equal(payload.arrays[name], reversed_trace[name][1])


def test_structural_variables_are_the_same(payload: Payload, reversed_trace: xr.Dataset) -> None:
    np.testing.assert_array_equal(payload.arrays["variable_top"], reversed_trace["variable_top"][1])
    assert payload.arrays["variable_top"].dtype == np.int32


def test_contents_and_readings_are_the_same_to_16_bits(payload: Payload, reversed_trace: xr.Dataset) -> None:
    one = reversed_trace.isel(episode=1)
    held = one["memory"].transpose("stack", "step", "slot", "width")
    np.testing.assert_allclose(payload.arrays["contents"], held, rtol=1e-3, atol=1e-6)
    np.testing.assert_allclose(
        payload.arrays["norm"], np.linalg.norm(held.values, axis=-1), rtol=1e-3, atol=1e-6
    )
    np.testing.assert_allclose(
        payload.arrays["reading"], one["reading"].values.reshape(9, -1), rtol=1e-3, atol=1e-6
    )
    np.testing.assert_allclose(
        payload.arrays["policy"], one["actions"].values.reshape(9, -1), rtol=1e-3, atol=1e-6
    )


def test_probabilities_are_the_softmax_of_the_logits(payload: Payload, reversed_trace: xr.Dataset) -> None:
    raised = np.exp(reversed_trace["logits"].values[1].astype(float))
    expected = raised / raised.sum(-1, keepdims=True)
    np.testing.assert_allclose(payload.arrays["probability"], expected, rtol=1e-3, atol=1e-6)


def test_each_symbol_is_followed_through_the_stack(payload: Payload) -> None:
    # four symbols and a delimiter are pushed, four blanks pop
    tops = payload.arrays["source"][0, :, 0]
    assert tops.tolist() == [0, 1, 2, 3, 4, 3, 2, 1, 0]
    assert payload.arrays["source"][0, 4].tolist() == [4, 3, 2, 1, 0]
    assert payload.arrays["share"][0, 8, 0] > 0.99
    arcs = zip(payload.arrays["arc_write"].tolist(), payload.arrays["arc_read"].tolist(), strict=True)
    assert {(3, 5), (2, 6), (1, 7), (0, 8)} <= set(arcs)


def test_the_description_is_what_was_given_and_what_is_there(payload: Payload) -> None:
    assert (payload.meta["run"], payload.meta["text"], payload.meta["kind"]) == ("reverser", "…", "episode")
    assert payload.meta["parts"] == [{"name": "stack 0", "first": "top", "slots": True}]
    assert (payload.meta["heads"], payload.meta["heatmaps"]) == ([], [])
    assert (payload.meta["steps"], payload.meta["exact"], payload.meta["notes"]) == (9, True, [])


def test_padding_is_cut_off() -> None:
    found = episode_payload(record(small_model("two stacks"), INPUTS), 1, {})
    assert found.meta["steps"] == 4
    assert found.arrays["contents"].shape[:2] == (2, 4)
    assert {len(found.arrays[name]) for name in ("input", "output", "policy", "probability")} == {4}


def test_heads_of_a_tape_come_with_their_weights() -> None:
    trace = record(small_model("ntm"), INPUTS)
    found = episode_payload(trace, 0, {})
    assert found.arrays["weights"].shape == (4, 7, trace.sizes["slot"])
    np.testing.assert_allclose(
        found.arrays["weights"][2], trace["write_weights"][0, :, 0], rtol=1e-3, atol=1e-6
    )
    assert set(found.arrays["arc_reader"].tolist()) <= {0, 1}


def test_a_trace_of_the_least_that_there_can_be_is_shown() -> None:
    trace = record(small_model("stack"), INPUTS)
    bare = trace[list(REQUIRED)].reset_coords(drop=True)
    bare.attrs = {"schema_version": 2}
    found = episode_payload(bare, 0, {})
    assert set(found.arrays) == {"input", "output", "action", "probability"}
    assert (found.meta["parts"], found.meta["policy"], found.meta["exact"]) == ([], [], None)


@pytest.mark.parametrize("name", ["memory", "push_value", "actions", "reading", "memory_before"])
def test_a_trace_that_lacks_one_thing_is_shown(name: str) -> None:
    trace = record(small_model("two stacks"), INPUTS)
    assert episode_payload(trace.drop_vars(name), 0, {}).meta["steps"] == 7


def test_a_network_without_a_memory_is_shown() -> None:
    found = episode_payload(record(small_model("none"), INPUTS), 0, {})
    assert found.arrays["action"].shape == (7, 0)
    assert found.meta["parts"] == []


def test_where_the_memory_was_changed_by_hand_nothing_is_followed() -> None:
    where = np.zeros(INPUTS.shape, bool)
    where[:, 3] = True
    found = episode_payload(
        record(small_model(), INPUTS, interventions=(FreezeMemory(jnp.asarray(where)),)), 0, {}
    )
    assert not {"source", "arc_read"} & set(found.arrays)
    assert any("more than the operations changed the memory" in note for note in found.meta["notes"])


def test_where_the_reading_was_zeroed_contents_are_still_followed() -> None:
    found = episode_payload(record(small_model(), INPUTS, interventions=(ZeroReading(),)), 0, {})
    assert "source" in found.arrays
    assert "arc_read" not in found.arrays


def test_what_is_too_much_is_left_out_with_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(episode_payload_module, "MOST_CONTENTS", 10)
    monkeypatch.setattr(episode_payload_module, "MOST_STEPS", 6)
    found = episode_payload(record(small_model(), INPUTS), 0, {})
    assert not {"contents", "source", "share", "arc_read"} & set(found.arrays)
    assert "norm" in found.arrays
    assert any("The contents of 7 steps are left out" in note for note in found.meta["notes"])
    assert any("more than 6 steps" in note for note in found.meta["notes"])


def test_a_queue_is_shown_with_its_front_heads_and_other_stores() -> None:
    trace = handwritten.queue()
    found = episode_payload(trace, 0, {})
    assert found.meta["parts"] == [{"name": "cells", "first": "front", "slots": True}]
    assert found.meta["heads"] == [{"name": "front", "kind": "read"}, {"name": "back", "kind": "write"}]
    assert found.meta["heatmaps"] == [{"name": "age", "axes": "counter"}]
    np.testing.assert_array_equal(found.arrays["contents"][0], trace["cells"][0])
    np.testing.assert_array_equal(found.arrays["weights"][1], trace["ends"][0, :, 1])
    np.testing.assert_array_equal(found.arrays["heat_0"], trace["age"][0])
    assert found.arrays["action"][:, 1].tolist() == [0, -1, 0, -1, 0]


def test_a_memory_that_is_not_known_is_shown_with_the_reason_why_nothing_is_followed() -> None:
    found = episode_payload(handwritten.queue(), 1, {})
    assert found.meta["steps"] == 4
    assert len(found.meta["notes"]) == 1
    assert "Which step wrote what is held and read is not shown" in found.meta["notes"][0]
    assert "must say of which memory it is" in found.meta["notes"][0]


def test_a_register_is_shown_as_one_vector() -> None:
    found = episode_payload(handwritten.register(), 0, {})
    assert found.meta["parts"] == [{"name": "value", "first": "address", "slots": False}]
    assert found.arrays["norm"][0, :, 0].tolist() == [2] * 5
    assert found.arrays["contents"].shape == (1, 5, 1, 2)


def test_recorded_memory_without_a_declared_store_is_a_heat_map_with_a_note() -> None:
    found = episode_payload(handwritten.storeless(), 0, {})
    assert (found.meta["parts"], found.meta["heatmaps"]) == ([], [{"name": "value", "axes": "width"}])
    assert found.arrays["heat_0"].shape == (5, 2)
    assert found.meta["notes"] == ["No memory is shown as slots: the anatomy of the trace declares no store."]


def test_a_store_that_is_not_as_declared_is_a_heat_map_with_a_note() -> None:
    trace = handwritten.queue().rename(cell="box")
    found = episode_payload(trace, 0, {})
    assert [one["name"] for one in found.meta["heatmaps"]] == ["cells", "age", "ends"]
    assert found.meta["heatmaps"][0]["axes"] == "box × width"
    assert "The memory is not shown as slots" in found.meta["notes"][0]


def test_a_heat_map_that_is_too_large_is_left_out_with_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(episode_payload_module, "MOST_ROWS", 1)
    found = episode_payload(handwritten.storeless(), 0, {})
    assert found.meta["heatmaps"] == []
    assert "value is left out: it has 2 numbers at each step." in found.meta["notes"]


def test_a_trace_that_does_not_fit_the_memory_that_it_names_is_shown_with_a_note() -> None:
    trace = record(small_model("stack"), INPUTS)
    odd = trace.assign_attrs(anatomy=replace(anatomy(trace), memory={"name": "ntm"}).to_json())
    found = episode_payload(odd, 0, {})
    assert "contents" in found.arrays
    assert any("is not shown: " in note for note in found.meta["notes"])


def test_parts_of_the_state_that_are_not_recorded_are_named() -> None:
    trace = label(handwritten.register(), anatomy=replace(anatomy(handwritten.register()), omitted=("link",)))
    assert any("link is not recorded" in note for note in episode_payload(trace, 0, {}).meta["notes"])
