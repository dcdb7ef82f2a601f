"""Run an input again, or a new one, with the edits that a page requests."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
import xarray as xr
from jaxtyping import Bool, Int

from mannscope.errors import MannscopeError
from mannscope.explorer import layout
from mannscope.explorer.requests import (
    Edit,
    ExchangeEdit,
    ForceEdit,
    FreezeMemoryEdit,
    RunRequest,
    ZeroReadingEdit,
)
from mannscope.explorer.run import Run, pad_together
from mannscope.interventions import Exchange, Force, FreezeMemory, ZeroReading
from mannscope.models import AbstractIntervention
from mannscope.traces.reading import contents
from mannscope.traces.schema import ANNOTATIONS
from mannscope.training.network import annotations
from mannscope.training.subject import Subject

MOST_STEPS = 1000
"""Steps of the longest input that is run."""
ROUNDED = 8
"""Typed inputs are padded to a multiple of so many steps, so that one compiled program serves several."""


class _Base(NamedTuple):
    """One episode that is run, padded."""

    inputs: Int[np.ndarray, "1 step"]
    known: Mapping[str, Any]
    """What the task knows of it, as variables of a trace."""
    text: str
    steps: int
    """Steps that are not padding."""


def rerun(run: Run, network: Subject, request: RunRequest) -> tuple[xr.Dataset, str]:
    """Record an episode with edits, and give it with its text.

    The memory is as large as it was when the episode was recorded; without edits the trace is the same.

    Raises:
        MannscopeError: if the text is no input of the task, or there is no such episode, or an edit refers
            to something that is not there.
    """
    if request.text is not None:
        base = _typed(run, network, request.text)
    else:
        base = _recorded(run, request.episode or 0)
    interventions = _interventions(run, network, base, request.edits)
    return network.record(base.inputs, interventions=interventions).assign(base.known), base.text


def _typed(run: Run, network: Subject, text: str) -> _Base:
    episode = network.task.episode(text)
    steps = len(episode.inputs)
    if steps > MOST_STEPS:
        must = f"an input must have at most {MOST_STEPS} steps"
        raise MannscopeError(must, str(steps), "Shorten it, or record it with: mannscope record")
    recorded = {group.trace.sizes["step"] for group in run.groups}
    padded = pad_together([episode], steps if steps in recorded else -(-steps // ROUNDED) * ROUNDED)
    inputs = np.asarray(padded.inputs, np.int32)
    return _Base(inputs, annotations(padded), network.task.text(inputs[0]), int((inputs >= 0).sum()))


def _recorded(run: Run, episode: int) -> _Base:
    require_below(run.episodes, episode, "episode")
    group, row = run.find(episode)
    alone = group.trace.isel(episode=[row])
    names = [name for name in ANNOTATIONS if name in alone]
    names += [f"{layout.VARIABLE}{name}" for name in layout.variables(alone)]
    known = {name: (alone[name].dims, alone[name].values) for name in names}
    return _Base(alone["input"].values, known, group.texts[row], int((alone["input"] >= 0).sum()))


def _interventions(
    run: Run, network: Subject, base: _Base, edits: Sequence[Edit]
) -> tuple[AbstractIntervention, ...]:
    """Turn edits into as few interventions as possible; exchanges are made also where all is frozen."""
    for edit in edits:
        if edit.step is not None:
            require_below(base.steps, edit.step, "step of an edit")
    forced = [edit for edit in edits if isinstance(edit, ForceEdit)]
    made: list[AbstractIntervention] = [_force(network, base, forced)] if forced else []
    if frozen := [edit.step for edit in edits if isinstance(edit, FreezeMemoryEdit)]:
        made.append(FreezeMemory(jnp.asarray(_where(base, frozen))))
    made.extend(_exchanges(run, network, base, [edit for edit in edits if isinstance(edit, ExchangeEdit)]))
    if zeroed := [edit.step for edit in edits if isinstance(edit, ZeroReadingEdit)]:
        made.append(ZeroReading(jnp.asarray(_where(base, zeroed))))
    return tuple(made)


def _where(base: _Base, steps: Iterable[int | None]) -> Bool[np.ndarray, "1 step"]:
    where = np.zeros(base.inputs.shape, bool)
    for step in steps:
        where[:, slice(None) if step is None else step] = True
    return where


def _force(network: Subject, base: _Base, edits: Sequence[ForceEdit]) -> Force:
    actors = network.anatomy.actors
    actions = np.full((*base.inputs.shape, len(actors)), -1)
    for edit in edits:
        require_below(len(actors), edit.actor, "actor of an edit")
        require_below(len(actors[edit.actor].actions), edit.action, "action of an edit")
        actions[0, edit.step, edit.actor] = edit.action
    return Force(jnp.asarray(actions))


def _exchanges(run: Run, network: Subject, base: _Base, edits: Sequence[ExchangeEdit]) -> list[Exchange]:
    """Make one intervention of all edits, or several where there is more than one edit at a step."""
    layers: list[dict[int, ExchangeEdit]] = []
    for edit in edits:
        free = next((layer for layer in layers if edit.step not in layer), None)
        if free is None:
            layers.append(free := {})
        free[edit.step] = edit
    return [_exchange(run, network, base, layer) for layer in layers]


def _exchange(run: Run, network: Subject, base: _Base, edits: Mapping[int, ExchangeEdit]) -> Exchange:
    slots = network.slots_for(base.inputs.shape[1])
    slot, part = np.full(base.inputs.shape, -1), np.zeros(base.inputs.shape, int)
    rows = {step: _source_contents(run, edit) for step, edit in edits.items()}
    contents = np.zeros((*base.inputs.shape, len(next(iter(rows.values())))), np.float32)
    for step, edit in edits.items():
        require_below(slots, edit.slot, "slot of an edit")
        slot[0, step], part[0, step], contents[0, step] = edit.slot, edit.part, rows[step]
    return Exchange(jnp.asarray(slot), jnp.asarray(part), jnp.asarray(contents))


def _source_contents(run: Run, edit: ExchangeEdit) -> np.ndarray:
    """Read the contents of the slot that an edit copies from."""
    source = edit.source
    require_below(run.episodes, source.episode, "episode that contents are copied from")
    group, row = run.find(source.episode)
    one = group.trace.isel(episode=row)
    require_below(int((one["input"] >= 0).sum()), source.step, "step that contents are copied from")
    held = contents(one.isel(step=[source.step]))[:, 0]
    require_below(held.shape[0], edit.part, "part of an edit")
    require_below(held.shape[1], source.slot, "slot that contents are copied from")
    return held[edit.part, source.slot]


def require_below(size: int, index: int, called: str) -> None:
    """Make sure that an index is below a size.

    Raises:
        MannscopeError: if it is not.
    """
    if index >= size:
        most = f"at most {size - 1}" if size else "left out, since there are none"
        raise MannscopeError(f"{called} must be {most}", str(index), "Choose one that is shown")
