"""One way to train for every task: candidates, the first that generalises, and why none does."""

import json
import math
from pathlib import Path

import pytest

from mannscope.errors import MannscopeError
from mannscope.planted import plant
from mannscope.tasks import rows
from mannscope.training import Configuration, Network, Training, candidates, load, portfolio, train_portfolio
from mannscope.training.asked import settle
from mannscope.training.candidates import Candidate
from mannscope.training.explained import explain_failure
from mannscope.training.templates import GATED, TEMPLATES, Template, base_rate_loss, in_order

TASK, MEMORY = {"name": "reversal", "alphabet": 3}, {"name": "stack", "width": 2}
QUICK = {"chunk": 2, "checkpoint_every": 2, "evaluate_every": 2, "batch": 2}
FIRST = Template("first", {"name": "rnn", "hidden": 4}, {"steps": 4, **QUICK})
SECOND = Template(
    "second", {"name": "feed_forward", "hidden": 4}, {"steps": 8, **QUICK}, {"decay_below": 0.1}
)
DATA = {"largest": 2}


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three candidates of a few steps, of which the first round takes two."""
    monkeypatch.setattr(portfolio, "TEMPLATES", (FIRST, SECOND, SECOND))
    monkeypatch.setattr(portfolio, "FIRST_STEPS", 2)
    monkeypatch.setattr(candidates, "EPISODES", 8)


def test_the_base_rate_answers_by_how_frequent_outputs_are() -> None:
    configuration = Configuration({"name": "reversal", "alphabet": 8}, MEMORY, training=Training(largest=4))
    assert base_rate_loss(configuration) == pytest.approx(math.log(8), abs=0.02)
    given = rows([(symbol, "y" if symbol == "b" else "x") for symbol in "abcdefghij"])
    assert 0 < base_rate_loss(Configuration(given, {"name": "none"})) < math.log(2)


def test_thresholds_are_shares_of_it() -> None:
    made = GATED.configure(TASK, MEMORY, DATA, 5)
    base = base_rate_loss(made)
    assert made.training.noise_below == pytest.approx(0.22 * base)
    assert made.training.decay_below == pytest.approx(0.035 * base)
    assert (made.training.largest, made.seed, made.controller["name"]) == (2, 5, "gated_mlp")


def test_all_are_begun_and_the_better_half_goes_on(tmp_path: Path) -> None:
    lines: list[str] = []
    found = train_portfolio(TASK, MEMORY, tmp_path / "run", seed=4, data=DATA, log=lines.append)
    steps = [candidate.steps for candidate in found.candidates]
    assert steps[0] in (2, 4)  # at most the end of its training
    assert sorted(steps) in ([2, 4, 8], [2, 4, 4], [2, 2, 8])
    assert [candidate.seed for candidate in found.candidates] == [4, 4, 1004]
    assert [line for line in lines if line.startswith("candidate 3 of 3: second, seed 1004")]
    assert not found.generalises
    assert "Nothing generalises" in str(found)


def test_the_chosen_network_is_the_run(tmp_path: Path) -> None:
    found = train_portfolio(TASK, MEMORY, tmp_path / "run", data=DATA)
    assert load(tmp_path / "run").fingerprint == found.network.fingerprint
    written = json.loads((tmp_path / "run" / "portfolio.json").read_text())
    assert written["asked"]["data"] == {**DATA, "shapes": ["random"]}
    assert written["chosen"] == found.chosen
    assert {path.name for path in (tmp_path / "run" / "candidates").iterdir()} == {
        "1-first",
        "2-second",
        "3-second",
    }


def test_the_first_that_generalises_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portfolio, "PROMISING", 100.0)
    monkeypatch.setattr(portfolio, "measure", lambda network: {"6": 1.0, "8": 0.99})
    found = train_portfolio(TASK, MEMORY, data=DATA)
    assert found.generalises
    assert (found.chosen, [candidate.steps for candidate in found.candidates]) == (0, [4, 0, 0])
    assert found.why == ("It stopped since the network is exact at 3 and 4 times the size trained on.",)


def test_an_interrupted_portfolio_goes_on_to_the_same_network(tmp_path: Path) -> None:
    whole = train_portfolio(TASK, MEMORY, tmp_path / "whole", data=DATA)
    seen = []

    def interrupt(progress: object) -> None:
        seen.append(progress)
        if len(seen) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_portfolio(TASK, MEMORY, tmp_path / "cut", data=DATA, report=interrupt)
    with pytest.raises(MannscopeError, match="a folder of its own"):
        train_portfolio(TASK, MEMORY, tmp_path / "cut", data=DATA)
    with pytest.raises(MannscopeError, match="what is resumed must be what"):
        train_portfolio(TASK, MEMORY, tmp_path / "cut", seed=1, data=DATA, resume=True)
    resumed = train_portfolio(TASK, MEMORY, tmp_path / "cut", data=DATA, resume=True)
    assert resumed.network.fingerprint == whole.network.fingerprint
    assert resumed.candidates == whole.candidates


def test_a_memory_gets_as_many_keys_as_there_are_symbols() -> None:
    # 3 symbols, # and _: the default of 16 is enough; 64 keys and values, # and . need 66
    assert settle(TASK, "delta", 0, {})["memory"]["key_width"] == 16
    assert settle("multi_query_recall", "delta", 0, {})["memory"]["key_width"] == 66
    given = {"name": "delta", "key_width": 8}
    assert settle("multi_query_recall", given, 0, {})["memory"]["key_width"] == 8
    assert settle("multi_query_recall", "attention", 0, {})["memory"]["key_width"] == 16


def test_sizes_stay_where_parts_can_differ() -> None:
    # 32 keys: five times 6 is 30
    assert settle("multi_query_recall", "delta", 0, {})["data"]["largest"] == 6
    assert settle("multi_query_recall", "delta", 0, {"largest": 9})["data"]["largest"] == 9
    assert "largest" not in settle(TASK, "delta", 0, {})["data"]


def test_what_suits_a_memory_of_keys_comes_first() -> None:
    names = [one.name for one in TEMPLATES]
    first = "linear recurrent"
    assert [one.name for one in in_order(TEMPLATES, {"name": "stack"})] == names
    for memory in ("delta", "attention"):
        ordered = [one.name for one in in_order(TEMPLATES, {"name": memory})]
        assert ordered == [first, *(name for name in names if name != first)]


def test_options_of_how_to_train_are_refused() -> None:
    with pytest.raises(MannscopeError, match="data must have options among smallest, largest"):
        train_portfolio(TASK, MEMORY, data={"steps": 3})


def test_the_worst_size_and_shape_decides() -> None:
    assert not Candidate("a", 0, 9, 0.1, {"30 left": 1.0, "30 right": 0.98}, True).generalises
    assert Candidate("a", 0, 9, 0.1, {"30": 1.0, "40": 0.99}, True).generalises


@pytest.mark.parametrize(
    ("kind", "loss", "said"),
    [
        ("reverser", 1.0, ("can play a stack", "are not learned: the loss is 50%")),
        (
            "forgetful reverser",
            0.01,
            ("training failed, not the memory", "controller's own state may hold it"),
        ),
    ],
)
def test_what_is_in_the_way_is_told(kind: str, loss: float, said: tuple[str, ...]) -> None:
    lines = " ".join(explain_failure(plant(kind), 2.0, loss, {"12": 0.5}))
    assert "in 0.500 beyond it" in lines
    assert all(part in lines for part in said), lines


def test_a_memory_that_plays_another_machine_is_named() -> None:
    configuration = Configuration(TASK, {"name": "stratification_queue"}, training=Training(largest=2))
    lines = explain_failure(Network.fresh(configuration), 1.1, 0.01, {})
    assert "need a stack, and it can play a queue" in " ".join(lines)
