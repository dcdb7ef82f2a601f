"""Broken inputs, each given to the command that reads it, in workers that live until one of them dies."""

import multiprocessing
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from campaigns.bench import KINDS
from campaigns.children import LIMIT, MEMORY, PATIENCE
from campaigns.judging import work

GOOD = ("refused", "accepted")
"""Verdicts on what is handled as it must be."""


class Tally:
    """What came of the inputs."""

    def __init__(self) -> None:
        self.counts = {verdict: Counter[str]() for verdict in GOOD}
        self.failures: list[str] = []
        self.inputs, self.peak, self.slowest = 0, 0, 0.0

    def note(self, kind: str, verdict: str, spent: float, held: int) -> None:
        """Count one input."""
        if verdict in self.counts:
            self.counts[verdict][kind] += 1
        else:
            self.failures.append(f"{kind} {self.inputs}: {verdict}")
        self.inputs += 1
        self.peak, self.slowest = max(self.peak, held), max(self.slowest, spent)

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        return {
            "inputs": self.inputs,
            **{verdict: sum(counted.values()) for verdict, counted in self.counts.items()},
            "by_kind": {
                kind: len(range(number, self.inputs, len(KINDS))) for number, kind in enumerate(KINDS)
            },
            "refused_by_kind": dict(self.counts["refused"]),
            "peak": self.peak,
            "slowest": self.slowest,
            "failures": self.failures,
        }


def run_inputs(
    place: Path, number: int, seed: int, say: Callable[[str], None], keep: Callable[[dict[str, Any]], None]
) -> None:
    """Give every kind of input in turn, broken in its own way each time, until there were so many."""
    tally, worker = Tally(), None
    while tally.inputs < number:
        worker = worker or _Worker(place, seed)
        known = len(tally.failures)
        tally.note(KINDS[tally.inputs % len(KINDS)], *worker.ask(tally.inputs))
        for failure in tally.failures[known:]:
            say(failure)
        if worker.process.exitcode is not None:
            worker = None
        if tally.inputs % 100 == 0 or tally.inputs == number:
            keep(tally.to_dict())
        if tally.inputs % 500 == 0:
            say(f"{tally.inputs} inputs, {len(tally.failures)} failures")
    if worker:
        worker.end()


class _Worker:
    """A process that is given inputs by their number; it is killed where it takes too much."""

    def __init__(self, place: Path, seed: int) -> None:
        context = multiprocessing.get_context("fork")
        self.ours, theirs = context.Pipe()
        self.process = context.Process(target=work, args=(place, seed, theirs), daemon=True)
        self.process.start()
        theirs.close()

    def ask(self, index: int) -> tuple[str, float, int]:
        """Give one input, and tell the verdict, the CPU time and the memory that it took."""
        self.ours.send(index)
        began = time.monotonic()
        while not self.ours.poll(0.2):
            if not self.process.is_alive():
                break
            if time.monotonic() - began > PATIENCE:
                self.process.kill()
        try:
            verdict, spent, held = self.ours.recv()
        except (EOFError, ConnectionError):
            self.process.join()
            return f"the process died with {self.process.exitcode}", 0.0, 0
        if spent > LIMIT and verdict in GOOD:
            verdict = f"it took {spent:.0f} s"
        if held > MEMORY:
            verdict = f"it took {held / 1e9:.1f} GB" if verdict in GOOD else verdict
            self.end()
        return verdict, spent, held

    def end(self) -> None:
        """End the process."""
        self.process.kill()
        self.process.join()
