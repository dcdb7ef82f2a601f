"""What is asked of a PyTorch network on its task: whether edits do anything, and what must be looked at."""

import inspect
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float, Int

from mannscope.errors import MannscopeError
from mannscope.interventions import Force
from mannscope.pytorch.compare import CLOSE, difference_to_whole
from mannscope.pytorch.modules import modules
from mannscope.pytorch.network import STORE, TorchNetwork
from mannscope.pytorch.run import Edits, Run, run
from mannscope.pytorch.symbols import check_numbers, check_outputs, decoded, encoded
from mannscope.pytorch.weights import check_weights
from mannscope.tasks import AbstractTask


def first_look(
    network: TorchNetwork, inputs: Int[np.ndarray, "episode step"], task: AbstractTask, seed: int
) -> Run:
    """Run a few episodes, step by step, which must give what whole sequences give.

    Raises:
        MannscopeError: if they do not, or weights or outputs are not numbers.
    """
    check_weights(network, modules(network))
    rows = encoded(network, inputs, len(task.symbols))
    made = run(network, rows, Edits(), seed)
    check_numbers(made.logits, inputs, "the outputs of the network")
    check_outputs(decoded(network, made.logits).shape[-1], task.outputs)
    difference_to_whole(network, rows, made.logits, inputs, seed)
    check_weights(network, made.modules)
    return made


def maps(
    network: TorchNetwork,
    inputs: Int[np.ndarray, "episode step"],
    plain: Run,
    task: AbstractTask,
    seed: int,
) -> bool:
    """Whether a network that takes one sequence at a time gives the same for many at once.

    PyTorch maps most modules, but not those that keep a state in their attributes, or branch on values.
    """
    if network.batch != "one" or network.looped or network.at_once or network.library != "torch":
        return False
    try:
        made = run(network, encoded(network, inputs, len(task.symbols)), Edits(), seed, at_once=True)
    except (RuntimeError, TypeError, ValueError, IndexError, MannscopeError):  # what PyTorch cannot map
        return False
    pairs = [
        (plain.logits, made.logits),
        *((value, made.values[name]) for name, value in plain.values.items()),
    ]
    return all(one.shape == other.shape and np.allclose(one, other, atol=CLOSE) for one, other in pairs)


class Plain(NamedTuple):
    """What a run without edits leaves of every step."""

    logits: Float[np.ndarray, "episode step output_symbol"]
    actions: Int[np.ndarray, "episode step actor"]


def options_of(task: AbstractTask) -> dict[str, Any]:
    """Give a task by its name and options."""
    options = inspect.signature(type(task)).parameters
    return {"name": task.NAME} | {name: getattr(task, name) for name in options}


def require_own_slots(slots: int | None, *, capped: bool) -> None:
    """Refuse a size of the memory.

    Raises:
        MannscopeError: if one is asked for.
    """
    if slots is not None or capped:
        must = "a PyTorch network has a memory of its own size"
        raise MannscopeError(must, f"slots={slots}, capped={capped}", "Leave slots out")


def is_idle(edit: Any) -> bool:
    """Whether an edit does nothing, wherever it is made."""
    if isinstance(edit, Force):
        return not (np.asarray(edit.actions) >= 0).any()
    where = getattr(edit, "where", None)
    return where is not None and not np.asarray(where).any()


def decided_by(network: TorchNetwork) -> tuple[str, ...]:
    """Name the places that actions are read off."""
    if network.gates or network.action:
        return ("hidden", *(network.gates or (str(network.action),)))
    heads = (name for name, place in network.places.items() if "slot" in place.axes and name != STORE)
    return ("hidden", *heads)
