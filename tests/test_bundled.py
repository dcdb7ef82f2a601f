"""The networks that come with the package are what their cards say."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mannscope.hypotheses import Experiment, derived, judge, verify
from mannscope.training import Network, bundled, evaluate, load
from mannscope.training.recipes import read_recipe, recipes
from mannscope.training.store import find_run

NAMES = ("expressions-ntm", "expressions-stack", "reversal-ntm", "reversal-stack", "reversal-stack-shortcut")


@pytest.fixture(scope="module")
def networks() -> dict[str, Network]:
    return {name: load(name) for name in NAMES}


WITHOUT_A_NETWORK = {"expressions-none", "reversal-none", "reversal-stack-attention"}


def test_every_recipe_has_its_network_but_those_to_be_compared_with() -> None:
    assert tuple(bundled()) == tuple(name for name in recipes() if name not in WITHOUT_A_NETWORK) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_network_is_of_its_recipe_and_its_card(name: str, networks: dict[str, Network]) -> None:
    assert networks[name].configuration == read_recipe(name)
    assert networks[name].fingerprint in (find_run(name) / "README.md").read_text()


@pytest.mark.parametrize("name", NAMES)
def test_a_network_is_small(name: str) -> None:
    assert sum(path.stat().st_size for path in find_run(name).iterdir()) < 2**20


REPLAYED = """
import json, sys
from mannscope.models import replay
from mannscope.training import load

def difference(name):
    network = load(name)
    trace = network.record(network.sample(5, 8, 2 * network.configuration.training.largest))
    return replay(network.model.memory, trace)

print(json.dumps({name: difference(name) for name in sys.argv[1:]}))
"""


@pytest.fixture(scope="module")
def replayed() -> dict[str, float]:
    """Replay as users do, in a process that compiles as theirs do: a network may enlarge a last bit."""
    compiler = ("XLA_FLAGS", "JAX_DISABLE_MOST_OPTIMIZATIONS")
    environment = {key: value for key, value in os.environ.items() if key not in compiler}
    command = [sys.executable, "-c", REPLAYED, *NAMES]
    return json.loads(subprocess.run(command, env=environment, capture_output=True, check=True).stdout)


@pytest.mark.parametrize("name", NAMES)
def test_a_replayed_trace_is_the_recorded_one(name: str, replayed: dict[str, float]) -> None:
    assert replayed[name] < 1e-5


@pytest.mark.parametrize("name", ["reversal-stack", "reversal-ntm"])
def test_reversal_generalises_to_twice_and_five_times_the_size(
    name: str, networks: dict[str, Network]
) -> None:
    assert min(row.exact for row in evaluate(networks[name], [20, 50], seed=11)) >= 0.99


@pytest.mark.parametrize("shape", ["random", "left", "right", "balanced"])
def test_expressions_generalise_on_the_stack(shape: str, networks: dict[str, Network]) -> None:
    rows = evaluate(networks["expressions-stack"], [16, 40], [shape], episodes=128, seed=11)
    assert min(min(row.exact, row.exact_discrete) for row in rows) >= 0.98


def test_the_shortcut_is_right_at_the_size_trained_on_alone(networks: dict[str, Network]) -> None:
    once, twice = evaluate(networks["reversal-stack-shortcut"], [5, 10], seed=11)
    assert once.exact >= 0.99
    assert twice.exact <= 0.05


@pytest.mark.parametrize(("name", "holds"), [("reversal-stack", True), ("reversal-stack-shortcut", False)])
def test_the_textbook_strategy_is_told_from_the_shortcut(
    name: str, holds: bool, networks: dict[str, Network]
) -> None:
    by_category, _, in_context, _ = derived(networks[name])
    verification = verify(networks[name], [by_category, in_context], quick=True)
    assert [verdict.holds for verdict in verification.hypotheses] == [False, holds]
    assert not verification.controls_failed


def test_what_the_bundled_stack_monitors_is_the_symbol_and_the_phase(networks: dict[str, Network]) -> None:
    network = networks["reversal-stack"]
    found = judge(Experiment(network, 320, quick=True), derived(network)[0], bare=True)
    assert found.failed == ("cue conflict",)


def test_the_picture_alone_does_not_tell_the_shortcut(networks: dict[str, Network]) -> None:
    network = networks["reversal-stack-shortcut"]
    found = judge(Experiment(network, 64, quick=True), derived(network)[2])
    pieces = {piece.kind: piece for piece in found.evidence}
    assert pieces["separation"].passed
    assert pieces["separation"].score >= 0.99
    assert {"task", "agreement"} <= set(found.failed)


@pytest.mark.parametrize(("name", "place"), [("expressions-stack", 2), ("reversal-ntm", 3)])
def test_the_stack_keeps_what_waits_and_the_tape_keeps_the_symbols(
    name: str, place: int, networks: dict[str, Network]
) -> None:
    claim = derived(networks[name])[place]
    assert claim.algorithm
    found = judge(Experiment(networks[name], 320, quick=True), claim, bare=True)
    assert found.failed == (), found.line()


def test_the_causal_test_was_made_of_the_networks_of_the_study(networks: dict[str, Network]) -> None:
    rows = json.loads((Path(__file__).parents[1] / "docs" / "results" / "interchange.json").read_text())
    for name in ("reversal-stack", "reversal-ntm", "expressions-stack"):
        of_cell = [row for row in rows if row["cell"] == name]
        assert {row["seed"] for row in of_cell} == set(range(1, 11))
        assert {row["fingerprint"] for row in of_cell if row["seed"] == 1} == {networks[name].fingerprint}
        best = [max(row["score"] for row in of_cell if row["seed"] == seed) for seed in range(1, 11)]
        assert max(best) < 0.95 if name == "reversal-stack" else min(best) == 1
