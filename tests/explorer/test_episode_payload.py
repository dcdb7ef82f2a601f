"""One episode in a pack is the same episode as in its trace."""

import jax.numpy as jnp
import numpy as np
import pytest
import xarray as xr

import planted
from mannscope.explorer import episode_view
from mannscope.explorer.episode_view import episode_pack
from mannscope.explorer.pack import Pack
from mannscope.interventions import FreezeMemory, ZeroReading
from mannscope.models import record
from mannscope.traces.schema import REQUIRED
from small import INPUTS, small_model


@pytest.fixture(scope="module")
def reversed_trace() -> xr.Dataset:
    network = planted.reverser()
    return network.record(network.sample(0, 3, planted.LARGEST))


@pytest.fixture(scope="module")
def pack(reversed_trace: xr.Dataset) -> Pack:
    return episode_pack(reversed_trace, 1, {"run": "reverser", "text": "…"})


@pytest.mark.parametrize("name", ["input", "output", "action", "category", "target", "answer", "supervised"])
def test_what_is_whole_is_the_same(pack: Pack, reversed_trace: xr.Dataset, name: str) -> None:
    np.testing.assert_array_equal(pack.arrays[name], reversed_trace[name][1])


def test_structural_variables_are_the_same(pack: Pack, reversed_trace: xr.Dataset) -> None:
    np.testing.assert_array_equal(pack.arrays["variable_top"], reversed_trace["variable_top"][1])
    assert pack.arrays["variable_top"].dtype == np.int32


def test_contents_and_readings_are_the_same_to_16_bits(pack: Pack, reversed_trace: xr.Dataset) -> None:
    one = reversed_trace.isel(episode=1)
    held = one["memory"].transpose("stack", "step", "slot", "width")
    np.testing.assert_allclose(pack.arrays["contents"], held, rtol=1e-3, atol=1e-6)
    np.testing.assert_allclose(
        pack.arrays["norm"], np.linalg.norm(held.values, axis=-1), rtol=1e-3, atol=1e-6
    )
    np.testing.assert_allclose(
        pack.arrays["reading"], one["reading"].values.reshape(9, -1), rtol=1e-3, atol=1e-6
    )
    np.testing.assert_allclose(
        pack.arrays["policy"], one["actions"].values.reshape(9, -1), rtol=1e-3, atol=1e-6
    )


def test_probabilities_are_the_softmax_of_the_logits(pack: Pack, reversed_trace: xr.Dataset) -> None:
    raised = np.exp(reversed_trace["logits"].values[1].astype(float))
    expected = raised / raised.sum(-1, keepdims=True)
    np.testing.assert_allclose(pack.arrays["probability"], expected, rtol=1e-3, atol=1e-6)


def test_each_symbol_is_followed_through_the_stack(pack: Pack) -> None:
    # four symbols and a delimiter are pushed, four blanks pop
    tops = pack.arrays["origin"][0, :, 0]
    assert tops.tolist() == [0, 1, 2, 3, 4, 3, 2, 1, 0]
    assert pack.arrays["origin"][0, 4].tolist() == [4, 3, 2, 1, 0]
    assert pack.arrays["share"][0, 8, 0] > 0.99
    arcs = zip(pack.arrays["arc_write"].tolist(), pack.arrays["arc_read"].tolist(), strict=True)
    assert {(3, 5), (2, 6), (1, 7), (0, 8)} <= set(arcs)


def test_the_view_tells_what_it_was_told_and_what_is_there(pack: Pack) -> None:
    assert (pack.view["run"], pack.view["text"], pack.view["kind"]) == ("reverser", "…", "episode")
    assert (pack.view["parts"], pack.view["heads"], pack.view["width"]) == (["stack 0"], [], 4)
    assert (pack.view["steps"], pack.view["exact"], pack.view["notes"]) == (9, True, [])


def test_padding_is_cut_off() -> None:
    found = episode_pack(record(small_model("two stacks"), INPUTS), 1, {})
    assert found.view["steps"] == 4
    assert found.arrays["contents"].shape[:2] == (2, 4)
    assert {len(found.arrays[name]) for name in ("input", "output", "policy", "probability")} == {4}


def test_heads_of_a_tape_come_with_their_weights() -> None:
    trace = record(small_model("ntm"), INPUTS)
    found = episode_pack(trace, 0, {})
    assert found.arrays["weights"].shape == (4, 7, trace.sizes["slot"])
    np.testing.assert_allclose(
        found.arrays["weights"][2], trace["write_weights"][0, :, 0], rtol=1e-3, atol=1e-6
    )
    assert set(found.arrays["arc_head"].tolist()) <= {0, 1}


def test_a_trace_of_the_least_that_there_can_be_is_shown() -> None:
    trace = record(small_model("stack"), INPUTS)
    bare = trace[list(REQUIRED)].assign_attrs(dict.fromkeys(trace.attrs))
    bare.attrs = {"schema_version": 1}
    found = episode_pack(bare, 0, {})
    assert set(found.arrays) == {"input", "output", "action", "probability"}
    assert (found.view["parts"], found.view["policy"], found.view["exact"]) == ([], [], None)


@pytest.mark.parametrize("name", ["memory", "push_value", "actions", "reading", "memory_before"])
def test_a_trace_that_lacks_one_thing_is_shown(name: str) -> None:
    trace = record(small_model("two stacks"), INPUTS)
    assert episode_pack(trace.drop_vars(name), 0, {}).view["steps"] == 7


def test_a_network_without_a_memory_is_shown() -> None:
    found = episode_pack(record(small_model("none"), INPUTS), 0, {})
    assert found.arrays["action"].shape == (7, 0)
    assert found.view["parts"] == []


def test_where_the_memory_was_changed_by_hand_nothing_is_followed() -> None:
    where = np.zeros(INPUTS.shape, bool)
    where[:, 3] = True
    found = episode_pack(
        record(small_model(), INPUTS, interventions=(FreezeMemory(jnp.asarray(where)),)), 0, {}
    )
    assert not {"origin", "arc_read"} & set(found.arrays)
    assert any("more than the ops changed the memory" in note for note in found.view["notes"])


def test_where_the_reading_was_zeroed_contents_are_still_followed() -> None:
    found = episode_pack(record(small_model(), INPUTS, interventions=(ZeroReading(),)), 0, {})
    assert "origin" in found.arrays
    assert "arc_read" not in found.arrays


def test_what_is_too_much_is_left_out_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(episode_view, "MOST_CONTENTS", 10)
    monkeypatch.setattr(episode_view, "MOST_STEPS", 6)
    found = episode_pack(record(small_model(), INPUTS), 0, {})
    assert not {"contents", "origin", "share", "arc_read"} & set(found.arrays)
    assert "norm" in found.arrays
    assert any("contents of 7 steps are left out" in note for note in found.view["notes"])
    assert any("more than 6 steps" in note for note in found.view["notes"])
