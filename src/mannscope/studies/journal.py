"""What a study says while it works: never silent for long, and how long each part took."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

Log = Callable[[str], None]

PATIENCE = 5.0
"""Seconds after which a part that is still going says so again."""


@dataclass(frozen=True)
class SharedLog:
    """A file that several processes append lines to."""

    path: Path

    def __call__(self, message: str) -> None:
        """Append one line."""
        with self.path.open("a", encoding="utf-8") as lines:
            lines.write(" ".join(message.splitlines()) + "\n")


class Follower:
    """Passes on what is appended to a file from now on, a whole line at a time."""

    def __init__(self, path: Path, log: Log) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        self.path, self.log, self.place = path, log, path.stat().st_size

    def follow(self) -> None:
        """Pass on the lines that came since the last time."""
        with self.path.open("rb") as lines:
            lines.seek(self.place)
            for line in lines:
                if not line.endswith(b"\n"):
                    return
                self.place += len(line)
                self.log(line.decode("utf-8", "replace").rstrip("\n"))


@dataclass(frozen=True)
class Journal:
    """Passes lines on, each with the part of the study that it is about."""

    log: Log
    about: str

    def say(self, message: str) -> None:
        """Pass one line on."""
        self.log(f"{self.about}: {message}")

    @contextmanager
    def timed(self, what: str, patience: float = PATIENCE) -> Iterator[None]:
        """Say every few seconds that a part is still going, and in the end how many seconds it took."""
        began, done = time.perf_counter(), Event()

        def remind() -> None:
            while not done.wait(patience):
                self.say(f"{what}, {time.perf_counter() - began:.0f} s so far")

        reminder = Thread(target=remind, daemon=True)
        reminder.start()
        try:
            yield
        finally:
            done.set()
            reminder.join()
        self.say(f"{what}: {time.perf_counter() - began:.1f} s")
