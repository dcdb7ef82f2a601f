"""The differentiable neural computer of PyPI's package `dnc`, version 1.1.0."""

import math
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from mannscope.errors import MannscopeError
from mannscope.pytorch.library import load_dnc, load_torch
from mannscope.pytorch.network import EPISODE, Place, TorchNetwork


class _Part(NamedTuple):
    """One part of the interface, in the order in which `dnc.Memory.forward` cuts it."""

    name: str
    linear: str
    """Submodule that gives it alone, where each part has one."""
    axes: tuple[str, ...]
    squash: str


_HEAD, _WIDE, _ALONE = ("read_head",), ("write_head", "width"), ("write_head",)
_INTERFACE = (
    _Part("read_key", "read_keys_transform", ("read_head", "width"), "tanh"),
    _Part("read_key_strength", "read_strengths_transform", _HEAD, "softplus"),
    _Part("write_key", "write_key_transform", _WIDE, "tanh"),
    _Part("write_key_strength", "write_strength_transform", _ALONE, "softplus"),
    _Part("erase", "erase_vector_transform", _WIDE, "sigmoid"),
    _Part("add", "write_vector_transform", _WIDE, "tanh"),
    _Part("free_gate", "free_gates_transform", _HEAD, "sigmoid"),
    _Part("allocation_gate", "allocation_gate_transform", _ALONE, "sigmoid"),
    _Part("write_gate", "write_gate_transform", _ALONE, "sigmoid"),
    _Part("read_mode", "read_modes_transform", ("read_head", "mode"), "softmax"),
)
_POLICY = ("free_gate", "allocation_gate", "write_gate", "read_mode")


def torch_dnc(module: Any, outputs: int | None = None) -> TorchNetwork:
    """Describe a `dnc.DNC` as it comes: its controller, memory, heads and interface.

    The hidden state is that of the last layer, and so is the memory where every layer has one. The modes of
    `read_mode` are backward, forward and content, in this order.

    Called on a sequence, as its page says, the module does not hand a step's read vectors to the next step:
    all steps get those that it was called with, which are zeros. Here a step does the same.

    Args:
        module: The network.
        outputs: Number of logits to keep, the first ones; a DNC has as many outputs as inputs.

    Raises:
        MannscopeError: if it is another class of the package, or was made with debug or batch_first=False.
    """
    plain = type(module) is load_dnc().DNC
    if not plain or module.debug or not module.batch_first:
        got = (
            type(module).__name__ if not plain else f"debug={module.debug}, batch_first={module.batch_first}"
        )
        raise MannscopeError(
            "the network must be a dnc.DNC, batch first, without debug", got, "Describe it as a TorchNetwork"
        )
    layer = module.num_layers - 1
    stored = "state[1]" if module.share_memory else f"state[1][{layer}]"
    memories = [
        f"rnn_layer_memory_{name}" for name in (["shared"] if module.share_memory else range(layer + 1))
    ]
    memory = memories[-1]
    hidden = f"state[0][{layer}]{'[0]' if module.rnn_type.lower() == 'lstm' else ''}[-1]"
    places = {
        "hidden": Place(hidden, (EPISODE, "hidden")),
        "memory": Place(f"{stored}['memory']", (EPISODE, "slot", "width")),
        "read_weights": Place(f"{stored}['read_weights']", (EPISODE, "read_head", "slot")),
        "write_weights": Place(f"{stored}['write_weights']", (EPISODE, "write_head", "slot")),
        "usage": Place(f"{stored}['usage_vector']", (EPISODE, "slot")),
        "precedence": Place(f"{stored}['precedence']", (EPISODE, "write_head", "slot")),
        "reading": Place(f"{memory}[0]", (EPISODE, "read_head", "width")),
    }
    return TorchNetwork(
        module,
        places | _interface(module, memory),
        step=partial(_step, module, outputs),
        whole=lambda rows: module(rows)[0][..., :outputs],
        recurrent="state[0]",
        stored="state[1]",
        received=tuple(f"{name}[0]" for name in memories),
        policy_ops=_POLICY,
        reads="after writing",
    )


def _step(module: Any, outputs: int | None, rows: Any, state: Any) -> tuple[Any, Any]:
    """Take a step within a sequence: controllers and memory go on, the first read vectors stay zeros."""
    controllers, memory, _ = state or (None, None, None)
    logits, state = module(rows[:, None], (controllers, memory, None))
    return logits[:, 0, :outputs], state


def _interface(module: Any, memory: str) -> dict[str, Place]:
    """Give the place of every part of the interface, cut and squashed as the memory does it."""
    sizes = {"read_head": module.read_heads, "write_head": 1, "width": module.cell_size, "mode": 3}
    places, start = {}, 0
    for part in _INTERFACE:
        shape = tuple(sizes[axis] for axis in part.axes)
        stop = start + math.prod(shape)
        path, cut = f"{memory}.interface_weights", slice(start, stop)
        if module.independent_linears:
            path, cut = f"{memory}.{part.linear}", slice(None)
        places[part.name] = Place(path, (EPISODE, *part.axes), _squash(part.squash, cut, shape))
        start = stop
    return places


def _squash(name: str, cut: slice, shape: tuple[int, ...]) -> Callable[[Any], Any]:
    functional = load_torch().nn.functional
    squash = partial(functional.softmax, dim=-1) if name == "softmax" else getattr(functional, name)
    return lambda raw: squash(raw[:, cut].reshape(-1, *shape))
