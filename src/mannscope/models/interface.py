"""The interface: one linear map whose output is cut into a memory's named, squashed operations."""

from math import prod
from typing import Any, Literal, get_args

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, PRNGKeyArray

from mannscope.errors import UnknownNameError
from mannscope.memories import AbstractMemory, Role
from mannscope.models.layers import Linear

InterfaceInput = Literal["hidden", "hidden+symbol", "symbol"]


class Interface(eqx.Module):
    """Emits the operations from the hidden vector, from the symbol, or from both.

    Where it sees the symbol alone, an action can depend on nothing but the symbol: that is an ablation, since
    then a policy by category is built in and cannot be found.

    Source: Graves et al. (2016), "interface vector". https://doi.org/10.1038/nature20101
    """

    interface_input: InterfaceInput = eqx.field(static=True)
    gains: tuple[float, ...] = eqx.field(static=True)
    """What every emitted number is multiplied by: the policy gain where it decides an action, else 1."""
    linear: Linear

    def __init__(
        self,
        memory: AbstractMemory,
        symbols: int,
        hidden: int,
        interface_input: InterfaceInput,
        policy_gain: float = 1.0,
        *,
        key: PRNGKeyArray,
    ) -> None:
        if interface_input not in get_args(InterfaceInput):
            raise UnknownNameError("interface", interface_input, get_args(InterfaceInput))
        inputs = {"hidden": hidden, "hidden+symbol": hidden + symbols, "symbol": symbols}[interface_input]
        self.interface_input = interface_input
        self.gains = tuple(float(gain) for gain in np.where(policy_mask(memory), policy_gain, 1.0))
        self.linear = Linear(inputs, size(memory), key=key)

    def __call__(
        self, symbol: Float[Array, " symbol"], hidden: Float[Array, " hidden"]
    ) -> Float[Array, " interface"]:
        """Emit the raw vector, before it is cut and squashed."""
        if self.interface_input == "symbol":
            seen = symbol
        else:
            seen = hidden if self.interface_input == "hidden" else jnp.concatenate([hidden, symbol])
        return jnp.asarray(self.gains) * self.linear(seen)


def size(memory: AbstractMemory) -> int:
    """Count the numbers that a memory takes in one step."""
    return sum(prod(field.shape) for field in memory.fields)


def cut(memory: AbstractMemory, raw: Float[Array, " interface"]) -> Any:
    """Cut the emitted vector into the memory's fields and squash each into its range."""
    fields, start = {}, 0
    for field in memory.fields:
        end = start + prod(field.shape)
        fields[field.name] = field.squash(raw[start:end].reshape(field.shape))
        start = end
    return memory.ops(**fields)


def policy_mask(memory: AbstractMemory) -> Bool[np.ndarray, " interface"]:
    """Mark the numbers of the emitted vector that decide what is done, rather than what is written."""
    return np.concatenate(
        [
            np.zeros(0, bool),
            *(np.full(prod(field.shape), field.role is Role.POLICY) for field in memory.fields),
        ]
    )
