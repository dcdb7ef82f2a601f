"""Sessions on a network whose strategy is known, a fake one for hosts of the page, and its tool chain."""

import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import planted
from explorer.fake import FakeSession
from mannscope.explorer.pack import Pack
from mannscope.explorer.session import Session

ROOT = Path(__file__).parents[2]
EPISODES, VERIFIED = 8, 16

Ask = Callable[..., Pack]


def asking(session: Session) -> Ask:
    """Give a function that asks a session, and reads the pack that it answers with."""

    def ask(kind: str, run: str = "reverser", **rest: Any) -> Pack:
        return Pack.from_bytes(session.answer({"ask": kind, "run": run, **rest}))

    return ask


@pytest.fixture(scope="session")
def session() -> Session:
    """A session on a network that pushes symbols and pops at blanks."""
    return Session([planted.reverser()], episodes=EPISODES, verified=VERIFIED)


@pytest.fixture(scope="session")
def ask(session: Session) -> Ask:
    """Ask that session."""
    return asking(session)


@pytest.fixture(scope="session")
def make_ask() -> Callable[[Session], Ask]:
    """Give the function that makes another session easy to ask."""
    return asking


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
