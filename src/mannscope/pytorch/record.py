"""Record a PyTorch network as a trace, and ablate its parts to see what it relies on."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr
from jaxtyping import Int

from mannscope.interventions import Ablation, AblationEffect
from mannscope.pytorch.ablation import ablations, edits
from mannscope.pytorch.anatomy import SLOT, Acted, acted
from mannscope.pytorch.compare import difference_to_whole
from mannscope.pytorch.handing import handed_over
from mannscope.pytorch.modules import modules
from mannscope.pytorch.network import EPISODE, STEP, STORE, TorchNetwork, check
from mannscope.pytorch.recorder import Edits, alike, numbers, recorded_axes
from mannscope.pytorch.run import Run, run
from mannscope.pytorch.symbols import (
    Episodes,
    check_numbers,
    check_outputs,
    check_symbols,
    decoded,
    encoded,
    own_rows,
    read_symbols,
)
from mannscope.pytorch.weights import check_weights, fingerprint
from mannscope.tasks import TASKS, AbstractTask, Episode
from mannscope.traces import SCHEMA_VERSION, label
from mannscope.training.network import annotations


def record_torch(
    network: TorchNetwork,
    episodes: Episodes,
    *,
    task: AbstractTask | None = None,
    symbols: Sequence[str] = (),
    outputs: Sequence[str] = (),
    rows: Any = None,
    state: Any = None,
    ablation: Ablation | None = None,
    seed: int = 0,
) -> xr.Dataset:
    """Run a PyTorch network step by step, and keep the tensors at its places as a trace.

    First the steps are compared with the network called on whole sequences, as far as it says how that is
    done: a trace is of what the network does, or there is none. The largest difference of an output is the
    attribute `difference_to_whole`.

    Args:
        network: The module, and where its tensors are.
        episodes: Episodes of a task, or bare symbols (episode, step); -1 is padding.
        task: Names the symbols, outputs and categories.
        symbols: Names the symbols, where there is no task.
        outputs: Names the output symbols, where there is no task.
        rows: The vectors (episode, step, feature) that the network receives, where they do not follow from
            the symbols alone. They are kept as `input_vector`.
        state: State before the first step, of these episodes, instead of the network's own `initial`.
        ablation: What to take away while the network runs.
        seed: Of what the module draws at random while it runs.

    Raises:
        MannscopeError: if the steps are not what the network does, a place is not where it should be, what is
            passed is of another form, or weights or outputs are not numbers.
        UnknownNameError: if a path names no submodule.
    """
    check(network)
    check_weights(network, modules(network))
    inputs = read_symbols(episodes)
    symbols, outputs = (task.symbols, task.outputs) if task else (tuple(symbols), tuple(outputs))
    check_symbols(inputs, symbols)
    given = encoded(network, inputs, len(symbols)) if rows is None else own_rows(network, rows, inputs)
    network = network if state is None else handed_over(network, state)
    made = run(network, given, Edits(), seed)
    check_numbers(made.logits, inputs, "the outputs of the network")
    difference = difference_to_whole(network, given, made.logits, inputs, seed)
    if ablation is not None:
        number = 1 if network.batch == "one" else len(inputs)
        made = run(network, given, edits(network, ablation, number, seed), seed)
    check_weights(network, made.modules)
    trace = as_trace(network, made, inputs, task=task, symbols=symbols, outputs=outputs)
    if rows is not None:
        trace["input_vector"] = ((EPISODE, STEP, "feature"), numbers(given))
    if difference is not None:
        trace.attrs["difference_to_whole"] = difference
    return trace.assign(annotations(episodes)) if isinstance(episodes, Episode) else trace


def as_trace(
    network: TorchNetwork,
    made: Run,
    inputs: Int[np.ndarray, "episode step"],
    *,
    task: AbstractTask | None,
    symbols: Sequence[str],
    outputs: Sequence[str],
) -> xr.Dataset:
    """Make a trace of what a run has left."""
    done = acted(network, made.values, made.first)
    variables = _variables(network, made, done, inputs, len(outputs))
    trace = xr.Dataset(variables, attrs=_attributes(network, made))
    categories = task.categories if task else ()
    trace = label(trace, symbols=symbols, outputs=outputs, categories=categories, anatomy=done.anatomy)
    trace = _labelled(network, trace)
    if task is not None:
        trace.attrs["task"] = _task_name(task)
    if SLOT in trace.dims:
        trace.attrs["slots"] = trace.sizes[SLOT]
    return trace


def ablate_torch(
    network: TorchNetwork, episodes: Episodes, *, seed: int = 0, **labels: Any
) -> tuple[AblationEffect, ...]:
    """Ablate each part that a PyTorch network has, and measure what changes.

    `labels` are the task, or the symbols and outputs, as for `record_torch`.

    Raises:
        MannscopeError: as `record_torch` does.
    """
    before = record_torch(network, episodes, seed=seed, **labels)
    return tuple(
        AblationEffect.of(kind, before, record_torch(network, episodes, ablation=kind, seed=seed, **labels))
        for kind in ablations(network)
    )


def _task_name(task: AbstractTask) -> str:
    return next((name for name, kind in TASKS.items() if kind is type(task)), type(task).__name__)


def _labelled(network: TorchNetwork, trace: xr.Dataset) -> xr.Dataset:
    """Label the axis of the distribution over actions."""
    if not network.action or not network.actions:
        return trace
    axis = trace[network.action].dims[-1]
    return trace.assign_coords({axis: list(network.actions)})


def _variables(
    network: TorchNetwork,
    made: Run,
    done: Acted,
    inputs: Int[np.ndarray, "episode step"],
    outputs: int,
) -> dict[str, Any]:
    """Gather what is recorded: places, what the memory was before each step, outputs and actions."""
    free = {"action": "choice"}  # the variable `action` of a trace is what was done
    variables: dict[str, Any] = {}
    for name, place in network.places.items():
        axes = (EPISODE, STEP, *(free.get(axis, axis) for axis in recorded_axes(place)))
        variables[name] = (axes, made.values[name])
        if name in made.first and (name == STORE or SLOT in place.axes):
            variables.setdefault(f"{name}_before", (axes, _before(made.first[name], made.values[name])))
    logits = made.logits
    if network.decode:
        variables["output_vector"] = ((EPISODE, STEP, "output_feature"), logits)
        logits = decoded(network, logits)
    check_outputs(logits.shape[-1], [""] * outputs)
    return variables | {
        "input": ((EPISODE, STEP), inputs),
        "logits": ((EPISODE, STEP, "output_symbol"), logits),
        "output": ((EPISODE, STEP), logits.argmax(-1).astype(np.int32)),
        "action": ((EPISODE, STEP, "actor"), done.taken),
    }


def _before(first: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Give what was there before each step: what the step before has left."""
    empty = np.zeros((len(first), *after.shape[2:]), after.dtype)
    filled = alike([first, empty])[0]
    return np.concatenate([filled[:, None], after[:, :-1]], axis=1)


def _attributes(network: TorchNetwork, made: Run) -> dict[str, Any]:
    return {
        "schema_version": SCHEMA_VERSION,
        "network": network.name or type(network.module).__name__,
        "fingerprint": fingerprint(network, made.modules),
    }
