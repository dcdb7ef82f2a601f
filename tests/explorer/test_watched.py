"""Verification beside other requests: it says how far it is, can be cancelled, and ends with a limit."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import machines
from mannscope.errors import MannscopeError
from mannscope.explorer.notebook import make_widget
from mannscope.explorer.payload import Payload
from mannscope.explorer.session import Session
from mannscope.explorer.watched import Watched, Work
from mannscope.training import Network

Sender = Callable[[Session], Callable[..., Payload]]


class Held:
    """A verification that goes on until it is let go, or told to end."""

    def __init__(self) -> None:
        self.begun, self.go_on = threading.Event(), threading.Event()

    def __call__(self, run: Any, network: Network, episodes: int, work: Work) -> Any:
        work.say("mining a policy")
        self.begun.set()
        while not self.go_on.wait(0.01):
            work.check()
        return run


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[Held]:
    made = Held()
    monkeypatch.setattr("mannscope.explorer.session.verified", made)
    yield made
    made.go_on.set()


@pytest.fixture
def opened() -> Session:
    return Session([machines.reverser()], episodes=2)


def in_the_background(send: Callable[..., Payload], outcomes: list[Any]) -> threading.Thread:
    def verify() -> None:
        try:
            outcomes.append(send("verify"))
        except MannscopeError as problem:
            outcomes.append(str(problem))

    thread = threading.Thread(target=verify)
    thread.start()
    return thread


def test_inputs_are_run_while_a_network_is_verified(opened: Session, sender: Sender, held: Held) -> None:
    send, outcomes = sender(opened), []
    thread = in_the_background(send, outcomes)
    assert held.begun.wait(60)
    assert send("run", text="0 1").meta["exact"] is True
    assert send("progress").meta["work"]["says"] == "mining a policy"
    held.go_on.set()
    thread.join(60)
    assert outcomes[0].meta["kind"] == "run"
    assert send("progress").meta["work"] is None


def test_a_verification_is_cancelled(opened: Session, sender: Sender, held: Held) -> None:
    send, outcomes = sender(opened), []
    thread = in_the_background(send, outcomes)
    assert held.begun.wait(60)
    assert send("cancel").meta["work"]["says"] == "mining a policy"
    thread.join(60)
    assert "Got a request to cancel it. Begin it again" in outcomes[0]
    assert send("cancel").meta["work"] is None


def test_a_verification_ends_with_its_limit(sender: Sender, held: Held) -> None:
    send = sender(Session([machines.reverser()], episodes=2, limit=0.05))
    with pytest.raises(MannscopeError, match=r"at most 0\.05 seconds\. Got more, at mining a policy"):
        send("verify")


def test_a_subject_is_not_run_any_more_once_it_is_cancelled() -> None:
    work = Work(None)
    watched = Watched(machines.reverser(), work.check)
    sampled = watched.sample(0, 2, 3)
    assert watched.actions(sampled.inputs).shape == (2, 7, 1)
    work.cancel()
    for run in (watched.actions, watched.logits, watched.record):
        with pytest.raises(MannscopeError, match="a request to cancel it"):
            run(np.asarray(sampled.inputs))


def test_a_kernel_goes_on_while_its_widget_verifies(
    opened: Session, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    widget, sent = make_widget(opened), []
    monkeypatch.setattr(type(widget), "send", lambda self, *message: sent.append(message))
    widget._handle_custom_msg({"id": 1, "request": "verify", "run": "reverser"}, [])
    assert held.begun.wait(60)
    widget._handle_custom_msg({"id": 2, "request": "progress", "run": "reverser"}, [])
    assert [message["id"] for message, _ in sent] == [2]
    held.go_on.set()
    until = time.monotonic() + 60
    while len(sent) < 2 and time.monotonic() < until:
        time.sleep(0.01)
    assert sent[1][0] == {"id": 1, "ok": True}
