"""An interruption that comes where nothing can be raised is remembered, and is no noise."""

import gc
import os
import signal
from contextlib import suppress

import pytest

from mannscope.cli.failures import guard
from mannscope.cli.interruption import Interruption
from mannscope.errors import MannscopeError


class Interrupting:
    """Is interrupted while it is let go of, as by the collector of garbage."""

    def __del__(self) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        signal.sigpending()


def test_an_interruption_where_nothing_can_be_raised_is_remembered(
    capsys: pytest.CaptureFixture[str],
) -> None:
    interruption = Interruption()
    with interruption.heard():
        lost = Interrupting()
        del lost
        with pytest.raises(KeyboardInterrupt):
            interruption.check()
    assert capsys.readouterr().err == ""


class HalfMade:
    """Is interrupted while it is made, and cannot be let go of then; it may hold itself."""

    def __init__(self, *, holds_itself: bool) -> None:
        self.held = self if holds_itself else None
        os.kill(os.getpid(), signal.SIGINT)
        signal.sigpending()
        self.made = True

    def __del__(self) -> None:
        assert self.made


@pytest.mark.parametrize("holds_itself", [False, True])
def test_what_an_interruption_left_half_made_goes_without_a_word(
    capsys: pytest.CaptureFixture[str], holds_itself: bool
) -> None:
    interruption = Interruption()
    with interruption.heard(), suppress(KeyboardInterrupt):
        HalfMade(holds_itself=holds_itself)
    gc.collect()
    assert interruption.signal == signal.SIGINT
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    "error", [OSError("no lock"), ValueError("cut short"), MannscopeError("a", "b", "c")]
)
def test_an_error_that_an_interruption_causes_is_one(
    error: Exception, capsys: pytest.CaptureFixture[str]
) -> None:
    def command() -> None:
        try:
            os.kill(os.getpid(), signal.SIGTERM)
            signal.sigpending()
        finally:
            raise error

    assert guard(command) == 128 + signal.SIGTERM
    assert capsys.readouterr().err == "Interrupted.\n"
