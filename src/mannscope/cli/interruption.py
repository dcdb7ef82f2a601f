"""Interruptions: Ctrl-C and requests to terminate, heard even where other code swallows the exception."""

import gc
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interruption:
    """Remembers that the process was asked to stop.

    Compiled modules that are being imported turn a KeyboardInterrupt into another error, or drop it; what is
    remembered here is not lost.
    """

    def __init__(self) -> None:
        self.signal = 0
        """Number of the signal, 0 before one came."""

    @contextmanager
    def heard(self) -> Iterator[None]:
        """Listen for signals; one that the process was started to ignore stays ignored."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        self.signal = 0
        before = {number: signal.getsignal(number) for number in SIGNALS}
        for number, handler in before.items():
            if handler is not signal.SIG_IGN:
                signal.signal(number, self._interrupt)
        unraised = sys.unraisablehook

        def tell(lost: "sys.UnraisableHookArgs") -> None:
            """Say nothing of an interruption that came where nothing can be raised: it is remembered.

            Nor of what objects that it left half made say when they go.
            """
            if not self.signal:
                unraised(lost)

        sys.unraisablehook = tell
        try:
            yield
        finally:
            if self.signal:
                with suppress(KeyboardInterrupt):  # another one
                    gc.collect()  # half-made objects that hold themselves go while nothing is said of them
            sys.unraisablehook = unraised
            for number, handler in before.items():
                signal.signal(number, handler)

    def check(self) -> None:
        """Stop here if an interrupt has come.

        Raises:
            KeyboardInterrupt: if a signal came.
        """
        if self.signal:
            raise KeyboardInterrupt

    def _interrupt(self, number: int, frame: object) -> None:
        self.signal = number
        raise KeyboardInterrupt


INTERRUPTION = Interruption()
"""That of this process, since signals are the process's."""
