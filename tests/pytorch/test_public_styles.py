"""Modules in the style of public ones are recorded as they are, whatever form they have."""

from typing import Any

import numpy as np
import pytest
import xarray as xr

from mannscope.analyses import Mining, ReadSources
from mannscope.errors import MannscopeError
from mannscope.figures import memory
from mannscope.interventions import Ablation
from mannscope.pytorch import Patterns, Place, TorchNetwork, ablate_torch, record_torch

torch = pytest.importorskip("torch")

import public_style as public  # noqa: E402

HIDDEN = ("episode", "hidden")
BITS, WIDTH = Patterns.bits(public.BITS), public.WIDTH
SYMBOLS = np.random.default_rng(0).integers(0, 8, (16, 9))
INPUTS, LABELS = np.array([[0, 1, 2, 1, 0], [2, 2, 0, -1, -1]]), {"symbols": ("a", "b", "c")}


def written(part: int, squash: Any) -> Place:
    """Give the place of what the head erases or adds."""
    cut = slice(-2 * WIDTH, -WIDTH) if part == 0 else slice(-WIDTH, None)
    return Place("writer.emit", ("episode", "write_head", "width"), of=lambda raw: squash(raw[:, None, cut]))


def turing_machine(**more: Any) -> TorchNetwork:
    """Describe the machine: memory in an attribute, batch second, bits, a circle of slots."""
    machine = public.TuringMachine()
    return TorchNetwork(
        machine,
        {
            "hidden": Place("self.last[1][0][0]", HIDDEN),
            "memory": Place("self.tape.cells", ("episode", "slot", "width")),
            "read_weights": Place(
                "self.last[2][0]", ("episode", "read_head", "slot"), of=lambda w: w[:, None]
            ),
            "write_weights": Place(
                "self.last[2][1]", ("episode", "write_head", "slot"), of=lambda w: w[:, None]
            ),
            "reading": Place("self.last[0]", ("episode", "read_head", "width"), of=lambda r: r[:, None]),
            "erase": written(0, torch.sigmoid),
            "add": written(1, lambda raw: raw),
        },
        step=lambda rows, state: (machine(rows)[0], None),
        whole=machine.run,
        initial=machine.init_sequence,
        batch="second",
        encode=BITS.encode,
        decode=BITS.by_bits,
        reads="before writing",
        circular=True,
        **more,
    )


@pytest.fixture(scope="module")
def machine() -> xr.Dataset:
    return record_torch(turing_machine(), SYMBOLS, symbols=BITS.names, outputs=BITS.names)


def test_a_turing_machine_of_others_steps_as_it_runs(machine: xr.Dataset) -> None:
    assert machine.attrs["difference_to_whole"] < 1e-6
    assert machine["memory"].dims == ("episode", "step", "slot", "width")
    assert machine["logits"].shape == (16, 9, 8)


def test_what_was_in_its_memory_before_is_recorded(machine: xr.Dataset) -> None:
    before, after = machine["memory_before"].values, machine["memory"].values
    np.testing.assert_array_equal(before[:, 1:], after[:, :-1])
    np.testing.assert_allclose(before[3, 0], public.TuringMachine().tape.start, rtol=1e-6)


@pytest.mark.parametrize("episode", [0, 7])
def test_what_is_written_explains_what_is_read(machine: xr.Dataset, episode: int) -> None:
    assert ReadSources(episode)(machine).error < 1e-5
    assert ReadSources(episode)(machine.drop_vars("memory_before")).error > 0.05


def test_its_heads_go_round_in_their_directions(machine: xr.Dataset) -> None:
    found = Mining()(machine)
    assert list(found.policy.values()) == [{"read head 0": "LEFT", "write head 0": "RIGHT"}]
    assert found.agreement == 1
    assert machine["write_weights"].values.argmax(-1).max() == public.SLOTS - 1  # it has been round
    assert memory(machine).get_ylabel().startswith("slot")


def test_its_memory_in_an_attribute_is_ablated() -> None:
    network = turing_machine()
    found = {one.kind: one for one in ablate_torch(network, SYMBOLS, symbols=BITS.names)}
    assert set(found) == set(Ablation)
    assert all(one.output_change > 1e-3 for one in found.values())
    frozen = record_torch(network, SYMBOLS, symbols=BITS.names, ablation=Ablation.FREEZE_MEMORY)
    start = network.module.tape.start
    np.testing.assert_allclose(frozen["memory"][3, 5], start, rtol=1e-6)


