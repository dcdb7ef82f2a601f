"""What is claimed of a run: verdicts, their counterexamples as episodes, and accuracy."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

import planted
from mannscope.errors import MannscopeError
from mannscope.explorer.pack import Pack
from mannscope.explorer.session import Session
from mannscope.hypotheses import Verification, builtin, verify
from mannscope.training import Configuration, Network, Training

Ask = Callable[..., Pack]
MakeAsk = Callable[[Session], Ask]


@pytest.fixture(scope="module")
def verification() -> Verification:
    """The built-in hypothesis about a network that leaves some symbols out."""
    network = planted.picky()
    return verify(network, builtin(network)[:1], episodes=16)


@pytest.fixture(scope="module")
def picky(verification: Verification, make_ask: MakeAsk) -> Ask:
    return make_ask(Session([verification], episodes=4, verified=16))


@pytest.fixture(scope="module")
def opened(picky: Ask) -> Pack:
    return picky("open", run="picky")


def examples(pack: Pack) -> list[Mapping[str, Any]]:
    """List the counterexamples of all verdicts."""
    return [
        example
        for verdict in pack.view["verification"]["hypotheses"]
        for example in verdict["counterexamples"]
    ]


def test_a_verification_keeps_its_network_and_does_not_tell_it(verification: Verification) -> None:
    assert verification.network is not None
    assert verification.network.name == "picky"
    assert "network" not in verification.to_dict()
    assert "network=" not in repr(verification)


def test_counterexamples_are_episodes_at_which_the_network_does_what_they_say(
    picky: Ask, opened: Pack
) -> None:
    found = examples(opened)
    assert found
    for example in found:
        pack = picky("episode", run="picky", episode=example["episode"])
        assert pack.view["text"] == example["input"]
        assert opened.view["episodes"][example["episode"]]["group"] == "counterexample"
        action = pack.arrays["action"][example["step"], opened.view["actors"].index(example["actor"])]
        assert opened.view["actions"][action] == example["got"]
        assert opened.view["symbols"][pack.arrays["input"][example["step"]]] == example["symbol"]


def test_counterexamples_come_after_all_other_episodes(opened: Pack) -> None:
    groups = [episode["group"] for episode in opened.view["episodes"]]
    assert groups == sorted(groups, reverse=True)
    assert groups.count("held out") == 5
    assert len(opened.arrays["input"]) == len(groups)


def test_controls_are_told_in_short(opened: Pack) -> None:
    verification = opened.view["verification"]
    assert verification["untrained"] == {"holds": False, "names": []}
    assert set(verification["shuffled"]) == {"holds", "names"}
    assert not verification["hypotheses"][0]["holds"]


def test_a_verification_that_was_given_is_kept_and_accuracy_added(picky: Ask, opened: Pack) -> None:
    pack = picky("verify", run="picky")
    assert pack.view["verification"] == opened.view["verification"]
    assert opened.view["accuracy"] is None
    assert [row["size"] for row in pack.view["accuracy"]] == [4, 8, 20]
    assert picky("open", run="picky").view == pack.view


@pytest.fixture(scope="module")
def reverser(make_ask: MakeAsk) -> Ask:
    return make_ask(Session([planted.reverser()], episodes=4, verified=16))


def test_a_network_is_verified_when_asked_for(reverser: Ask) -> None:
    view = reverser("verify").view
    names = [verdict["name"] for verdict in view["verification"]["hypotheses"]]
    assert names[-1] == "mined"
    assert len(names) == len(builtin(planted.reverser())) + 1
    assert view["verification"]["hypotheses"][-1]["holds"]
    assert all(row["exact"] == 1 for row in view["accuracy"])


def test_what_was_verified_is_not_verified_again(reverser: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    first = reverser("verify")
    monkeypatch.setattr("mannscope.explorer.verdicts.verify", None)
    np.testing.assert_array_equal(reverser("verify").arrays["input"], first.arrays["input"])


def test_a_network_without_a_memory_has_accuracy_alone(make_ask: MakeAsk) -> None:
    configuration = Configuration(
        task={"name": "reversal", "alphabet": 2},
        memory={"name": "none"},
        controller={"name": "rnn", "hidden": 4},
        training=Training(largest=2),
    )
    ask = make_ask(Session([Network.fresh(configuration, "alone")], episodes=2, verified=4))
    view = ask("verify", run="alone").view
    assert view["verification"] is None
    assert [row["size"] for row in view["accuracy"]] == [2, 4, 10]
    assert ask("run", run="alone", text="0 1").view["parts"] == []
    edit = {"kind": "force", "step": 0, "actor": 0, "action": 0}
    with pytest.raises(MannscopeError, match="actor of an edit must be left out, since there are none"):
        ask("run", run="alone", text="0 1", edits=[edit])


def test_a_verification_without_its_network_is_refused(make_ask: MakeAsk) -> None:
    alone = Verification("reverser", (), (), (), 16, 0)
    with pytest.raises(MannscopeError, match="a verification must know its network"):
        make_ask(Session([alone]))("open")
