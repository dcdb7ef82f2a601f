"""The training loop: chunks, metrics, held-out accuracy, checkpoints, resuming."""

import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, nullcontext
from pathlib import Path
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from mannscope.errors import MannscopeError
from mannscope.locks import Held
from mannscope.models import Model
from mannscope.tasks.own_rows import read_kept_rows
from mannscope.training.configuration import Configuration
from mannscope.training.evaluate import evaluate
from mannscope.training.feed import Feed
from mannscope.training.folder import begin, checkpoint, own_folder
from mannscope.training.kept import agreed_schedule, check_keeping, keep
from mannscope.training.network import Network
from mannscope.training.options import Training
from mannscope.training.step import State, adapt, start, train_chunk
from mannscope.training.store import STATE, save_network

RESTARTS = 3
"""Most times that a run restarts."""
RESTART = 10_007
"""Times the step of a restart, what is added to the seed of the weights."""
STOP_SEED = 7
"""Draws the episodes that may end training; evaluation uses others."""


class Progress(NamedTuple):
    """Where training is; what the metrics file holds a line of."""

    step: int
    loss: float
    """Mean over the chunk, in nats."""
    seconds: float
    """Of the chunk, with what was measured after it."""
    cpu_seconds: float
    """CPU time of the same: what it takes on one core that nothing else uses."""
    steps_per_second: float
    exact: dict[str, float] | None
    """Lower of soft and discretised exact accuracy by size and shape, where it was measured."""
    hard: bool
    falling: bool
    begun: int = 0
    """Step at which training began with these weights: 0, or that of the last restart."""

    @property
    def taken(self) -> int:
        """Number of steps with these weights, which the most steps are a limit of."""
        return self.step - self.begun


Report = Callable[[Progress], None]


def train(
    configuration: Configuration,
    folder: Path | str | None = None,
    *,
    resume: bool = False,
    devices: int = 1,
    keep_every: int | None = None,
    until: int | None = None,
    report: Report | None = None,
    metrics: Report | None = None,
) -> Network:
    """Train a network; with a folder, keep metrics and checkpoints there.

    Args:
        configuration: The whole configuration.
        folder: Run directory. Nothing is written without one.
        resume: Continue the run in the folder, to the result it would have had without the interruption.
        devices: Number of devices that share the rows of a step. The result is that of one device but for
            rounding.
        keep_every: Keep the weights every so many steps, in the folder, from before the first to after the
            last; the result is the same. A resumed run goes on as it began.
        until: Pause after this step, a multiple of `checkpoint_every`, to go on later with `resume`.
        report: Called after every chunk, for progress shown to a person.
        metrics: Called after every chunk, for a tracker.

    Raises:
        MannscopeError: if the folder holds another run, another process writes there, the loss is not finite,
            there are too few devices, they cannot share the rows equally, weights cannot be kept at such
            steps, or finite data have no episodes of the sizes asked for.
    """
    _check_devices(devices, configuration.training.batch)
    folder = None if folder is None else Path(folder)
    check_keeping(keep_every, configuration.training.chunk, folder)
    if folder is None:
        return _train(configuration, None, resume, devices, keep_every, until, (report, metrics))
    with own_folder(folder) as held:
        return _train(configuration, held, resume, devices, keep_every, until, (report, metrics))


def _train(
    configuration: Configuration,
    held: Held | None,
    resume: bool,
    devices: int,
    keep_every: int | None,
    until: int | None,
    listeners: tuple[Report | None, ...],
) -> Network:
    folder = None if held is None else held.folder
    if folder is not None:
        read_kept_rows(configuration.task, folder)
    untrained = Network.fresh(configuration, name=str(folder or "trained"))
    if untrained.task.finite is not None:
        untrained.task.finite.check(configuration.training.largest, configuration.training.stop_sizes)
    state = start(untrained.model, configuration.training)
    if folder is not None:
        state = begin(folder, configuration, state, resume)
        keep_every = agreed_schedule(folder, keep_every, int(state.step))
    chunks = _chunks(untrained, state, held, devices, keep_every)
    while until is None or int(state.step) < until:
        if (following := next(chunks, None)) is None:
            break
        state, progress = following
        for listen in listeners:
            if listen is not None:
                listen(progress)
    chunks.close()
    trained = Network(untrained.name, configuration, untrained.task, state.model)
    if held is not None:
        held.require()
        save_network(trained, held.folder)
    return trained


def _chunks(
    network: Network, state: State, held: Held | None, devices: int, keep_every: int | None
) -> Generator[tuple[State, Progress]]:
    training, key = network.configuration.training, jax.random.key(network.configuration.seed)
    feed = None if network.task.drawing is None else Feed(network.task, training, network.configuration.seed)
    with nullcontext() if feed is None else closing(feed):
        yield from _chunks_of(network, state, key, held, devices, keep_every, feed)


