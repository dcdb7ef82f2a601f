"""A history of a tiny run, whose networks can do nothing, and of made-up moments."""

from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest

import mannscope.histories.observation as observation
from mannscope.errors import MannscopeError
from mannscope.histories import History, Moment, history
from mannscope.histories.observation import shares_lost
from mannscope.interventions import Discretise
from mannscope.tasks import base_rate
from mannscope.training import Configuration, Training, exact_accuracy, load_kept, train

TINY = Configuration(
    task={"name": "reversal", "alphabet": 2},
    memory={"name": "stack", "width": 3},
    controller={"name": "rnn", "hidden": 5},
    training=Training(steps=20, largest=3, batch=4, chunk=5, checkpoint_every=10, learning_rate=0.1),
)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that kept weights at steps 0, 10 and 20."""
    folder = tmp_path_factory.mktemp("runs") / "tiny"
    train(TINY, folder, keep_every=10)
    return folder


@pytest.fixture(scope="module")
def found(run: Path) -> History:
    """Its history."""
    return history(run, episodes=16)


def moment(step: int, agreement: float, exact: float) -> Moment:
    return Moment(step, (exact, 0.0), (exact, 0.0), (exact, 0.0), (agreement, 0.0), 0.5, {"part": None})


def made_up(*moments: Moment) -> History:
    return History("runs/a", (3, 6), (0.0, 0.0), moments, moment(0, 0.2, 0.0), 16, 0)


def test_a_history_has_a_moment_for_each_kept_step(found: History) -> None:
    assert [moment.step for moment in found.moments] == [0, 10, 20]
    assert (found.sizes, found.episodes) == ((3, 6), 16)


def test_the_final_network_agrees_with_itself(found: History) -> None:
    assert found.moments[-1].agreement == (1.0, 1.0)
    assert found.untrained.agreement != (1.0, 1.0)


def test_a_moment_has_the_accuracies_that_are_measured_one_by_one(run: Path, found: History) -> None:
    network, told = load_kept(run)[10], found.moments[1]
    for place, size in enumerate(found.sizes):
        episodes = network.sample(1 + place, 16, size)
        assert told.exact[place] == exact_accuracy(network, episodes).mean()
        assert told.exact_discrete[place] == exact_accuracy(network, episodes, (Discretise(),)).mean()


def test_what_is_lost_is_a_share_of_what_is_above_the_base_rate(run: Path) -> None:
    episodes = load_kept(run)[0].sample(0, 16, 3)
    right = np.asarray(episodes.targets)
    wrong = np.where(np.arange(16)[:, None] < 4, -2, right)
    room = 1 - base_rate(episodes)
    assert shares_lost(1.0, {"all": right * 0 - 2, "some": wrong, "none": right}, episodes) == {
        "all": pytest.approx(1 / room),
        "some": pytest.approx(0.25 / room),
        "none": 0,
    }


def test_where_there_is_too_little_to_lose_no_share_is_given(run: Path) -> None:
    episodes = load_kept(run)[0].sample(0, 16, 3)
    before = base_rate(episodes) + 0.2
    assert shares_lost(before, {"part": np.asarray(episodes.targets)}, episodes) == {"part": None}


def test_all_networks_are_run_by_one_compiled_program(run: Path, monkeypatch) -> None:
    traced = Mock(wraps=observation.unroll)
    monkeypatch.setattr(observation, "unroll", traced)
    counts = []
    history(run, episodes=11, log=lambda line: counts.append(traced.call_count))
    assert counts[0] == traced.call_count > 0


def test_the_same_seed_gives_the_same_history(run: Path, found: History) -> None:
    assert history(run, episodes=16).to_dict() == found.to_dict()
    assert history(run, episodes=16, seed=1).to_dict() != found.to_dict()


def test_learned_is_what_comes_to_stay() -> None:
    told = made_up(moment(0, 0.2, 0.0), moment(10, 0.97, 0.1), moment(20, 0.9, 0.96), moment(30, 1.0, 1.0))
    assert (told.since("agreement"), told.since("exact")) == (30, 20)
    assert (told.first("agreement"), told.first("exact")) == (10, 20)
    assert told.line() == "policy by step 30 (first at step 10), accuracy by step 20"
    assert told.since("agreement", 1) is None


def test_what_is_not_learned_is_said() -> None:
    assert made_up(moment(0, 1.0, 0.0)).line() == "policy by step 0, accuracy never 0.95"
    lost = made_up(moment(0, 1.0, 1.0), moment(10, 1.0, 0.5))
    assert lost.line() == "policy by step 0, accuracy 0.95 at step 0, and lost again"


def test_a_network_without_actors_has_accuracies_alone(tmp_path: Path) -> None:
    train(replace(TINY, memory={"name": "none"}), tmp_path, keep_every=20)
    told = history(tmp_path, episodes=4)
    assert told.moments[0].agreement is told.moments[0].cue_conflict is None
    assert "policy" not in told.line()


def test_a_history_is_ten_lines_a_table_and_plain_values(found: History) -> None:
    assert len(repr(found).splitlines()) <= 10
    assert len(found.table()) == 3
    plain = found.to_dict()
    assert [moment["step"] for moment in plain["moments"]] == [0, 10, 20]
    assert set(plain["since"]) == {"exact", "exact_discrete", "answers", "agreement", "cue_conflict"}
    assert plain["first"].keys() == plain["since"].keys()


def test_a_run_that_kept_nothing_has_no_history(tmp_path: Path) -> None:
    with pytest.raises(MannscopeError, match=r"must have kept weights .* mannscope train --keep-every N"):
        history("reversal-stack")


def test_a_history_needs_episodes(run: Path) -> None:
    with pytest.raises(MannscopeError, match=r"episodes must be at least 1\. Got 0"):
        history(run, episodes=0)
