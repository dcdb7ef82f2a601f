"""One network from evaluation to verdict, and the result that is kept of it."""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import equinox as eqx
import jax
import numpy as np
import xarray as xr

from mannscope.analyses import mine
from mannscope.figures import save
from mannscope.files import strict
from mannscope.hypotheses import builtin, mined, verify
from mannscope.models import replay
from mannscope.studies.cells import Cell
from mannscope.studies.failures import find_failures, usual_trace
from mannscope.studies.journal import Journal, Log
from mannscope.studies.networks import finished, make_network
from mannscope.studies.pictures import draw_all, exact_episodes, readable_episode
from mannscope.studies.results import FIGURES, TRACE, Protocol, Result, write_result
from mannscope.traces import save as save_trace
from mannscope.training import Network, evaluate
from mannscope.training.store import summarise

SOLVED = 0.98
"""Exact accuracy from which a network is taken to do a size."""
RECORD_SEED = 3
"""Draws the episodes of the trace; evaluation and verification use others."""


def measure(cell: Cell, seed: int, out: Path, protocol: Protocol, log: Log) -> Result:
    """Train or load a network, and evaluate, record and verify it; draw it if it is the first of its cell.

    A network whose finished result is found is not touched.
    """
    journal, folder, began = (
        Journal(log, f"{cell.name}, seed {seed}"),
        cell.folder(out, seed),
        time.perf_counter(),
    )
    if found := finished(cell, seed, folder, protocol):
        journal.say("finished before, nothing to do")
        return found
    network = make_network(cell, seed, folder, journal)
    rows = _evaluate(network, protocol, journal)
    trace, replayed = _record(network, protocol, journal)
    pictures = []
    if seed == cell.seeds[0]:
        with journal.timed("keeping the trace"):
            save_trace(trace, folder / TRACE)
        pictures = _draw(trace, rows, network, folder, journal)
    result = strict(
        {
            "cell": cell.name,
            "condition": cell.condition,
            "seed": seed,
            "run": cell.name if cell.is_bundled else str(folder),
            "fingerprint": network.fingerprint,
            "protocol": protocol.to_dict(),
            "configuration": network.configuration.to_dict(),
            "weights": weights(network),
            "training": None if cell.is_bundled else summarise(folder),
            "example": _example(network, trace),
            "results": rows,
            "replay": replayed,
            "mined": mine(trace).to_dict() if network.model.memory.actors else None,
            "verify": _verify(network, protocol, journal),
            "failures": _failures(network, rows, protocol, journal),
            "pictures": pictures,
            "seconds": time.perf_counter() - began,
        }
    )
    write_result(folder, result)
    return result


def headline_shape(network: Network) -> str:
    """Name the shape that headlines are about: the first one trained on."""
    return (network.configuration.training.shapes or network.task.shapes)[0]


def _evaluate(network: Network, protocol: Protocol, journal: Journal) -> list[dict[str, Any]]:
    rows = []
    shapes = dict.fromkeys([headline_shape(network), *network.task.shapes])
    count = max(1, protocol.evaluated // len(shapes))
    for shape in shapes:
        for times in protocol.times:
            size = times * network.configuration.training.largest
            with journal.timed(f"evaluating size {size}, {shape}"):
                (row,) = evaluate(network, [size], [shape], episodes=count)
            rows.append(row.to_dict())
    return rows


def _record(network: Network, protocol: Protocol, journal: Journal) -> tuple[xr.Dataset, float]:
    with journal.timed("recording"):
        largest = network.configuration.training.largest
        episodes = network.sample(RECORD_SEED, protocol.recorded, largest, headline_shape(network))
        trace = network.record(episodes)
    with journal.timed("replaying"):
        return trace, replay(network.model.memory, trace)


def _draw(
    trace: xr.Dataset, rows: list[dict[str, Any]], network: Network, folder: Path, journal: Journal
) -> list[dict[str, str]]:
    pictures = []
    with journal.timed("drawing"):
        for drawn in draw_all(trace, rows, network.configuration.training.largest):
            path = save(drawn.axes, folder / FIGURES / f"{drawn.name}.svg")
            pictures.append({"file": path.name, **drawn.words()})
    return pictures


def _verify(network: Network, protocol: Protocol, journal: Journal) -> dict[str, Any]:
    """Verify the hypotheses stated beforehand, and the one mined from other episodes."""
    if not network.model.memory.actors:
        nothing: dict[str, Any] = {"holds": False, "hypotheses": []}
        return {"hypotheses": [], "untrained": nothing, "shuffled": nothing, "broken": False}
    with journal.timed("verifying"):
        claims = [*builtin(network), mined(network, episodes=protocol.episodes)]
        return verify(network, claims, episodes=protocol.episodes, log=journal.say).to_dict()


def _failures(
    network: Network, rows: Sequence[Mapping[str, Any]], protocol: Protocol, journal: Journal
) -> dict[str, Any] | None:
    """Find the first errors at the least size that the network fails at, in its worst shape; None if it fails
    nowhere, or has no memory.
    """
    failing = [row for row in rows if row["exact"] < SOLVED]
    if not failing or not network.model.memory.actors:
        return None
    size = min(row["size"] for row in failing)
    worst = min((row for row in failing if row["size"] == size), key=lambda row: row["exact"])
    with journal.timed(f"finding first errors at size {size}, {worst['shape']}"):
        usual = usual_trace(network, protocol.episodes)
        found = find_failures(network, size, worst["shape"], usual, episodes=protocol.episodes)
    return {
        name: found[name]
        for name in ("size", "shape", "episodes", "wrong", "causes", "by_depth", "exact_noisy")
    }


def _example(network: Network, trace: xr.Dataset) -> dict[str, Any]:
    episode = readable_episode(trace)
    one = trace.isel(episode=episode)
    outputs = [network.task.outputs[index] for index in one["output"].values[one["answer"].values]]
    wanted = [network.task.outputs[index] for index in one["target"].values[one["answer"].values]]
    return {
        "episode": episode,
        "input": network.task.text(one["input"].values),
        "answer": outputs,
        "wanted": wanted,
        "right": int(exact_episodes(trace).sum()),
        "recorded": trace.sizes["episode"],
    }


def weights(network: Network) -> int:
    """Count the weights of a network."""
    return int(sum(np.size(leaf) for leaf in jax.tree.leaves(eqx.filter(network.model, eqx.is_array))))
