"""The log of a study or sweep: what each worker is doing, and how long each part took."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

from mannscope.training import Progress

Log = Callable[[str], None]

PATIENCE = 5.0
"""Seconds after which a part that is still running writes a line."""
PAUSE = 2.0
"""Seconds between two lines about training."""


@dataclass(frozen=True)
class SharedLog:
    """A file that several processes append lines to."""

    path: Path

    def __call__(self, message: str) -> None:
        """Append one line."""
        with self.path.open("a", encoding="utf-8") as lines:
            lines.write(" ".join(message.splitlines()) + "\n")


class LogTailer:
    """Passes on what is appended to a file from now on, a whole line at a time."""

    def __init__(self, path: Path, log: Log) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        self.path, self.log, self.place = path, log, path.stat().st_size

    def poll(self) -> None:
        """Pass on the lines that were appended since the last call."""
        with self.path.open("rb") as lines:
            lines.seek(self.place)
            for line in lines:
                if not line.endswith(b"\n"):
                    return
                self.place += len(line)
                self.log(line.decode("utf-8", "replace").rstrip("\n"))


@dataclass(frozen=True)
class ProgressLog:
    """A log whose every line starts with what it is about, such as `reversal-stack, seed 1`."""

    log: Log
    about: str

    def write(self, message: str) -> None:
        """Write one line."""
        self.log(f"{self.about}: {message}")

    @contextmanager
    def timed(self, part: str, patience: float = PATIENCE) -> Iterator[None]:
        """Write how many seconds a part took, and meanwhile lines, each after twice as long as the last."""
        began, done = time.perf_counter(), Event()

        def remind() -> None:
            wait = patience
            while not done.wait(wait):
                wait = time.perf_counter() - began
                self.write(f"{part}, {time.perf_counter() - began:.0f} s so far")

        reminder = Thread(target=remind, daemon=True)
        reminder.start()
        try:
            yield
        finally:
            done.set()
            reminder.join()
        self.write(f"{part}: {time.perf_counter() - began:.1f} s")


class TrainingLog:
    """Writes the progress of training to a log, but not every chunk."""

    def __init__(self, progress_log: ProgressLog, steps: int, pause: float = PAUSE) -> None:
        self.progress_log, self.steps, self.pause, self.written = progress_log, steps, pause, float("-inf")

    def on_progress(self, progress: Progress) -> None:
        """Write a line if the last one is old enough, or if accuracy was measured."""
        now = time.monotonic()
        if now - self.written < self.pause and progress.exact is None:
            return
        self.written = now
        measured = ", ".join(f"{name} {share:.3f}" for name, share in (progress.exact or {}).items())
        self.progress_log.write(
            f"step {progress.taken} of at most {self.steps}, loss {progress.loss:.4f}, "
            f"{progress.steps_per_second:.0f} steps/s" + (f", exact at size {measured}" if measured else "")
        )
