"""Progress on standard error: a bar in a terminal, otherwise a line every few seconds."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from mannscope.cli.interruption import INTERRUPTION
from mannscope.cli.output import note

if TYPE_CHECKING:
    from mannscope.training import Progress

    Report = Callable[[Progress], None]

EVERY = 5.0
"""Seconds between lines."""


@contextmanager
def reporting(steps: int) -> Iterator["Report"]:
    """Give what is to be called after every chunk of training; it also ends an interrupted one."""
    if not sys.stderr.isatty():
        yield _lines(steps)
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bar

    columns = (BarColumn(bar_width=16), TextColumn("{task.description}"))
    with Bar(*columns, console=Console(stderr=True)) as bar:
        training = bar.add_task("compiling", total=steps)

        def report(progress: "Progress") -> None:
            INTERRUPTION.check()
            bar.update(training, completed=progress.taken, description=message.next(progress))

        message = _Lines(steps)
        yield report


@contextmanager
def waiting(message: str) -> Iterator[None]:
    """Say what is being done while it is, in a terminal only."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(message):
        yield


def _lines(steps: int) -> "Report":
    message, last = _Lines(steps), time.monotonic() - EVERY

    def report(progress: "Progress") -> None:
        nonlocal last
        INTERRUPTION.check()
        line = message.next(progress)
        if progress.exact is not None or progress.taken >= steps or time.monotonic() - last >= EVERY:
            last = time.monotonic()
            note(line)

    return report


class _Lines:
    """Puts progress in a line; the accuracy stays there until the next one is measured.

    The first chunk also takes the time to compile, and so says nothing about speed.
    """

    def __init__(self, steps: int) -> None:
        self.steps = steps
        self.exact = ""
        self.compiling = True

    def next(self, progress: "Progress") -> str:
        """Tell step, loss, accuracy, speed and the time that is left at most."""
        if progress.exact is not None:
            message = ", ".join(f"{share:.3f} at size {size}" for size, share in progress.exact.items())
            self.exact = f"  exact {message}"
        line = f"step {progress.taken}/{self.steps}  loss {progress.loss:.4f}"
        if progress.begun:
            line += f"  (restarted at step {progress.begun})"
        if self.compiling:
            self.compiling = False
            return line + self.exact
        left = timedelta(seconds=round((self.steps - progress.taken) / progress.steps_per_second))
        return f"{line}  {progress.steps_per_second:.1f} steps/s  {left} left{self.exact}"
