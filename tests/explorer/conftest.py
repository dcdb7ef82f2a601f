"""Sessions on a network whose strategy is known, a fake one for hosts of the page, and its tool chain."""

import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import machines
from explorer.fake import FakeSession
from mannscope.explorer.payload import Payload
from mannscope.explorer.session import Session
from mannscope.training import Configuration, Network, Training

ROOT = Path(__file__).parents[2]
EPISODES, VERIFIED = 8, 16

Request = Callable[..., Payload]


def requester(session: Session) -> Request:
    """Give a function that sends a session a request, and reads the payload of the answer."""

    def send(kind: str, run: str = "reverser", **rest: Any) -> Payload:
        return Payload.from_bytes(session.answer({"request": kind, "run": run, **rest}))

    return send


@pytest.fixture(scope="session")
def session() -> Session:
    """A session on a network that pushes symbols and pops at blanks."""
    return Session([machines.reverser()], episodes=EPISODES, verified=VERIFIED)


@pytest.fixture(scope="session")
def brief() -> Network:
    """An untrained network of which all episodes, as many as are shown if none are named, are short."""
    return Network.fresh(
        Configuration(
            task={"name": "reversal", "alphabet": 3},
            memory={"name": "stack", "width": 3},
            controller={"name": "rnn", "hidden": 4},
            training=Training(largest=2),
        )
    )


@pytest.fixture(scope="session")
def send(session: Session) -> Request:
    """Send that session a request."""
    return requester(session)


@pytest.fixture(scope="session")
def sender() -> Callable[[Session], Request]:
    """Give the function that makes it easy to send requests to another session."""
    return requester


@pytest.fixture
def fake() -> FakeSession:
    return FakeSession()


@pytest.fixture(scope="session")
def tool_chain() -> ModuleType:
    """The module page/bundle.py."""
    spec = importlib.util.spec_from_file_location("bundle", ROOT / "page" / "bundle.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
