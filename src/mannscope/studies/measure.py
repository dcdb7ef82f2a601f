"""One network from evaluation to verdict, and the result that is kept of it."""

import time
from pathlib import Path
from typing import Any

import equinox as eqx
import jax
import numpy as np
import xarray as xr

from mannscope.analyses import mine
from mannscope.figures import save
from mannscope.hypotheses import verify
from mannscope.models import replay
from mannscope.studies.cells import Cell
from mannscope.studies.journal import Journal, Log
from mannscope.studies.networks import finished, make_network
from mannscope.studies.pictures import draw_all, exact_episodes, readable_episode
from mannscope.studies.results import FIGURES, TRACE, Protocol, Result, strict, write_result
from mannscope.traces import save as save_trace
from mannscope.training import Network, evaluate

TIMES = (1, 2, 5)
"""Sizes of the evaluation, in multiples of the largest trained on."""
RECORD_SEED = 3
"""Draws the episodes of the trace; evaluation and verification use others."""


def measure(cell: Cell, seed: int, out: Path, protocol: Protocol, log: Log) -> Result:
    """Train or load a network, and evaluate, record, draw and verify it.

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
    trace, replayed = _record(network, folder, protocol, journal)
    pictures = _draw(trace, rows, network, folder, journal)
    with journal.timed("verifying"):
        verdicts = verify(network, episodes=protocol.episodes, log=journal.say)
    result = strict(
        {
            "cell": cell.name,
            "seed": seed,
            "run": cell.name if cell.is_bundled else str(folder),
            "fingerprint": network.fingerprint,
            "protocol": protocol.to_dict(),
            "configuration": network.configuration.to_dict(),
            "weights": _weights(network),
            "example": _example(network, trace),
            "results": rows,
            "replay": replayed,
            "mined": mine(trace).to_dict(),
            "verify": verdicts.to_dict(),
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
    for shape in shapes:
        for times in TIMES:
            size = times * network.configuration.training.largest
            with journal.timed(f"evaluating size {size}, {shape}"):
                (row,) = evaluate(network, [size], [shape], episodes=protocol.episodes)
            rows.append(row.to_dict())
    return rows


def _record(network: Network, folder: Path, protocol: Protocol, journal: Journal) -> tuple[xr.Dataset, float]:
    with journal.timed("recording"):
        largest = network.configuration.training.largest
        episodes = network.sample(RECORD_SEED, protocol.recorded, largest, headline_shape(network))
        trace = network.record(episodes)
        save_trace(trace, folder / TRACE)
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


def _weights(network: Network) -> int:
    return int(sum(np.size(leaf) for leaf in jax.tree.leaves(eqx.filter(network.model, eqx.is_array))))
