"""Layers of controllers: linear maps, and what a controller sees at a step."""

from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

ControllerState = tuple[Float[Array, " _"], ...]
"""The hidden vector, and whatever else is kept from step to step."""


class Sight(NamedTuple):
    """What a controller sees: how many of the last symbols at once, and whether what was read before."""

    symbols: int
    """Size of the alphabet."""
    readings: int
    """Numbers that are read in a step."""
    window: int = 1
    """How many symbols, the one of this step among them."""
    feeds_back: bool = True
    """Whether the reading of the step before is seen."""

    @property
    def sizes(self) -> tuple[int, int]:
        """Numbers of the symbols, and of the reading, that are seen."""
        return self.symbols * self.window, self.readings * self.feeds_back

    def at_rest(self) -> ControllerState:
        """Give the symbols before the first step, of which there are none: zeros."""
        return (jnp.zeros(self.symbols * (self.window - 1)),) if self.window > 1 else ()

    def see(
        self, symbol: Float[Array, " symbol"], reading: Float[Array, " reading"], state: ControllerState
    ) -> tuple[Float[Array, " seen"], Float[Array, " fed_back"], ControllerState]:
        """Give the symbols that are seen, the newest first; the reading; and the controller's own state."""
        reading = reading if self.feeds_back else reading[:0]
        if self.window == 1:
            return symbol, reading, state
        return jnp.concatenate([symbol, state[-1]]), reading, state[:-1]

    def remember(self, seen: Float[Array, " seen"]) -> ControllerState:
        """Give what is seen again at the next step: all but the oldest symbol."""
        return (seen[: -self.symbols],) if self.window > 1 else ()


class Affine(eqx.Module):
    """A sum of linear maps of a symbol, a reading and a hidden vector, plus a bias.

    The three maps start at scales of their own: a symbol picks one row, so its map starts at 0.5 whatever the
    size of the alphabet; the others start at one over the square root of their input.
    """

    symbol: Float[Array, "outputs symbol"]
    reading: Float[Array, "outputs reading"]
    recurrent: Float[Array, "outputs recurrent"]
    bias: Float[Array, " outputs"]

    def __init__(
        self, symbols: int, readings: int, recurrent: int, outputs: int, *, key: PRNGKeyArray
    ) -> None:
        keys = jax.random.split(key, 3)
        self.symbol = 0.5 * jax.random.normal(keys[0], (outputs, symbols))
        self.reading = scaled(keys[1], outputs, readings)
        self.recurrent = scaled(keys[2], outputs, recurrent)
        self.bias = jnp.zeros(outputs)

    def __call__(
        self,
        symbol: Float[Array, " symbol"],
        reading: Float[Array, " reading"],
        recurrent: Float[Array, " recurrent"],
    ) -> Float[Array, " outputs"]:
        """Add up the three maps and the bias."""
        return self.symbol @ symbol + self.reading @ reading + self.recurrent @ recurrent + self.bias


class Linear(eqx.Module):
    """A linear map with a bias, started at one over the square root of its input."""

    weight: Float[Array, "outputs inputs"]
    bias: Float[Array, " outputs"]

    def __init__(self, inputs: int, outputs: int, *, key: PRNGKeyArray, bias: float = 0.0) -> None:
        self.weight = scaled(key, outputs, inputs)
        self.bias = jnp.full(outputs, bias, dtype=float)

    def __call__(self, vector: Float[Array, " inputs"]) -> Float[Array, " outputs"]:
        """Map one vector."""
        return self.weight @ vector + self.bias


def scaled(key: PRNGKeyArray, outputs: int, inputs: int) -> Float[Array, "outputs inputs"]:
    """Draw a map that starts at one over the square root of its input."""
    return jax.random.normal(key, (outputs, inputs)) / jnp.sqrt(max(inputs, 1))
