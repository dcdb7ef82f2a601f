"""An interruption that comes where nothing can be raised is remembered, and is no noise."""

import os
import signal

import pytest

from mannscope.cli.interruption import Interruption


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
