"""One network of the study, from training to its written result."""

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import equinox as eqx
import jax
import numpy as np
import xarray as xr

from mannscope.analyses import mine
from mannscope.errors import MannscopeError
from mannscope.figures import save
from mannscope.hypotheses import derived, mined, verify
from mannscope.models import replay
from mannscope.pools import Log, ProgressLog, TrainingLog
from mannscope.study.conditions import Condition
from mannscope.study.first_failures import find_failures, usual_trace
from mannscope.study.network_result import (
    FIGURES,
    TRACE,
    Example,
    NetworkResult,
    Picture,
    Protocol,
    read_result,
    write_result,
)
from mannscope.study.pictures import draw_all, exact_episodes, readable_episode
from mannscope.traces import save as save_trace
from mannscope.training import Configuration, Evaluation, Network, evaluate, load, train
from mannscope.training.store import CONFIGURATION, WEIGHTS, summarise

SOLVED = 0.98
"""Exact accuracy from which a network is taken to solve a size."""
RECORD_SEED = 3
"""Draws the episodes of the trace; evaluation and verification use others."""


def measure(condition: Condition, seed: int, out: Path, protocol: Protocol, log: Log) -> NetworkResult:
    """Train or load a network, evaluate, record and verify it, and write its result.

    The first network of a condition is drawn too. A network whose finished result is found is not touched.

    Raises:
        MannscopeError: if the folder holds a run of another configuration, or training fails.
    """
    began, folder = time.perf_counter(), condition.folder(out, seed)
    progress = ProgressLog(log, f"{condition.name}, seed {seed}")
    network = find_network(condition, seed, folder)
    if network and (found := read_result(folder, network.fingerprint, protocol)):
        progress.write("finished before, nothing to do")
        return found
    if condition.is_bundled and network:
        progress.write("loaded the network that is bundled with the package")
    else:
        network = train_network(condition, seed, folder, progress)
    evaluations = _evaluate(network, protocol, progress)
    trace, replayed = _record(network, protocol, progress)
    pictures = ()
    if seed == condition.seeds[0]:
        pictures = _draw(trace, evaluations, network, folder, progress)
    result = NetworkResult(
        condition=condition.name,
        variant=condition.variant,
        seed=seed,
        run=condition.name if condition.is_bundled else str(folder),
        fingerprint=network.fingerprint,
        protocol=protocol.to_dict(),
        configuration=network.configuration,
        weights=count_weights(network),
        training=None if condition.is_bundled else summarise(folder),
        example=_example(network, trace),
        evaluations=evaluations,
        replay=replayed,
        mined=mine(trace).to_dict() if network.anatomy.actors else None,
        verification=_verify(network, protocol, progress),
        first_failures=_find_failures(network, evaluations, protocol, progress),
        pictures=pictures,
        seconds=time.perf_counter() - began,
    )
    return write_result(folder, result)


def find_network(condition: Condition, seed: int, folder: Path) -> Network | None:
    """Load a bundled network, or the one that an earlier study trained with this configuration, if any."""
    if condition.is_bundled:
        return load(condition.name)
    if not all((folder / name).is_file() for name in (CONFIGURATION, WEIGHTS)):
        return None
    try:
        network = load(folder)
    except MannscopeError:  # half written when a study was killed: training resumes from its last checkpoint
        return None
    wanted = Configuration.from_dict(condition.of_seed(seed).to_dict())
    return network if network.configuration.to_dict() == wanted.to_dict() else None


def train_network(condition: Condition, seed: int, folder: Path, progress: ProgressLog) -> Network:
    """Train a network in its folder, from where an earlier study stopped.

    Raises:
        MannscopeError: if the folder holds a run of another configuration, or training fails.
    """
    configuration = condition.of_seed(seed)
    with progress.timed("training"):
        training_log = TrainingLog(progress, configuration.training.steps)
        trained = train(configuration, folder, resume=True, report=training_log.on_progress)
    return replace(trained, name=str(folder))


