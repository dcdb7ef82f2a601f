"""A run's folder while it is trained: whose it is, what it goes on from, and what is written to it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jax.numpy as jnp

from mannscope.errors import MannscopeError
from mannscope.files import atomic, remove_partials
from mannscope.locks import LOCK, Held, exclusive
from mannscope.training.configuration import Configuration
from mannscope.training.kept import KEPT
from mannscope.training.step import State
from mannscope.training.store import (
    CONFIGURATION,
    METRICS,
    STATE,
    WEIGHTS,
    load_arrays,
    read_configuration,
    read_metrics,
    save_arrays,
    write_configuration,
)

SHOWN = 3
"""Options that differ, of which a message gives the values."""


@contextmanager
def own_folder(folder: Path) -> Iterator[Held]:
    """Hold a run's folder for this process.

    If the run cannot take its first step, what was written for it is removed again; what was there before is
    never touched.

    Raises:
        MannscopeError: if another process holds it.
    """
    with exclusive(folder) as held:
        remove_partials(folder / KEPT)
        before = {LOCK, *(path.name for path in folder.iterdir())}
        try:
            yield held
        except Exception:
            made = [path for path in folder.iterdir() if path.name not in before] if folder.is_dir() else []
            if all(path.is_file() and path.name != METRICS for path in made):
                for path in made:
                    path.unlink()
            raise


def begin(folder: Path, configuration: Configuration, state: State, resume: bool) -> State:
    """Prepare a run's folder, of a new run or of one that is continued, and give the state to go on from.

    Raises:
        MannscopeError: if it holds a run that is not to be resumed, or one of another configuration.
    """
    known = folder / CONFIGURATION
    if not known.is_file():
        for foreign in (name for name in (STATE, METRICS, WEIGHTS) if (folder / name).exists()):
            must, got = (
                "a new run must have a folder of its own",
                f"{folder}, which holds {foreign} of another",
            )
            raise MannscopeError(must, got, "Choose another --out")
        write_configuration(configuration, folder)
        return state
    if not resume:
        remedy = "Choose another --out, or continue it with --resume"
        raise MannscopeError(
            "a new run must have a folder of its own", f"{folder}, which holds a run", remedy
        )
    before, wanted = (one.to_dict() for one in (read_configuration(known), configuration))
    longer = is_longer(before, wanted)
    if before != wanted and not longer:
        must = f"a resumed run must have the configuration in {known}"
        remedy = "Drop the options that differ, or choose another --out"
        raise MannscopeError(must, f"another one: {differences(before, wanted)}", remedy)
    if (folder / STATE).is_file():
        state = load_arrays(folder / STATE, state)
        if longer:
            state = _extended(folder, state, before["training"], configuration)
        taken = int(state.step) - int(state.begun)
        state = state._replace(done=state.done | (taken >= configuration.training.steps))
        _cut_metrics(folder / METRICS, int(state.step))
    else:
        (folder / METRICS).unlink(missing_ok=True)
    if longer:
        write_configuration(configuration, folder)
    return state


def is_longer(before: dict[str, Any], wanted: dict[str, Any]) -> bool:
    """Whether a configuration is another one with more steps, and differs in nothing else."""
    steps = before["training"]["steps"]
    same = wanted | {"training": wanted["training"] | {"steps": steps}} == before
    return same and wanted["training"]["steps"] > steps


def differences(before: dict[str, Any], wanted: dict[str, Any]) -> str:
    """Say in which options a configuration differs from the one before."""
    one, other = _flat(before), _flat(wanted)
    names = [name for name in dict.fromkeys([*one, *other]) if one.get(name) != other.get(name)]
    said = [f"{name} {other.get(name)} instead of {one.get(name)}" for name in names[:SHOWN]]
    return ", ".join(said) + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")


def _flat(plain: dict[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in plain.items():
        if isinstance(value, dict):
            flat |= {f"{name}.{key}": one for key, one in value.items()}
        else:
            flat[name] = value
    return flat


def _extended(folder: Path, state: State, before: dict[str, Any], configuration: Configuration) -> State:
    """Let a run go on that has taken all steps it was given; one that ended for another reason has ended.

    Raises:
        MannscopeError: if it would take other chunks than a run that was given more steps at once.
    """
    training, taken = configuration.training, int(state.step) - int(state.begun)
    if not bool(state.done) or taken < before["steps"]:
        return state
    if taken % training.chunk:
        must = (
            f"a run that is given more steps must have taken a multiple of training.chunk, {training.chunk}"
        )
        remedy = "Train it anew with another --out, and --training.steps"
        raise MannscopeError(must, f"{folder} with {taken}", remedy)
    fallen = int(state.decay_since) >= 0 and int(state.step) - int(state.decay_since) > training.decay_steps
    state = state._replace(done=jnp.asarray(fallen or _was_exact(folder, state, configuration)))
    save_arrays(
        folder / STATE, state
    )  # before the configuration: a run that is cut off here has ended as before
    return state


def _was_exact(folder: Path, state: State, configuration: Configuration) -> bool:
    """Whether the accuracy that ends training was measured at the last step."""
    lines = read_metrics(folder / METRICS)
    last = [line["exact"] for line in lines if line["step"] == int(state.step) and line.get("exact")]
    return bool(last) and min(last[-1].values()) >= configuration.training.stop_accuracy


def checkpoint(folder: Path, state: State, line: dict[str, Any], checkpoint_every: int) -> None:
    """Append a line of metrics, and write a checkpoint where one is due."""
    with (folder / METRICS).open("a") as lines:
        lines.write(json.dumps(line) + "\n")
    if bool(state.done) or int(state.step) % checkpoint_every == 0:
        save_arrays(folder / STATE, state)
        save_arrays(folder / WEIGHTS, state.model)


def _cut_metrics(path: Path, step: int) -> None:
    """Drop the lines that were written after the checkpoint, or cut off."""
    if path.is_file():
        lines = [json.dumps(line) + "\n" for line in read_metrics(path) if line["step"] <= step]
        with atomic(path) as partial:
            partial.write_text("".join(lines))
