"""One network of the study, from training to its written result."""

import time
from dataclasses import replace
from pathlib import Path

from mannscope.errors import MannscopeError
from mannscope.pools import Log, ProgressLog, TrainingLog
from mannscope.study.conditions import Condition
from mannscope.study.measurement import Measurement
from mannscope.study.network_result import NetworkResult, Protocol, read_result, write_result
from mannscope.training import Configuration, Network, load, train
from mannscope.training.store import CONFIGURATION, WEIGHTS, summarise


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
    taken = Measurement(network, protocol, progress)
    result = NetworkResult(
        condition=condition.name,
        variant=condition.variant,
        seed=seed,
        run=condition.name if condition.is_bundled else str(folder),
        fingerprint=network.fingerprint,
        protocol=protocol.to_dict(),
        configuration=network.configuration,
        weights=taken.weights,
        training=None if condition.is_bundled else summarise(folder),
        evaluations=taken.evaluations,
        example=taken.example,
        replay=taken.replay,
        mined=taken.mined,
        pictures=taken.draw(folder) if seed == condition.seeds[0] else (),
        verification=taken.verify(),
        first_failures=taken.find_failures(),
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