def count_weights(network: Network) -> int:
    """Count the weights of a network."""
    return int(sum(np.size(leaf) for leaf in jax.tree.leaves(eqx.filter(network.model, eqx.is_array))))


def _headline_shape(network: Network) -> str:
    """Return the shape that headlines are about: the first one trained on."""
    return (network.configuration.training.shapes or network.task.shapes)[0]


def _evaluate(network: Network, protocol: Protocol, progress: ProgressLog) -> tuple[Evaluation, ...]:
    rows = []
    shapes = dict.fromkeys([_headline_shape(network), *network.task.shapes])
    count = max(1, protocol.evaluated // len(shapes))
    for shape in shapes:
        for times in protocol.times:
            size = times * network.configuration.training.largest
            with progress.timed(f"evaluating size {size}, {shape}"):
                rows += evaluate(network, [size], [shape], episodes=count)
    return tuple(rows)


def _record(network: Network, protocol: Protocol, progress: ProgressLog) -> tuple[xr.Dataset, float]:
    with progress.timed("recording"):
        largest = network.configuration.training.largest
        episodes = network.sample(RECORD_SEED, protocol.recorded, largest, _headline_shape(network))
        trace = network.record(episodes)
    with progress.timed("replaying"):
        return trace, replay(network.model.memory, trace)


def _draw(
    trace: xr.Dataset, rows: Sequence[Evaluation], network: Network, folder: Path, progress: ProgressLog
) -> tuple[Picture, ...]:
    """Save the trace, and the pictures that are drawn of it."""
    pictures = []
    with progress.timed("saving the trace"):
        save_trace(trace, folder / TRACE)
    with progress.timed("drawing"):
        for drawn in draw_all(trace, rows, network.configuration.training.largest):
            path = save(drawn.axes, folder / FIGURES / f"{drawn.name}.svg")
            pictures.append(drawn.saved_as(path.name))
    return tuple(pictures)


def _verify(network: Network, protocol: Protocol, progress: ProgressLog) -> dict[str, Any]:
    """Verify the hypotheses stated beforehand, and the one mined from other episodes."""
    if not network.anatomy.actors:
        nothing: dict[str, Any] = {"holds": False, "hypotheses": []}
        return {"hypotheses": [], "untrained": nothing, "shuffled": nothing, "controls_failed": False}
    with progress.timed("verifying"):
        claims = [*derived(network), mined(network, episodes=protocol.episodes)]
        return verify(network, claims, episodes=protocol.episodes, log=progress.write).to_dict()


def _find_failures(
    network: Network, rows: Sequence[Evaluation], protocol: Protocol, progress: ProgressLog
) -> dict[str, Any] | None:
    """Find the first errors at the smallest size that the network fails at, in its worst shape.

    None if it fails nowhere, or has no memory.
    """
    failing = [row for row in rows if row.exact < SOLVED]
    if not failing or not network.anatomy.actors:
        return None
    size = min(row.size for row in failing)
    worst = min((row for row in failing if row.size == size), key=lambda row: row.exact)
    with progress.timed(f"finding first errors at size {size}, {worst.shape}"):
        usual = usual_trace(network, protocol.episodes)
        found = find_failures(network, size, worst.shape, usual, episodes=protocol.episodes)
    return {
        name: found[name]
        for name in ("size", "shape", "episodes", "wrong", "causes", "by_depth", "exact_noisy")
    }


def _example(network: Network, trace: xr.Dataset) -> Example:
    episode = readable_episode(trace)
    one = trace.isel(episode=episode)
    answer, target = (
        tuple(network.task.outputs[index] for index in one[name].values[one["answer"].values])
        for name in ("output", "target")
    )
    text = network.task.text(one["input"].values)
    return Example(episode, text, answer, target, int(exact_episodes(trace).sum()), trace.sizes["episode"])
