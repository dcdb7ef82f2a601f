"""Run a PyTorch module step by step, look at its tensors at every step, and edit some."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float

from mannscope.errors import MannscopeError
from mannscope.pytorch.modules import modules, quiet
from mannscope.pytorch.network import TorchNetwork
from mannscope.pytorch.paths import describe
from mannscope.pytorch.recorder import (
    Edit,
    Edits,
    Moment,
    Recorder,
    alike,
    edited_state,
    everywhere,
    numbers,
    submodule,
    watched,
)
from mannscope.pytorch.together import Together, each, recurrent_layers, repeated
from mannscope.pytorch.within import LOOKED_AT, changed, located

__all__ = ["Edit", "Edits", "Moment", "Run", "run"]


class Run(NamedTuple):
    """What a run leaves."""

    logits: Float[np.ndarray, "episode step output_symbol"]
    """The outputs as the network gives them, before they are decoded."""
    values: dict[str, np.ndarray]
    """Name of the place -> its values, with the axes episode and step first."""
    first: dict[str, np.ndarray]
    """Name of a place in the state -> its value before the first step, as far as that is known."""
    modules: list[Any]
    """All modules that were run."""


class _Steps(NamedTuple):
    """What one pass leaves, step by step."""

    outputs: np.ndarray
    seen: list[dict[str, np.ndarray]]
    first: dict[str, np.ndarray]


def run(
    network: TorchNetwork,
    rows: Any,
    edits: Edits,
    seed: int,
    names: Collection[str] | None = None,
    *,
    at_once: bool = False,
) -> Run:
    """Take one step after another, without gradients, in evaluation mode.

    `rows` are encoded symbols (episode, step, ...). What the module draws at random it draws from `seed`.
    A module that takes one sequence at a time is run on one after the other, or `at_once` on all of them, as
    far as PyTorch can map it.
    Only the places of the given names are looked at; all of them unless given.
    """
    take = _at_once if network.at_once else _looped if network.looped else _stepped
    alone = network.batch == "one" and not at_once
    together = Together() if at_once else None
    sites = located(
        lambda notes: run(network, rows[:1, :LOOKED_AT], notes, seed, ()), [one.path for one in edits.within]
    )
    if together is not None:
        take, edits = _mapped, everywhere(edits, together)
    with quiet(network, seed) as found:
        passes = [rows[index : index + 1] for index in range(len(rows))] if alone else [rows]
        taken = []
        for some in passes:
            recorder = Recorder.of(network, names, together)
            with watched(network, recorder, edits.outputs), changed(edits, sites, rows.shape[1]):
                taken.append(take(network, some, edits, recorder))
    return Run(
        np.concatenate([one.outputs for one in taken]),
        {name: joined([_over_steps(one, name) for one in taken]) for name in taken[0].seen[0]},
        {name: joined([one.first[name] for one in taken]) for name in taken[0].first},
        found,
    )


def _over_steps(taken: _Steps, name: str) -> np.ndarray:
    return np.stack(alike([seen[name] for seen in taken.seen]), axis=1)


def joined(parts: list[np.ndarray]) -> np.ndarray:
    """Put the episodes of several runs behind each other."""
    most = np.max([part.shape[1:] for part in parts], axis=0)
    return np.concatenate(
        [np.pad(part, [(0, 0), *((0, size) for size in most - part.shape[1:])]) for part in parts]
    )


def _stepped(network: TorchNetwork, rows: Any, edits: Edits, recorder: Recorder) -> _Steps:
    """Call the network on one step after another."""
    state = network.initial(len(rows)) if network.initial else None
    first = recorder.first(state)
    outputs, seen = [], []
    for number in range(rows.shape[1]):
        edits.at.step = number
        state = edited_state(network.module, state, edits.before) if number else state
        output, state = _step(network, rows[:, number], state)
        state = edited_state(network.module, state, edits.after)
        outputs.append(numbers(output))
        seen.append(recorder.step(number, state))
    return _Steps(np.stack(outputs, axis=1), seen, first)


def _mapped(network: TorchNetwork, rows: Any, edits: Edits, recorder: Recorder) -> _Steps:
    """Call a network that takes one sequence at a time on a step of all of them after another."""
    together = recorder.together or Together()
    state = network.initial(1) if network.initial else None
    first = {name: np.repeat(value, len(rows), axis=0) for name, value in recorder.first(state).items()}
    state = repeated(state, len(rows))
    outputs, seen = [], []

    def body(row: Any, state: Any) -> tuple[Any, Any]:
        together.witness = row
        state = edited_state(network.module, state, edits.before) if edits.at.step else state
        output, state = _step(network, row[None], state)
        state = edited_state(network.module, state, edits.after)
        seen.append(recorder.step(edits.at.step, state))
        return output[0], state

    with recurrent_layers(modules(network), together):
        for number in range(rows.shape[1]):
            edits.at.step = number
            output, state = each(body, rows[:, number], state)
            outputs.append(numbers(output))
    return _Steps(np.stack(outputs, axis=1), seen, first)


def _looped(network: TorchNetwork, rows: Any, edits: Edits, recorder: Recorder) -> _Steps:
    """Call the network on whole sequences, and cut at every call of the submodule that steps begin with."""
    if network.initial:
        network.initial(len(rows))
    first, seen = recorder.first(None), []
    begun = 0

    def end() -> None:
        edited_state(network.module, None, edits.after)
        seen.append(recorder.step(begun - 1, None))

    def begin(_: Any, __: Any) -> None:
        nonlocal begun
        if begun:
            end()
        edits.at.step = begun
        if begun:
            edited_state(network.module, None, edits.before)
        begun += 1

    with _attached(submodule(network, str(network.looped)).register_forward_pre_hook, begin):
        outputs = outputs_of_whole(network, rows)
    if begun != rows.shape[1]:
        raise MannscopeError(
            f"the submodule {network.looped!r} must be called once in every step, {rows.shape[1]} times",
            f"{begun} calls",
            "Name the submodule that every step calls first",
        )
    end()
    return _Steps(outputs, seen, first)


def _at_once(network: TorchNetwork, rows: Any, edits: Edits, recorder: Recorder) -> _Steps:
    """Call the network on whole sequences, and take from its submodules all steps at once."""
    outputs = outputs_of_whole(network, rows)
    whole = recorder.step(0, None)
    for name, values in whole.items():
        if values.shape[1] != rows.shape[1]:
            raise MannscopeError(
                f"the axis step of {name} must have the {rows.shape[1]} steps of the sequences",
                str(values.shape[1]),
                "Correct its axes",
            )
    return _Steps(
        outputs,
        [{name: values[:, step] for name, values in whole.items()} for step in range(rows.shape[1])],
        {},
    )


@contextmanager
def _attached(attach: Callable[[Any], Any], function: Any) -> Iterator[None]:
    handle = attach(function)
    try:
        yield
    finally:
        handle.remove()


def outputs_of_whole(network: TorchNetwork, rows: Any) -> np.ndarray:
    """Call the network on whole sequences, in the order of axes that it takes.

    Raises:
        MannscopeError: if it does not give an output for every step.
    """
    if (call := network.sequences) is None:
        must, remedy = "a network that is run on whole sequences must have a whole", "Pass whole"
        raise MannscopeError(must, "a step alone", remedy)
    if network.batch == "one":
        outputs = numbers(call(rows[0]))
        outputs = outputs[None] if outputs.ndim == 2 else outputs.reshape(1, len(rows[0]), -1)
    elif network.batch == "second":
        outputs = numbers(call(rows.swapaxes(0, 1)))
        outputs = outputs.swapaxes(0, 1) if outputs.ndim == 3 else outputs
    else:
        outputs = numbers(call(rows))
    if outputs.ndim != 3 or outputs.shape[:2] != tuple(rows.shape[:2]):
        raise MannscopeError(
            f"whole sequences must give an output for each of {rows.shape[1]} steps of {len(rows)} episodes",
            f"the shape {outputs.shape}",
            "Pass a whole that gives the outputs of all steps, and batch='second' if the batch comes second",
        )
    return outputs


def _step(network: TorchNetwork, rows: Any, state: Any) -> tuple[Any, Any]:
    """Take one step, in the order of axes that the module takes."""
    axis = 1 if network.batch == "first" else 0
    given = rows[0] if network.batch == "one" else rows
    if network.step:
        taken = network.step(given, state)
    else:
        taken = network.module(given[:, None] if axis else given[None], state)
    if not isinstance(taken, tuple | list) or len(taken) != 2:
        raise MannscopeError(
            "a step must give two things, the output and the next state",
            describe(taken),
            "Pass a step that does",
        )
    output, state = taken
    if not network.step and network.batch != "one" and output.ndim == 3:
        output = output[:, 0] if axis else output[0]
    if network.batch == "one":
        output = output.reshape(1, -1)
    if output.ndim != 2 or len(output) != len(rows):
        raise MannscopeError(
            "the output of a step must have the axes episode and output_symbol",
            f"the shape {tuple(output.shape)} for {len(rows)} episodes",
            "Pass a step whose output has no other axes",
        )
    return output, state
