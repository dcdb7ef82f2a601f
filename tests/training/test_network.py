"""A network with its task: what it runs, draws and records."""

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from mannscope.models import replay
from mannscope.tasks import Episode
from mannscope.traces import check
from mannscope.training import Configuration, Network

DOCUMENT = Path(__file__).parents[2] / "docs" / "trace.md"


@pytest.fixture(scope="module")
def episodes(untrained: Network) -> Episode:
    return untrained.sample(0, 3, 2)


@pytest.fixture(scope="module")
def trace(untrained: Network, episodes: Episode) -> xr.Dataset:
    return untrained.record(episodes)


def documented(column: str) -> set[str]:
    """Names in the first column of the table of `docs/trace.md` that has this head."""
    table = DOCUMENT.read_text().split(f"| {column} |")[1].split("\n\n")[0]
    return {name for row in table.splitlines()[2:] for name in re.findall(r"`(\w+)`", row.split("|")[1])}


def test_a_trace_has_the_documented_variables(trace: xr.Dataset) -> None:
    assert documented("variable") <= set(trace.variables)
    assert {"variable_depth", "variable_top"} <= set(trace.variables)
    check(trace)


def test_a_trace_has_the_documented_coordinates(trace: xr.Dataset) -> None:
    assert {"symbol", "actor", "stack_action"} <= documented("coordinate") <= set(trace.coords)


def test_a_trace_has_the_documented_attributes(trace: xr.Dataset) -> None:
    assert {"schema_version", "anatomy", "configuration"} <= documented("attribute") <= set(trace.attrs)


def test_a_trace_carries_its_episodes(trace: xr.Dataset, episodes: Episode) -> None:
    for name, part in (("input", "inputs"), ("target", "targets"), ("answer", "answer")):
        np.testing.assert_array_equal(trace[name], getattr(episodes, part))
    np.testing.assert_array_equal(trace["variable_depth"], episodes.variables["depth"])


def test_a_trace_names_its_task_memory_and_network(trace: xr.Dataset, untrained: Network) -> None:
    assert (trace.attrs["task"], trace.attrs["memory"]) == ("reversal", "stack")
    assert json.loads(trace.attrs["configuration"]) == untrained.configuration.to_dict()
    assert trace.attrs["fingerprint"] == untrained.fingerprint
    assert trace["input_symbol"].values.tolist() == ["0", "1", "#", "_"]


def test_a_trace_of_a_network_replays(trace: xr.Dataset, untrained: Network) -> None:
    assert replay(untrained.model.memory, trace) < 1e-5


def test_a_bare_sequence_is_recorded_without_what_a_task_knows(untrained: Network, trace: xr.Dataset) -> None:
    bare = untrained.record([0, 1, 2, 3, 3])
    assert bare["input"].values.tolist() == [[0, 1, 2, 3, 3]]
    assert set(trace.variables) - set(bare.variables) >= {"category", "target", "variable_depth"}


def test_the_logits_are_those_of_the_trace(untrained: Network, episodes: Episode, trace: xr.Dataset) -> None:
    logits = untrained.logits(episodes.inputs)
    np.testing.assert_allclose(logits, trace["logits"], rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(untrained.actions(episodes.inputs), trace["action"])


def test_a_seed_draws_the_same_episodes_again(untrained: Network, episodes: Episode) -> None:
    assert np.array_equal(untrained.sample(0, 3, 2).inputs, episodes.inputs)
    several = [untrained.sample(seed, 3, 2).inputs for seed in range(1, 5)]
    assert not all(np.array_equal(drawn, episodes.inputs) for drawn in several)


def test_episodes_are_drawn_from_the_held_out_split(tiny: Configuration, tmp_path: Path) -> None:
    rows = [" ".join(np.binary_repr(number, 5)) for number in range(32)]
    (tmp_path / "rows.csv").write_text("input,target\n" + "".join(f"{row},{row}\n" for row in rows))
    network = Network.fresh(replace(tiny, task={"name": "table", "path": str(tmp_path / "rows.csv")}))
    drawn = {tuple(row) for row in np.asarray(network.sample(0, 40, 5).inputs).tolist()}
    assert drawn == {tuple(row) for row in network.task.data.held_out.inputs.tolist()}


def test_the_fingerprint_is_of_weights_and_configuration(untrained: Network, tiny: Configuration) -> None:
    same, other = Network.fresh(tiny), Network.fresh(replace(tiny, seed=1))
    relabelled = replace(untrained, configuration=replace(tiny, seed=1))
    assert same.fingerprint == untrained.fingerprint
    assert len({same.fingerprint, other.fingerprint, relabelled.fingerprint}) == 3


def test_the_untrained_control_has_other_weights_of_the_same_shapes(untrained: Network) -> None:
    twin = untrained.untrained_control()
    assert twin.configuration == untrained.configuration
    one, other = (network.model.controller.layer.recurrent for network in (untrained, twin))
    assert one.shape == other.shape
    assert not np.allclose(one, other)
