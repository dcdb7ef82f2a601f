"""Controllers: the networks that drive a memory, all with one signature.

A controller sees the symbol as a one-hot vector (zeros for padding), the reading of the step before, and its
own state, a tuple whose first member is the hidden vector h. Its options are the arguments of its
constructor.
"""

from abc import abstractmethod

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from mannscope.errors import require_positive

ControllerState = tuple[Float[Array, " hidden"], ...]


class AbstractController(eqx.Module):
    """A recurrent or feed-forward network for one example."""

    hidden: eqx.AbstractVar[int]

    @abstractmethod
    def initial(self) -> ControllerState:
        """Make the state before the first step."""

    @abstractmethod
    def __call__(
        self, symbol: Float[Array, " symbol"], reading: Float[Array, " reading"], state: ControllerState
    ) -> ControllerState:
        """Take one step."""


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
        self.reading = _scaled(keys[1], outputs, readings)
        self.recurrent = _scaled(keys[2], outputs, recurrent)
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
        self.weight = _scaled(key, outputs, inputs)
        self.bias = jnp.full(outputs, bias, dtype=float)

    def __call__(self, vector: Float[Array, " inputs"]) -> Float[Array, " outputs"]:
        """Map one vector."""
        return self.weight @ vector + self.bias


class FeedForward(AbstractController):
    """A controller without a state of its own: one hidden layer over symbol and reading.

    Source: Graves et al. (2014), section 3.4.

    Args:
        hidden: Number of hidden units.
    """

    hidden: int = eqx.field(static=True)
    layer: Affine

    def __init__(self, symbols: int, readings: int, hidden: int = 64, *, key: PRNGKeyArray) -> None:
        require_positive("the controller", hidden=hidden)
        self.hidden = hidden
        self.layer = Affine(symbols, readings, 0, hidden, key=key)

    def initial(self) -> ControllerState:
        """Zeros, which are never looked at."""
        return (jnp.zeros(self.hidden),)

    def __call__(
        self, symbol: Float[Array, " symbol"], reading: Float[Array, " reading"], state: ControllerState
    ) -> ControllerState:
        """Forget the state and compute a new hidden vector."""
        return (jnp.tanh(self.layer(symbol, reading, jnp.zeros(0))),)


class RNN(AbstractController):
    """An Elman network with tanh units.

    Args:
        hidden: Number of hidden units.
    """

    hidden: int = eqx.field(static=True)
    layer: Affine

    def __init__(self, symbols: int, readings: int, hidden: int = 64, *, key: PRNGKeyArray) -> None:
        require_positive("the controller", hidden=hidden)
        self.hidden = hidden
        self.layer = Affine(symbols, readings, hidden, hidden, key=key)

    def initial(self) -> ControllerState:
        """Zeros."""
        return (jnp.zeros(self.hidden),)

    def __call__(
        self, symbol: Float[Array, " symbol"], reading: Float[Array, " reading"], state: ControllerState
    ) -> ControllerState:
        """Take one step."""
        return (jnp.tanh(self.layer(symbol, reading, state[0])),)


class GRU(AbstractController):
    """A gated recurrent unit.

    Source: Cho et al. (2014), equations (5) to (8). https://arxiv.org/abs/1406.1078

    Args:
        hidden: Number of hidden units.
    """

    hidden: int = eqx.field(static=True)
    gates: Affine
    candidate: Affine

    def __init__(self, symbols: int, readings: int, hidden: int = 64, *, key: PRNGKeyArray) -> None:
        gates_key, candidate_key = jax.random.split(key)
        require_positive("the controller", hidden=hidden)
        self.hidden = hidden
        self.gates = Affine(symbols, readings, hidden, 2 * hidden, key=gates_key)
        self.candidate = Affine(symbols, readings, hidden, hidden, key=candidate_key)

    def initial(self) -> ControllerState:
        """Zeros."""
        return (jnp.zeros(self.hidden),)

    def __call__(
        self, symbol: Float[Array, " symbol"], reading: Float[Array, " reading"], state: ControllerState
    ) -> ControllerState:
        """Take one step."""
        (hidden,) = state
        keep, reset = jnp.split(jax.nn.sigmoid(self.gates(symbol, reading, hidden)), 2)
        return (keep * hidden + (1 - keep) * jnp.tanh(self.candidate(symbol, reading, reset * hidden)),)


