"""A study of two networks so small that it takes seconds."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from mannscope.study import NetworkResult, Protocol, run_study
from mannscope.training import Configuration, Training

TRAINING = Training(steps=10, smallest=1, largest=3, batch=4, chunk=5, evaluate_every=5, checkpoint_every=5)
PROTOCOL = Protocol(times=(1, 2, 5), evaluated=8, episodes=8, recorded=8)
TIMES_AND_PLACES = {"seconds", "run", "report"}


def configuration(seed: int) -> Configuration:
    """Make a network too small to learn anything in ten steps."""
    task, memory = {"name": "reversal", "alphabet": 3}, {"name": "stack", "width": 4}
    return Configuration(task, memory, {"name": "rnn", "hidden": 8}, training=TRAINING, seed=seed)


CONDITIONS = {"one": configuration(0), "two": configuration(1)}


class Study(NamedTuple):
    """A finished study: its folder, its summary, and the lines of its log."""

    out: Path
    summary: dict[str, Any]
    lines: list[str]

    @property
    def results(self) -> list[list[NetworkResult]]:
        """Every condition's results, as they are on disk."""
        paths = sorted(self.out.glob("*/seed-*/result.json"))
        return [[NetworkResult.from_dict(json.loads(path.read_text()))] for path in paths]


def run(
    out: Path, log: Callable[[str], None], conditions: Mapping[str, Configuration] = CONDITIONS
) -> dict[str, Any]:
    """Run the tiny study."""
    return run_study(out, conditions=conditions, protocol=PROTOCOL, log=log)


def without_times_and_places(value: Any) -> Any:
    """Drop what differs between two equal studies: how long they took, and where they are."""
    if isinstance(value, dict):
        return {
            key: without_times_and_places(part) for key, part in value.items() if key not in TIMES_AND_PLACES
        }
    return [without_times_and_places(part) for part in value] if isinstance(value, list) else value
