"""The weights of a run at many of its steps, so that it can be seen later what was learned when."""

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import equinox as eqx

from mannscope.errors import MannscopeError
from mannscope.models import Model
from mannscope.training.network import Network
from mannscope.training.store import find_run, load, load_arrays, save_arrays, write_json

KEPT = "kept"
"""Folder of the kept weights, in the run's own."""
SCHEDULE = "schedule.json"
EVERY = "keep_every"
DIGITS = 8
"""Digits of the step in a file's name, so that files stand in the order of training."""


def check_keeping(every: int | None, chunk: int, folder: Path | None) -> None:
    """Refuse a number of steps after which nothing can be kept.

    Raises:
        MannscopeError: if there is no folder, or chunks do not end where weights are kept.
    """
    if every is None:
        return
    if folder is None:
        must = "a run that keeps weights must have a folder"
        raise MannscopeError(must, "none", "Pass one, or leave keep_every out")
    if every < 1 or (every % chunk and chunk % every):
        must = f"keep_every must be a multiple of training.chunk, {chunk}, or divide it"
        raise MannscopeError(must, str(every), f"Pass {chunk}, or change --training.chunk")


def agreed_schedule(folder: Path, every: int | None, step: int) -> int | None:
    """Give the number of steps after which a run keeps weights: what it began with, or now begins with.

    Args:
        folder: The run's folder.
        every: What is asked for; None goes on as the run began.
        step: The step that it is at.

    Raises:
        MannscopeError: if a run that is continued began otherwise.
    """
    path = folder / KEPT / SCHEDULE
    if path.is_file():
        begun = int(json.loads(path.read_text())[EVERY])
        if every not in (None, begun):
            must = f"a resumed run must keep weights every {begun} steps, as it began"
            raise MannscopeError(must, str(every), "Leave --keep-every out, or choose another --out")
        return begun
    if every is not None and step > 0:
        must = "a run that keeps weights must do so from its first step on"
        remedy = "Leave --keep-every out, or train it again with another --out"
        raise MannscopeError(must, f"{folder}, which is at step {step}", remedy)
    return every


def keep(folder: Path, every: int, models: Iterable[tuple[int, Model]], *, ended: bool) -> None:
    """Write weights, by their step, that are due; those of the last step as well where training has ended."""
    schedule = folder / KEPT / SCHEDULE
    if not schedule.is_file():
        write_json(schedule, {EVERY: every})
    models = list(models)
    last = models[-1][0] if ended else None
    for step, model in models:
        if step % every == 0 or step == last:
            save_arrays(_file(folder, step), model)


def kept_steps(run: str | Path) -> tuple[int, ...]:
    """List the steps at which a run's weights were kept, in the order of training.

    Raises:
        MannscopeError: if there is no such run.
    """
    return tuple(sorted(int(path.stem) for path in (find_run(run) / KEPT).glob("[0-9]*.safetensors")))


def load_kept(run: str | Path, steps: Iterable[int] | None = None) -> dict[int, Network]:
    """Load a run's networks by their step, all that were kept unless some are named.

    All have one structure, so that a program compiled for one serves them all.

    Raises:
        MannscopeError: if there is no such run, none was kept, or a named one was not.
    """
    folder, known = find_run(run), kept_steps(run)
    if not known:
        remedy = "Train it with: mannscope train --keep-every N --out DIR"
        raise MannscopeError("a run must have kept weights while it was trained", f"{run}, without", remedy)
    chosen = known if steps is None else tuple(steps)
    for step in chosen:
        if step not in known:
            must = f"a step must be one at which {run} kept weights, from {known[0]} to {known[-1]}"
            raise MannscopeError(must, str(step), "See mannscope.training.kept_steps")
    network = load(run)
    shapes = eqx.filter_eval_shape(lambda: network.model)
    return {
        step: replace(
            network, name=f"{network.name} at step {step}", model=load_arrays(_file(folder, step), shapes)
        )
        for step in chosen
    }


def _file(folder: Path, step: int) -> Path:
    return folder / KEPT / f"{step:0{DIGITS}d}.safetensors"