def looping(batch_first: bool, **more: Any) -> TorchNetwork:
    """Describe the module that loops over steps."""
    return TorchNetwork(
        public.Looping(batch_first),
        {
            "hidden": Place("cell[0]", HIDDEN),
            "held": Place("self.held", ("episode", "cell")),
            "refined": Place("refine", HIDDEN),
            "refined_first": Place("refine", HIDDEN, call=0),
            "refined_each": Place("refine", ("repetition", *HIDDEN), call=None),
        },
        looped="embed",
        batch="first" if batch_first else "second",
        **more,
    )


@pytest.mark.parametrize("batch_first", [True, False])
def test_a_module_that_loops_by_itself_is_recorded_by_its_cells(batch_first: bool) -> None:
    network = looping(batch_first)
    trace = record_torch(network, INPUTS, **LABELS)
    rows, state = torch.eye(3)[torch.tensor(INPUTS[0])], None
    with torch.no_grad():
        for step, row in enumerate(rows):
            hidden, cell = network.module.cell(network.module.embed(row[None]).tanh(), state)
            np.testing.assert_allclose(trace["hidden"][0, step], hidden[0], rtol=1e-5, atol=1e-6)
            np.testing.assert_allclose(trace["held"][0, step], cell[0], rtol=1e-5, atol=1e-6)
            for _ in range(3):
                hidden = hidden + network.module.refine(hidden).tanh()
            np.testing.assert_allclose(
                trace["logits"][0, step], network.module.out(hidden)[0], rtol=1e-4, atol=1e-6
            )
            state = (hidden, cell)


def test_every_call_of_a_layer_is_recorded() -> None:
    trace = record_torch(looping(True), INPUTS, **LABELS)
    assert trace["refined_each"].dims == ("episode", "step", "repetition", "hidden")
    assert trace.sizes["repetition"] == 3
    np.testing.assert_array_equal(trace["refined_each"][:, :, 0], trace["refined_first"])
    np.testing.assert_array_equal(trace["refined_each"][:, :, 2], trace["refined"])
    assert (trace["refined_first"] != trace["refined"]).any()


def test_a_submodule_that_is_called_more_often_than_once_a_step_begins_no_step() -> None:
    network = TorchNetwork(public.Looping(), {"hidden": Place("refine", HIDDEN)}, looped="refine")
    with pytest.raises(
        MannscopeError, match=r"'refine' must be called once in every step, 5 times\. Got 15 calls"
    ):
        record_torch(network, INPUTS, **LABELS)


def test_a_call_that_never_comes_is_refused() -> None:
    places = {"hidden": Place("cell[0]", HIDDEN), "fourth": Place("refine", HIDDEN, call=3)}
    with pytest.raises(
        MannscopeError, match=r"at every step, for its call 3.* Got 3 calls of 'refine' at step 0"
    ):
        record_torch(TorchNetwork(public.Looping(), places, looped="embed"), INPUTS, **LABELS)


def test_a_module_of_one_sequence_at_a_time_is_run_on_each() -> None:
    module = public.Alone()
    network = TorchNetwork(module, {"hidden": Place("state", ("hidden",))}, batch="one", recurrent="state")
    trace = record_torch(network, INPUTS, **LABELS)
    assert trace.attrs["difference_to_whole"] < 1e-6
    with torch.no_grad():
        expected = module(torch.eye(3)[torch.tensor(INPUTS[1, :3])])[0]
    np.testing.assert_allclose(trace["logits"][1, :3], expected, rtol=1e-5, atol=1e-6)
    (found,) = ablate_torch(network, INPUTS, **LABELS)
    assert found.hidden_change > 1e-2