def _chunks_of(
    network: Network,
    state: State,
    key: jax.Array,
    held: Held | None,
    devices: int,
    keep_every: int | None,
    feed: Feed | None,
) -> Iterator[tuple[State, Progress]]:
    training, folder = network.configuration.training, None if held is None else held.folder
    while not bool(state.done):
        began, began_cpu = time.perf_counter(), time.process_time()
        steps = min(training.chunk, training.steps - int(state.step) + int(state.begun))
        state, losses, passed = _take(network, state, key, steps, devices, keep_every, feed)
        _check_finite(losses, state, folder)
        state = _restarted(network, adapt(state, training, float(losses.mean())), float(losses.mean()))
        speed = steps / (time.perf_counter() - began)
        exact, reached = _measure(network, state)
        state = state._replace(done=jnp.asarray(reached or _exhausted(state, training)))
        hard, falling = int(state.hard_since) >= 0, int(state.decay_since) >= 0
        spent = time.perf_counter() - began, time.process_time() - began_cpu
        progress = Progress(
            int(state.step), float(losses.mean()), *spent, speed, exact, hard, falling, int(state.begun)
        )
        if held is not None:
            held.require()
            if keep_every:  # before the checkpoint, after which none of these steps is taken again
                keep(
                    held.folder, keep_every, [*passed, (int(state.step), state.model)], ended=bool(state.done)
                )
            checkpoint(held.folder, state, progress._asdict(), training.checkpoint_every)
        yield state, progress


def _take(
    network: Network,
    state: State,
    key: jax.Array,
    steps: int,
    devices: int,
    keep_every: int | None,
    feed: Feed | None,
) -> tuple[State, np.ndarray, list[tuple[int, Model]]]:
    """Take the steps of a chunk, in pieces that end where weights are kept.

    Whatever is scheduled by the loss sees the chunk as a whole, so that training goes the same way.

    Returns:
        The new state, the loss of every step, and the weights by their step but for the last ones.
    """
    passed, losses, training = [], [], network.configuration.training
    last = int(state.step) + steps
    while (step := int(state.step)) < last:
        if losses or step == 0:
            passed.append((step, state.model))
        taken = min(keep_every or steps, last - step)
        given = None if feed is None else feed.take(step, taken)
        state, some = train_chunk(state, key, network.task, training, taken, devices, given)
        losses.append(np.asarray(some))
    return state, np.concatenate(losses), passed


def _check_devices(devices: int, batch: int) -> None:
    there = jax.device_count()
    if not 1 <= devices <= there:
        must = f"devices must be from 1 to {there}, the number that JAX finds"
        raise MannscopeError(must, str(devices), "Pass fewer")
    if batch % devices:
        must = f"training.batch must be a multiple of the {devices} devices that share it"
        raise MannscopeError(must, str(batch), "Change --training.batch, or the number of devices")


def _exhausted(state: State, training: Training) -> bool:
    fallen = int(state.decay_since) >= 0 and int(state.step) - int(state.decay_since) > training.decay_steps
    return int(state.step) - int(state.begun) >= training.steps or fallen


def _restarted(network: Network, state: State, loss: float) -> State:
    """Restart with other weights where the loss is still high after as many steps as were allowed."""
    training, step = network.configuration.training, int(state.step)
    due = training.restart_at and step - int(state.begun) == training.restart_at
    if not due or loss <= training.restart_above or int(state.begun) >= RESTARTS * training.restart_at:
        return state
    seed = network.configuration.seed + RESTART * step
    return start(Network.fresh(network.configuration, seed=seed).model, training, step)


def _measure(network: Network, state: State) -> tuple[dict[str, float] | None, bool]:
    training = network.configuration.training
    if not training.stop_sizes or int(state.step) % training.evaluate_every:
        return None, False
    now = Network(network.name, network.configuration, network.task, state.model)
    rows = evaluate(now, training.stop_sizes, training.shapes, seed=STOP_SEED)
    exact = {f"{row.size} {row.shape}": min(row.exact, row.exact_discrete) for row in rows}
    return exact, min(exact.values()) >= training.stop_accuracy


def _check_finite(losses: np.ndarray, state: State, folder: Path | None) -> None:
    leaves = jax.tree_util.tree_leaves_with_path(eqx.filter(state.model, eqx.is_array))
    odd = [
        jax.tree_util.keystr(path, simple=True, separator=".")
        for path, leaf in leaves
        if not np.isfinite(leaf).all()
    ]
    finite = np.append(np.isfinite(losses), not odd)  # the last update is in the weights, and in no loss yet
    if finite.all():
        return
    bad = int(state.step) - len(losses) + int(np.argmin(finite))
    good = f"The last good checkpoint is {folder / STATE}. " if folder and (folder / STATE).is_file() else ""
    raise MannscopeError(
        "the loss must stay finite",
        f"a loss that is not finite at step {bad}; weights that are not finite: {', '.join(odd) or 'none'}",
        f"{good}Lower --training.learning_rate or --training.clip",
    )
