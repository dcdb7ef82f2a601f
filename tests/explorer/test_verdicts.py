"""What is claimed of a run: verdicts, their counterexamples as episodes, and accuracy."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

import machines
from mannscope.errors import MannscopeError
from mannscope.explorer import verdicts
from mannscope.explorer.payload import Payload
from mannscope.explorer.run import Run
from mannscope.explorer.session import Session
from mannscope.explorer.watched import Work
from mannscope.hypotheses import Verification, derived, verify
from mannscope.training import Configuration, Network, Training

Request = Callable[..., Payload]
Sender = Callable[[Session], Request]


@pytest.fixture(scope="module")
def verification() -> Verification:
    """A derived hypothesis about a network that leaves some symbols out."""
    network = machines.symbol_specific()
    return verify(network, derived(network)[:1], episodes=16)


@pytest.fixture(scope="module")
def picky(verification: Verification, sender: Sender) -> Request:
    return sender(Session([verification], episodes=4, verified=16))


@pytest.fixture(scope="module")
def opened(picky: Request) -> Payload:
    return picky("open", run="symbol-specific")


def examples(payload: Payload) -> list[Mapping[str, Any]]:
    """List the counterexamples of all verdicts."""
    return [
        example
        for verdict in payload.meta["verification"]["hypotheses"]
        for example in verdict["counterexamples"]
    ]


def test_a_verification_keeps_its_network_and_leaves_it_out_of_results(verification: Verification) -> None:
    assert verification.network is not None
    assert verification.network.name == "symbol-specific"
    assert "network" not in verification.to_dict()
    assert "network=" not in repr(verification)


def test_counterexamples_are_episodes_at_which_the_network_does_what_they_say(
    picky: Request, opened: Payload
) -> None:
    found = examples(opened)
    assert found
    for example in found:
        payload = picky("episode", run="symbol-specific", episode=example["episode"])
        assert payload.meta["text"] == example["input"]
        assert opened.meta["episodes"][example["episode"]]["group"] == "counterexample"
        names = [actor["name"] for actor in opened.meta["actors"]]
        index = names.index(example["actor"])
        action = payload.arrays["action"][example["step"], index]
        assert opened.meta["actors"][index]["actions"][action]["name"] == example["got"]
        assert opened.meta["symbols"][payload.arrays["input"][example["step"]]] == example["symbol"]


def test_counterexamples_come_after_all_other_episodes(opened: Payload) -> None:
    groups = [episode["group"] for episode in opened.meta["episodes"]]
    assert groups == sorted(groups, reverse=True)
    assert groups.count("held out") == 5
    assert len(opened.arrays["input"]) == len(groups)


def test_controls_are_summarised(opened: Payload) -> None:
    verification = opened.meta["verification"]
    assert verification["untrained"] == {"judged": True, "holds": False, "names": []}
    assert set(verification["shuffled"]) == {"judged", "holds", "names"}
    assert not verification["hypotheses"][0]["holds"]


def test_a_verification_that_was_given_is_kept_and_accuracy_added(picky: Request, opened: Payload) -> None:
    payload = picky("verify", run="symbol-specific")
    assert payload.meta["verification"] == opened.meta["verification"]
    assert opened.meta["accuracy"] is None
    assert [row["size"] for row in payload.meta["accuracy"]] == [4, 8, 20]
    assert picky("open", run="symbol-specific").meta == payload.meta


@pytest.fixture(scope="module")
def reverser(sender: Sender) -> Request:
    return sender(Session([machines.reverser()], episodes=4, verified=16))


def test_a_network_is_verified_on_request(reverser: Request) -> None:
    meta = reverser("verify").meta
    names = [verdict["name"] for verdict in meta["verification"]["hypotheses"]]
    assert names[-1] == "mined"
    assert len(names) == len(derived(machines.reverser())) + 1
    assert meta["verification"]["hypotheses"][-1]["outcome"] in {"passed", "undecided"}
    assert all(row["exact"] == 1 for row in meta["accuracy"])


def test_what_was_verified_is_not_verified_again(reverser: Request, monkeypatch: pytest.MonkeyPatch) -> None:
    first = reverser("verify")
    monkeypatch.setattr("mannscope.explorer.verdicts.verify", None)
    np.testing.assert_array_equal(reverser("verify").arrays["input"], first.arrays["input"])


def test_a_network_without_a_memory_has_accuracy_alone(sender: Sender) -> None:
    configuration = Configuration(
        task={"name": "reversal", "alphabet": 2},
        memory={"name": "none"},
        controller={"name": "rnn", "hidden": 4},
        training=Training(largest=2),
    )
    send = sender(Session([Network.fresh(configuration, "alone")], episodes=2, verified=4))
    meta = send("verify", run="alone").meta
    assert meta["verification"] is None
    assert [row["size"] for row in meta["accuracy"]] == [2, 4, 10]
    assert send("run", run="alone", text="0 1").meta["parts"] == []
    edit = {"kind": "force", "step": 0, "actor": 0, "action": 0}
    with pytest.raises(MannscopeError, match="actor of an edit must be left out, since there are none"):
        send("run", run="alone", text="0 1", edits=[edit])


def test_a_verification_without_its_network_is_refused(sender: Sender) -> None:
    alone = Verification("reverser", (), (), (), (), 16, 0)
    with pytest.raises(MannscopeError, match="a verification must have its network"):
        sender(Session([alone]))("open")


def test_a_program_is_extracted_once_and_kept_with_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    monkeypatch.setattr(verdicts, "extract", lambda *_, **options: made.append(options) or Extracted())
    run = Run("a", ())
    work = Work(None)
    with_program = verdicts.extracted(run, machines.reverser(), work)
    assert with_program.program == {"agrees": True}
    assert verdicts.extracted(with_program, machines.reverser(), work) is with_program
    assert [options["observed"] for options in made] == [verdicts.OBSERVED]
    work.cancel()
    with pytest.raises(MannscopeError, match="a request to cancel it"):
        made[0]["log"]("observing")


class Extracted:
    """What an extraction gives."""

    def to_dict(self) -> dict[str, bool]:
        return {"agrees": True}
