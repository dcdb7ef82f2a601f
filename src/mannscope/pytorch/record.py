"""Record a PyTorch network as a trace, and ablate its parts to see what it relies on."""

import hashlib
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import numpy as np
import xarray as xr
from jaxtyping import Int

from mannscope.arrays import PADDING
from mannscope.errors import MannscopeError
from mannscope.interventions import Ablation, AblationEffect
from mannscope.pytorch.ablation import ablations, edits
from mannscope.pytorch.anatomy import Acted, acted
from mannscope.pytorch.network import EPISODE, TorchNetwork, check
from mannscope.pytorch.run import Edits, Run, difference_to_whole, run
from mannscope.tasks import TASKS, AbstractTask, Episode
from mannscope.traces import SCHEMA_VERSION, label
from mannscope.training.network import annotations

Episodes = Episode | Int[np.ndarray, "episode step"] | Sequence[Sequence[int]]


def record_torch(
    network: TorchNetwork,
    episodes: Episodes,
    *,
    task: AbstractTask | None = None,
    symbols: Sequence[str] = (),
    outputs: Sequence[str] = (),
    ablation: Ablation | None = None,
    seed: int = 0,
) -> xr.Dataset:
    """Run a PyTorch network step by step, and keep the tensors at its places as a trace.

    First the steps are compared with the network called on whole sequences, as far as it says how that is
    done: a trace is of what the network does, or there is none. The largest difference of a logit is the
    attribute `difference_to_whole`.

    Args:
        network: The module, and where its tensors are.
        episodes: Episodes of a task, or bare symbols (episode, step); -1 is padding.
        task: Names the symbols, outputs and categories.
        symbols: Names the symbols, where there is no task.
        outputs: Names the output symbols, where there is no task.
        ablation: What to take away while the network runs.
        seed: Of what the module draws at random while it runs.

    Raises:
        MannscopeError: if the steps are not what the network does, a place is not where it should be, or
            there are too few names of symbols or outputs.
        UnknownNameError: if a path names no submodule.
    """
    check(network)
    bare = not isinstance(episodes, Episode)
    inputs = np.atleast_2d(np.asarray(episodes if bare else episodes.inputs)).astype(np.int32)
    symbols, outputs = (task.symbols, task.outputs) if task else (tuple(symbols), tuple(outputs))
    check_inputs(inputs, symbols)
    rows = encoded(network, inputs, len(symbols))
    made = run(network, rows, Edits(), seed)
    check_outputs(made.logits.shape[-1], outputs)
    difference = difference_to_whole(network, rows, made.logits, inputs, seed)
    if ablation is not None:
        made = run(network, rows, edits(network, ablation, len(inputs)), seed)
    trace = as_trace(network, made, inputs, task=task, symbols=symbols, outputs=outputs)
    if difference is not None:
        trace.attrs["difference_to_whole"] = difference
    return trace if bare else trace.assign(annotations(episodes))


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
    done = acted(network, made.values)
    trace = xr.Dataset(_variables(network, made, done, inputs), attrs=_attributes(network))
    categories = task.categories if task else ()
    trace = label(trace, symbols=symbols, outputs=outputs, categories=categories, anatomy=done.anatomy)
    trace = _labelled(network, trace)
    if task is not None:
        trace.attrs["task"] = _task_name(task)
    if "slot" in trace.dims:
        trace.attrs["slots"] = trace.sizes["slot"]
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


def check_inputs(inputs: np.ndarray, symbols: Sequence[str]) -> None:
    """Refuse symbols that have no name.

    Raises:
        MannscopeError: if there are such, or no symbols at all.
    """
    if not inputs.size:
        must = "there must be at least one episode of at least one step"
        raise MannscopeError(must, f"the shape {inputs.shape}", "Pass symbols (episode, step)")
    if inputs.min() < PADDING or inputs.max() >= len(symbols):
        raise MannscopeError(
            f"symbols must be from 0 to {len(symbols) - 1}, or {PADDING} for padding",
            f"{inputs.min()} to {inputs.max()}, with names for {len(symbols)}",
            "Pass the task, or symbols=[...] with a name for each",
        )


def check_outputs(logits: int, outputs: Sequence[str]) -> None:
    """Refuse more or fewer names than logits.

    Raises:
        MannscopeError: if there are such.
    """
    if outputs and len(outputs) != logits:
        raise MannscopeError(
            f"outputs must name the {logits} logits of a step",
            f"{len(outputs)} names",
            "Pass a network whose step and whole give as many logits, or other outputs",
        )


def encoded(network: TorchNetwork, inputs: np.ndarray, symbols: int) -> Any:
    """Turn symbols into what a step receives: one-hot rows, unless the network says otherwise."""
    torch = import_module("torch")
    weights = next(network.module.parameters(), torch.zeros(0))
    tensor = torch.from_numpy(inputs.astype(np.int64)).to(weights.device)
    if network.encode:
        return network.encode(tensor)
    read = (tensor != PADDING).unsqueeze(-1)
    one_hot = torch.nn.functional.one_hot(tensor.clamp(min=0), symbols)
    return (one_hot * read).to(weights.dtype)


def _labelled(network: TorchNetwork, trace: xr.Dataset) -> xr.Dataset:
    """Label the axis of the distribution over actions."""
    if not network.action or not network.actions:
        return trace
    axis = trace[network.action].dims[-1]
    return trace.assign_coords({axis: list(network.actions)})


def _variables(
    network: TorchNetwork, made: Run, done: Acted, inputs: Int[np.ndarray, "episode step"]
) -> dict[str, Any]:
    free = {"action": "choice"}  # the variable `action` of a trace is what was done
    places = {
        name: (
            (EPISODE, "step", *(free.get(axis, axis) for axis in place.axes if axis != EPISODE)),
            made.values[name],
        )
        for name, place in network.places.items()
    }
    return places | {
        "input": ((EPISODE, "step"), inputs),
        "logits": ((EPISODE, "step", "output_symbol"), made.logits),
        "output": ((EPISODE, "step"), made.logits.argmax(-1).astype(np.int32)),
        "action": ((EPISODE, "step", "actor"), done.taken),
    }


def _attributes(network: TorchNetwork) -> dict[str, Any]:
    return {
        "schema_version": SCHEMA_VERSION,
        "network": network.name or type(network.module).__name__,
        "fingerprint": fingerprint(network.module),
    }


def fingerprint(module: Any) -> str:
    """Hash the weights, as the fingerprint of a network of ours."""
    digest = hashlib.sha256()
    for name, tensor in module.state_dict().items():
        digest.update(name.encode())
        digest.update(np.ascontiguousarray(tensor.detach().cpu().float().numpy()).tobytes())
    return digest.hexdigest()[:16]
