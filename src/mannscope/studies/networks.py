"""The networks of the study: found finished, trained, trained further, or loaded."""

import time
from dataclasses import replace
from pathlib import Path

from mannscope.errors import MannscopeError
from mannscope.studies.cells import Cell
from mannscope.studies.journal import Journal
from mannscope.studies.results import Protocol, Result, read_result
from mannscope.training import Configuration, Network, Progress, load, train
from mannscope.training.store import CONFIGURATION, WEIGHTS

PAUSE = 2.0
"""Seconds between two lines about training."""


def finished(cell: Cell, seed: int, folder: Path, protocol: Protocol) -> Result | None:
    """Find the result of an earlier study, if its network is still there and is the one asked for."""
    if cell.is_bundled:
        return read_result(folder, load(cell.name).fingerprint, protocol)
    if not all((folder / name).is_file() for name in (CONFIGURATION, WEIGHTS)):
        return None
    try:
        network = load(folder)
    except MannscopeError:  # left half by a kill: training starts again from its last checkpoint
        return None
    if _plain(network.configuration) != _plain(cell.of_seed(seed)):
        return None
    return read_result(folder, network.fingerprint, protocol)


def make_network(cell: Cell, seed: int, folder: Path, journal: Journal) -> Network:
    """Load a bundled network, or train one in its folder, from where an earlier study stopped.

    Raises:
        MannscopeError: if the folder holds a run of another configuration, or training fails.
    """
    if cell.is_bundled:
        journal.say("loaded the network that comes with the package")
        return load(cell.name)
    configuration = cell.of_seed(seed)
    with journal.timed("training"):
        listener = Listener(journal, configuration.training.steps)
        trained = train(configuration, folder, resume=True, report=listener.hear)
    return replace(trained, name=str(folder))


class Listener:
    """Tells of training, but not of every chunk."""

    def __init__(self, journal: Journal, steps: int, pause: float = PAUSE) -> None:
        self.journal, self.steps, self.pause, self.told = journal, steps, pause, float("-inf")

    def hear(self, progress: Progress) -> None:
        """Tell of a chunk if the last line is old enough, or if accuracy was measured."""
        now = time.monotonic()
        if now - self.told < self.pause and progress.exact is None:
            return
        self.told = now
        measured = ", ".join(f"{name} {share:.3f}" for name, share in (progress.exact or {}).items())
        self.journal.say(
            f"step {progress.taken} of at most {self.steps}, loss {progress.loss:.4f}, "
            f"{progress.steps_per_second:.0f} steps/s" + (f", exact at size {measured}" if measured else "")
        )


def _plain(configuration: Configuration) -> dict:
    return Configuration.from_dict(configuration.to_dict()).to_dict()
