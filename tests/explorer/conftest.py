"""Sessions on networks whose strategy is known, opened once for all tests of a file."""

from collections.abc import Callable
from typing import Any

import pytest

import planted
from mannscope.explorer.pack import Pack
from mannscope.explorer.session import Session

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
