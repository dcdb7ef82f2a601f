"""What a network is run on: symbols by index, checked in words, and what it receives for them."""

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Int

from mannscope.arrays import PADDING
from mannscope.errors import MannscopeError
from mannscope.pytorch.library import load_torch
from mannscope.pytorch.network import TorchNetwork
from mannscope.pytorch.recorder import numbers
from mannscope.tasks import Episode

Episodes = Any
"""Episodes of a task, or symbols (episode, step) by index: nested lists, an array or a tensor."""


def read_symbols(episodes: Episodes) -> Int[np.ndarray, "episode step"]:
    """Read symbols by index, -1 being padding.

    Raises:
        MannscopeError: if they are of another type or form.
    """
    remedy = f"Pass whole numbers (episode, step), with {PADDING} for padding"
    given: Any = episodes.inputs if isinstance(episodes, Episode) else episodes
    if hasattr(given, "detach"):
        given = given.detach().cpu().numpy()
    try:
        inputs = np.asarray(given)
    except ValueError as problem:
        raise MannscopeError(
            "episodes must be equally long", "rows of different lengths", f"Fill them up with {PADDING}"
        ) from problem
    if inputs.dtype.kind in "USO":
        must, remedy = (
            "symbols must be indices",
            "Pass task.episode(text), or [names.index(one) for one in …]",
        )
        raise MannscopeError(
            must, f"text, such as {str(inputs.flat[0])!r}" if inputs.size else "text", remedy
        )
    if inputs.ndim > 2:
        raise MannscopeError(
            "symbols must have the axes episode and step",
            f"the shape {inputs.shape}",
            "Pass vectors as rows, with a symbol for each (see Patterns), and symbols by index",
        )
    if inputs.size and inputs.dtype.kind not in "iu":
        raise MannscopeError("symbols must be whole numbers", f"numbers of type {inputs.dtype}", remedy)
    if not inputs.size:
        must = "there must be at least one episode of at least one step"
        raise MannscopeError(must, f"the shape {inputs.shape}", remedy)
    return np.atleast_2d(inputs).astype(np.int32)


def check_symbols(inputs: Int[np.ndarray, "episode step"], symbols: Sequence[str]) -> None:
    """Make sure that all symbols have names.

    Raises:
        MannscopeError: if one has none.
    """
    if inputs.min() < PADDING or inputs.max() >= len(symbols):
        raise MannscopeError(
            f"symbols must be from 0 to {len(symbols) - 1}, or {PADDING} for padding",
            f"{inputs.min()} to {inputs.max()}, with names for {len(symbols)}",
            "Pass the task, or symbols=[...] with a name for each",
        )


def encoded(network: TorchNetwork, inputs: Int[np.ndarray, "episode step"], symbols: int) -> Any:
    """Give what the network receives for symbols: what its `encode` makes of them, or one-hot rows."""
    if network.library == "jax":
        return _encoded_in_jax(network, inputs, symbols)
    torch = load_torch()
    weights = _weights(network)
    tensor = torch.from_numpy(inputs.astype(np.int64)).to(weights.device)
    if network.encode:
        rows = network.encode(tensor)
        return torch.as_tensor(rows).to(weights) if isinstance(rows, np.ndarray) else rows
    read = (tensor != PADDING).unsqueeze(-1)
    one_hot = torch.nn.functional.one_hot(tensor.clamp(min=0), symbols)
    return (one_hot * read).to(weights.dtype)


def decoded(network: TorchNetwork, outputs: np.ndarray) -> np.ndarray:
    """Give logits: what the network's `decode` makes of its outputs, or these themselves."""
    return np.asarray(network.decode(outputs), np.float32) if network.decode else outputs


def own_rows(network: TorchNetwork, rows: Any, inputs: Int[np.ndarray, "episode step"]) -> Any:
    """Take the vectors that a network receives as they are given.

    Raises:
        MannscopeError: if there is not one for each symbol, or one is not of numbers.
    """
    array = numbers(rows)
    if array.shape[:2] != inputs.shape or array.ndim != 3:
        raise MannscopeError(
            f"rows must be a vector for each symbol, ({inputs.shape[0]}, {inputs.shape[1]}, feature)",
            f"the shape {array.shape}",
            "Pass rows (episode, step, feature)",
        )
    if network.library == "jax":
        return jnp.asarray(array)
    return load_torch().as_tensor(array).to(_weights(network))


def _encoded_in_jax(network: TorchNetwork, inputs: Int[np.ndarray, "episode step"], symbols: int) -> Any:
    if network.encode:
        return jnp.asarray(network.encode(jnp.asarray(inputs)))
    return jax.nn.one_hot(inputs, symbols)  # zeros for padding, which is no symbol


def _weights(network: TorchNetwork) -> Any:
    torch = load_torch()
    return next((one for one in network.module.parameters() if one.is_floating_point()), torch.zeros(0))


def check_outputs(values: int, outputs: Sequence[str]) -> None:
    """Make sure that outputs have names, if they are named at all.

    Raises:
        MannscopeError: if there are more or fewer names than outputs.
    """
    if outputs and len(outputs) != values:
        raise MannscopeError(
            f"outputs must name the {values} logits of a step",
            f"{len(outputs)} names",
            "Pass a network whose step and whole give as many logits, or other outputs",
        )


def check_numbers(
    values: Float[np.ndarray, "episode step *rest"], inputs: Int[np.ndarray, "episode step"], name: str
) -> None:
    """Make sure that what a network has computed are numbers, wherever there is a symbol.

    Raises:
        MannscopeError: if one is NaN.
    """
    wrong = np.isnan(values.reshape(*inputs.shape, -1)).any(axis=-1) & (inputs != PADDING)
    if wrong.any():
        episode, step = np.argwhere(wrong)[0].tolist()
        must, got = f"{name} must be numbers", f"NaN in episode {episode} at step {step}"
        raise MannscopeError(must, got, "Look at the weights, and at what is divided by")
