"""The package `dnc`, 1.1.0, as it comes: what its memory does, and what its controller never receives."""

import json
from pathlib import Path
from typing import Any

import jax
import numpy as np
import pytest
import xarray as xr

from mannscope.analyses import ReadSources, Separation, mine
from mannscope.cli import main
from mannscope.errors import MannscopeError
from mannscope.figures import memory, show_table
from mannscope.interventions import Ablation, AblationEffect, Force
from mannscope.memories import HeadMove
from mannscope.pytorch import Place, TorchNetwork, ablate_torch, record_torch, torch_dnc
from mannscope.tasks import Episode, Reversal
from mannscope.traces import anatomy, save

torch = pytest.importorskip("torch")
dnc = pytest.importorskip("dnc")

TASK = Reversal(alphabet=4)
SIZES = {"slot": 7, "width": 5, "read_head": 2, "write_head": 1, "mode": 3, "actor": 3, "hidden": 8}
VARIANTS = [{}, {"independent_linears": True}, {"share_memory": False}, {"rnn_type": "gru"}, {"clip": 0}]


def network(**options: Any) -> Any:
    """Make a network with random weights."""
    torch.manual_seed(0)
    sizes = {"nr_cells": 7, "cell_size": 5, "read_heads": 2, "num_hidden_layers": 1}
    return dnc.DNC(input_size=6, hidden_size=8, gpu_id=-1, **sizes, **options)


@pytest.fixture(scope="module")
def episodes() -> Episode:
    """Sixteen episodes of three symbols."""
    return jax.vmap(lambda key: TASK.sample(key, 3, largest=3))(jax.random.split(jax.random.key(0), 16))


@pytest.fixture(scope="module")
def trace(episodes: Episode) -> xr.Dataset:
    return record_torch(torch_dnc(network(), outputs=4), episodes, task=TASK)


def relied_on(episodes: Episode, **options: Any) -> dict[Ablation, AblationEffect]:
    """Take every part away."""
    found = ablate_torch(torch_dnc(network(**options), outputs=4), episodes, task=TASK)
    return {one.kind: one for one in found}


def test_with_one_layer_the_controller_never_receives_what_is_read(episodes: Episode) -> None:
    found = relied_on(episodes)
    assert found[Ablation.ZERO_READING].hidden_change == 0
    assert found[Ablation.FREEZE_MEMORY].hidden_change == 0
    assert found[Ablation.ZERO_READING].output_change > 1e-3  # the readout receives it
    assert found[Ablation.CUT_RECURRENCE].hidden_change > 1e-2


@pytest.mark.parametrize("options", [{}, {"share_memory": False}])
def test_with_two_layers_the_second_receives_what_the_first_has_read(
    episodes: Episode, options: dict[str, bool]
) -> None:
    found = relied_on(episodes, num_layers=2, **options)
    assert found[Ablation.ZERO_READING].hidden_change > 1e-3
    assert found[Ablation.FREEZE_MEMORY].hidden_change > 1e-3


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("options", VARIANTS)
def test_steps_are_what_the_network_does_on_sequences(
    episodes: Episode, layers: int, options: dict[str, Any]
) -> None:
    trace = record_torch(
        torch_dnc(network(num_layers=layers, **options)), episodes, task=None, symbols="012345"
    )
    assert trace.attrs["difference_to_whole"] < 1e-6
    assert {name: trace.sizes[name] for name in SIZES} == SIZES


def test_steps_that_hand_the_reading_on_are_not_what_it_does(episodes: Episode) -> None:
    handed_on = TorchNetwork(network(), {"hidden": Place("state[0][0][0][-1]", ("episode", "hidden"))})
    with pytest.raises(MannscopeError, match=r"single steps.* must give what the module gives on whole"):
        record_torch(handed_on, episodes, symbols=TASK.symbols)


@pytest.mark.parametrize("options", VARIANTS)
def test_what_is_written_explains_what_is_read(episodes: Episode, options: dict[str, Any]) -> None:
    trace = record_torch(torch_dnc(network(**options)), episodes, symbols=TASK.symbols)
    for head in (0, 1):
        assert ReadSources(episode=3, head=head)(trace).error < 1e-6


def test_the_write_weights_are_those_of_the_gates(trace: xr.Dataset) -> None:
    """Graves et al. (2016), equation (10): the write gate bounds what is written at all."""
    written = trace["write_weights"].sum("slot")
    assert (written <= trace["write_gate"] + 1e-6).all()
    np.testing.assert_allclose(trace["read_mode"].sum("mode"), 1, rtol=1e-5)


def test_heads_act_and_their_policy_is_mined(trace: xr.Dataset) -> None:
    found = mine(trace)
    assert tuple(found.actor_agreement) == ("read head 0", "read head 1", "write head 0")
    assert set(sum(found.partition.values(), ())) == set(TASK.symbols)
    largest = trace["write_weights"].values[:, :, 0].argmax(-1)
    stays = trace["action"].values[:, 1:, 2] == HeadMove.STAY
    np.testing.assert_array_equal(stays, np.diff(largest, axis=1) == 0)


def test_the_policy_site_is_that_of_the_gates(trace: xr.Dataset) -> None:
    assert Separation(permutations=20)(trace).probe.value > 0.5
    assert anatomy(trace).policy == ("free_gate", "allocation_gate", "write_gate", "read_mode")


def test_its_memory_is_drawn_and_told(trace: xr.Dataset) -> None:
    assert memory(trace).get_ylabel().startswith("slot")
    told = [column.header.plain for column in show_table(trace).columns]
    assert told == ["step", "read", "category", "read head 0", "read head 1", "write head 0", "output"]


def test_a_saved_trace_is_shown_and_mined_by_the_command_line(
    trace: xr.Dataset, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = str(save(trace, tmp_path / "dnc.nc"))
    assert main(["show", path, "--episode", "2", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["tokens"] == [TASK.symbols[i] for i in trace["input"].values[2]]
    assert told["actions"][0].keys() == {"read head 0", "read head 1", "write head 0"}
    assert main(["mine", path, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["episodes"] == 16


@pytest.mark.parametrize("options", [{"debug": True}, {"batch_first": False}])
def test_a_network_made_otherwise_is_refused(options: dict[str, bool]) -> None:
    with pytest.raises(MannscopeError, match=r"a dnc\.DNC, batch first, without debug"):
        torch_dnc(network(**options))


def test_another_class_is_refused_by_its_name() -> None:
    with pytest.raises(MannscopeError, match="Got LSTM"):
        torch_dnc(torch.nn.LSTM(2, 2))


def test_its_heads_go_where_they_are_forced_and_write_there(episodes: Episode) -> None:
    """They come out of no submodule, but are forced where they are made, gated as they are."""
    subject = torch_dnc(network(), outputs=4).on(TASK, largest=3)
    assert not {"force", "replace", "discretise"} & set(subject.refusals)
    inputs = np.asarray(episodes.inputs)
    actions = np.full((*inputs.shape, 3), -1)
    actions[:, 1:, 2] = HeadMove.RIGHT
    made = subject.record(inputs, interventions=(Force(jax.numpy.asarray(actions)),))
    slot = made["write_weights"].values[:, :, 0].argmax(-1)
    assert (np.diff(slot, axis=1) % 7 == 1).all()
    assert (made["write_weights"].sum("slot") < 0.99).all()  # the write gate is as it was
    assert ReadSources(episode=3)(made).error < 1e-6
    plain = subject.record(inputs)
    assert abs(plain["logits"] - made["logits"]).max() > 1e-4