def test_a_memory_that_grows_is_filled_up_with_zeros() -> None:
    module = public.Growing()
    network = TorchNetwork(
        module,
        {
            "hidden": Place("state[0]", HIDDEN),
            "memory": Place("state[1]", ("episode", "slot", "width")),
            "read_weights": Place("self.weights", ("episode", "read_head", "slot"), of=lambda w: w[:, None]),
        },
        step=module,
        initial=lambda episodes: (torch.zeros(episodes, 4), torch.zeros(episodes, 0, 4)),
    )
    trace = record_torch(network, INPUTS, **LABELS)
    assert trace["memory"].shape == trace["memory_before"].shape == (2, 5, 5, 4)
    assert trace.attrs["slots"] == 5
    for step in range(5):
        np.testing.assert_array_equal(trace["memory"][:, step, step], trace["hidden"][:, step])
        assert not trace["memory"][:, step, step + 1 :].any()
        assert not trace["memory_before"][:, step, step:].any()
    np.testing.assert_allclose(trace["read_weights"].sum("slot"), 1, rtol=1e-5)
    assert (trace["action"][:, 0] == -1).all()  # there was no slot to start from


def test_several_layers_are_several_sites() -> None:
    torch.manual_seed(0)
    lstm = torch.nn.LSTM(3, 3, 2, batch_first=True)
    places = {
        "hidden": Place("state[0][-1]", HIDDEN),
        "layers": Place("state[0]", ("layer", *HIDDEN)),
        "cells": Place("state[1]", ("layer", "episode", "cell")),
    }
    trace = record_torch(TorchNetwork(lstm, places), INPUTS, **LABELS)
    assert trace["layers"].dims == ("episode", "step", "layer", "hidden")
    np.testing.assert_array_equal(trace["layers"].sel(layer=1), trace["hidden"])
    assert (trace["layers"].sel(layer=0) != trace["hidden"]).any()


def test_a_state_is_handed_over_at_the_start() -> None:
    torch.manual_seed(0)
    gru = torch.nn.GRU(3, 3, batch_first=True)
    network = TorchNetwork(gru, {"hidden": Place("state[0]", HIDDEN)})
    whole = record_torch(network, INPUTS[:1], **LABELS)
    state = torch.tensor(whole["hidden"].values[None, :, 1])
    rest = record_torch(network, INPUTS[:1, 2:], **LABELS, state=state)
    np.testing.assert_allclose(rest["logits"], whole["logits"][:, 2:], rtol=1e-5)
    assert rest.attrs["difference_to_whole"] < 1e-6
    with pytest.raises(MannscopeError, match=r"can be handed a state.* looped='embed'"):
        record_torch(looping(True), INPUTS, **LABELS, state=state)


def test_a_matrix_as_a_state_is_seen_by_a_hook() -> None:
    network = TorchNetwork(
        public.LinearAttention(),
        {
            "hidden": Place("embed", HIDDEN),
            "memory": Place("matrix", ("episode", "value", "key")),
            "written_key": Place("key", ("episode", "key")),
            "written_value": Place("value", ("episode", "value")),
        },
        looped="embed",
    )
    trace = record_torch(network, INPUTS, **LABELS)
    products = np.einsum("etv,etk->etvk", trace["written_value"], trace["written_key"])
    np.testing.assert_allclose(trace["memory"], products.cumsum(1), rtol=1e-4, atol=1e-6)


def transformer(**options: Any) -> TorchNetwork:
    """Describe the layer, which gives all steps at once."""
    return TorchNetwork(
        public.Transformer(**options),
        {
            "hidden": Place("after", ("episode", "step", "hidden")),
            "read_weights": Place("attend[1]", ("episode", "read_head", "step", "slot")),
        },
    )


def test_a_transformer_gives_all_steps_at_once() -> None:
    network = transformer()
    trace = record_torch(network, INPUTS, **LABELS)
    assert trace["read_weights"].dims == ("episode", "step", "read_head", "slot")
    assert trace["read_weights"].shape == (2, 5, 2, 5)
    assert trace.attrs["difference_to_whole"] < 1e-6
    np.testing.assert_allclose(trace["read_weights"].sum("slot"), 1, rtol=1e-5)
    assert not np.triu(trace["read_weights"].transpose("episode", "read_head", "step", "slot"), 1).any()
    with torch.no_grad():
        expected = network.module.out(torch.tensor(trace["hidden"].values))
    np.testing.assert_allclose(trace["logits"], expected, rtol=1e-4, atol=1e-6)


def test_a_transformer_that_looks_ahead_is_refused() -> None:
    with pytest.raises(
        MannscopeError, match="the first half of sequences must give what it gives within whole"
    ):
        record_torch(transformer(causal=False), INPUTS, **LABELS)
