"""What a run with hard actions leaves, for a program to be made of it."""

from dataclasses import replace
from typing import Any

import numpy as np
from jaxtyping import Int

from mannscope.errors import MannscopeError
from mannscope.memories.realisations import Realisation
from mannscope.pytorch.library import load_torch
from mannscope.pytorch.network import EPISODE, Place, TorchNetwork, several
from mannscope.pytorch.paths import Path
from mannscope.pytorch.run import Run
from mannscope.training.hard_run import HardRun

RECURRENT = "recurrent "
"""What the names of the places of all that the controller hands on begin with, each flattened."""


def recurring(network: TorchNetwork) -> TorchNetwork:
    """Give a network that also tells all that its controller hands to its own next step."""
    paths = several(network.recurrent) or (network.places["hidden"].path,)
    handed_on = [path for path in paths if not Path.read(path).is_output]
    of = _row if network.batch == "one" else _flattened
    names = [f"{RECURRENT}{number}" for number in range(len(handed_on))]
    places = {name: Place(path, (EPISODE, name), of) for name, path in zip(names, handed_on, strict=True)}
    return replace(network, places={**network.places, **places})


def hard_steps(made: Run, action: Int[np.ndarray, "episode step actor"], machine: Realisation) -> HardRun:
    """Give what was done and written at every step.

    Raises:
        MannscopeError: if it is not known what is written.
    """
    if not machine.contents:
        must = "a network must name the place of what is written, for a program to be extracted"
        raise MannscopeError(must, "none", "Pass written=")
    plane = made.logits.shape[:2]
    nothing = np.zeros((*plane, 1), np.float32)
    states = [value for name, value in made.values.items() if name.startswith(RECURRENT)]
    row = made.values[machine.contents].reshape(*plane, -1)
    return HardRun(
        state=np.concatenate(states, axis=-1) if states else nothing,
        action=action,
        output=made.logits.argmax(axis=-1),
        places=np.zeros((*plane, 0), int),
        sharp=np.ones(plane, bool),
        reading=np.zeros_like(row),
        row=row,
    )


def _flattened(state: Any) -> Any:
    """Put all tensors of a state side by side, the episodes first.

    The first axis is theirs, or the second one of tensors with three, as PyTorch's own networks have it.
    """
    torch = load_torch()
    tensors = list(_tensors(state))
    turned = [tensor.movedim(1, 0) if tensor.ndim > 2 else tensor for tensor in tensors]
    return torch.cat([tensor.flatten(1) for tensor in turned], dim=1)


def _row(state: Any) -> Any:
    """Put all tensors of a state of one episode side by side."""
    return load_torch().cat([tensor.flatten() for tensor in _tensors(state)])[None]


def _tensors(whole: Any) -> Any:
    if isinstance(whole, dict):
        whole = tuple(whole.values())
    if isinstance(whole, tuple | list):
        for part in whole:
            yield from _tensors(part)
    elif hasattr(whole, "detach"):
        yield whole