class LSTM(AbstractController):
    """A long short-term memory with a forget bias of 1.

    Source: Hochreiter & Schmidhuber (1997), with the forget gate of Gers et al. (2000).

    Args:
        hidden: Number of hidden units.
    """

    hidden: int = eqx.field(static=True)
    gates: Affine

    def __init__(self, symbols: int, readings: int, hidden: int = 64, *, key: PRNGKeyArray) -> None:
        require_positive("the controller", hidden=hidden)
        self.hidden = hidden
        self.gates = Affine(symbols, readings, hidden, 4 * hidden, key=key)

    def initial(self) -> ControllerState:
        """Zeros."""
        return (jnp.zeros(self.hidden), jnp.zeros(self.hidden))

    def __call__(
        self, symbol: Float[Array, " symbol"], reading: Float[Array, " reading"], state: ControllerState
    ) -> ControllerState:
        """Take one step."""
        hidden, cell = state
        enter, forget, candidate, leave = jnp.split(self.gates(symbol, reading, hidden), 4)
        cell = jax.nn.sigmoid(forget + 1) * cell + jax.nn.sigmoid(enter) * jnp.tanh(candidate)
        return (jax.nn.sigmoid(leave) * jnp.tanh(cell), cell)


class GatedMLP(AbstractController):
    """A recurrent network whose update has a hidden layer, so that a step can look up a table of two values.

    u = relu(W [x; r; h]); g = sigmoid(W_g u); h' = g h + (1 - g) tanh(W_c u + W_s r).

    Args:
        hidden: Number of hidden units.
        layer: Number of units of the hidden layer.
        gate_bias: Bias that the gate starts with; higher keeps more of the old state.
    """

    hidden: int = eqx.field(static=True)
    layer: Affine
    gate: Linear
    candidate: Linear
    skip: Float[Array, "hidden reading"]

    def __init__(
        self,
        symbols: int,
        readings: int,
        hidden: int = 48,
        layer: int = 128,
        gate_bias: float = 0.0,
        *,
        key: PRNGKeyArray,
    ) -> None:
        keys = jax.random.split(key, 4)
        require_positive("the controller", hidden=hidden, layer=layer)
        self.hidden = hidden
        self.layer = Affine(symbols, readings, hidden, layer, key=keys[0])
        self.gate = Linear(layer, hidden, key=keys[1], bias=gate_bias)
        self.candidate = Linear(layer, hidden, key=keys[2])
        self.skip = _scaled(keys[3], hidden, readings)

    def initial(self) -> ControllerState:
        """Zeros."""
        return (jnp.zeros(self.hidden),)

    def __call__(
        self, symbol: Float[Array, " symbol"], reading: Float[Array, " reading"], state: ControllerState
    ) -> ControllerState:
        """Take one step."""
        (hidden,) = state
        units = jax.nn.relu(self.layer(symbol, reading, hidden))
        keep = jax.nn.sigmoid(self.gate(units))
        return (keep * hidden + (1 - keep) * jnp.tanh(self.candidate(units) + self.skip @ reading),)


CONTROLLERS: dict[str, type[AbstractController]] = {
    "feed_forward": FeedForward,
    "rnn": RNN,
    "gru": GRU,
    "lstm": LSTM,
    "gated_mlp": GatedMLP,
}


def _scaled(key: PRNGKeyArray, outputs: int, inputs: int) -> Float[Array, "outputs inputs"]:
    return jax.random.normal(key, (outputs, inputs)) / jnp.sqrt(max(inputs, 1))
