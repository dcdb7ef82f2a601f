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
from mannscope.models.layers import Affine, ControllerState, Linear, Sight, scaled


class AbstractController(eqx.Module):
    """A recurrent or feed-forward network for one example.

    What it sees is settled here: with a `window` of more than one symbol, those before are the last member of
    its state.
    """

    hidden: eqx.AbstractVar[int]
    sight: eqx.AbstractVar[Sight]

    @abstractmethod
    def at_rest(self) -> ControllerState:
        """Make its own state before the first step."""

    @abstractmethod
    def advance(
        self, seen: Float[Array, " seen"], reading: Float[Array, " fed_back"], state: ControllerState
    ) -> ControllerState:
        """Take one step with its own state, given what it sees."""

    def initial(self) -> ControllerState:
        """Make the state before the first step."""
        return (*self.at_rest(), *self.sight.at_rest())

    def __call__(
        self, symbol: Float[Array, " symbol"], reading: Float[Array, " reading"], state: ControllerState
    ) -> ControllerState:
        """Take one step."""
        seen, reading, own = self.sight.see(symbol, reading, state)
        return (*self.advance(seen, reading, own), *self.sight.remember(seen))


class FeedForward(AbstractController):
    """A controller without a state of its own: one hidden layer over symbol and reading.

    Source: Graves et al. (2014), section 3.4.

    Args:
        hidden: Number of hidden units.
        window: Number of symbols that are seen at once, the newest among them.
        feeds_back: Whether the reading of the step before is seen.
    """

    hidden: int = eqx.field(static=True)
    sight: Sight = eqx.field(static=True)
    layer: Affine

    def __init__(
        self,
        symbols: int,
        readings: int,
        hidden: int = 64,
        window: int = 1,
        feeds_back: bool = True,
        *,
        key: PRNGKeyArray,
    ) -> None:
        require_positive("the controller", hidden=hidden, window=window)
        self.hidden, self.sight = hidden, Sight(symbols, readings, window, feeds_back)
        self.layer = Affine(*self.sight.sizes, 0, hidden, key=key)

    def at_rest(self) -> ControllerState:
        """Zeros, which are never looked at."""
        return (jnp.zeros(self.hidden),)

    def advance(
        self, seen: Float[Array, " seen"], reading: Float[Array, " fed_back"], state: ControllerState
    ) -> ControllerState:
        """Forget the state and compute a new hidden vector."""
        return (jnp.tanh(self.layer(seen, reading, jnp.zeros(0))),)


class RNN(AbstractController):
    """An Elman network with tanh units.

    Args:
        hidden: Number of hidden units.
        window: Number of symbols that are seen at once, the newest among them.
        feeds_back: Whether the reading of the step before is seen.
    """

    hidden: int = eqx.field(static=True)
    sight: Sight = eqx.field(static=True)
    layer: Affine

    def __init__(
        self,
        symbols: int,
        readings: int,
        hidden: int = 64,
        window: int = 1,
        feeds_back: bool = True,
        *,
        key: PRNGKeyArray,
    ) -> None:
        require_positive("the controller", hidden=hidden, window=window)
        self.hidden, self.sight = hidden, Sight(symbols, readings, window, feeds_back)
        self.layer = Affine(*self.sight.sizes, hidden, hidden, key=key)

    def at_rest(self) -> ControllerState:
        """Zeros."""
        return (jnp.zeros(self.hidden),)

    def advance(
        self, seen: Float[Array, " seen"], reading: Float[Array, " fed_back"], state: ControllerState
    ) -> ControllerState:
        """Take one step."""
        return (jnp.tanh(self.layer(seen, reading, state[0])),)


class GRU(AbstractController):
    """A gated recurrent unit.

    Source: Cho et al. (2014), equations (5) to (8). https://arxiv.org/abs/1406.1078

    Args:
        hidden: Number of hidden units.
        window: Number of symbols that are seen at once, the newest among them.
        feeds_back: Whether the reading of the step before is seen.
    """

    hidden: int = eqx.field(static=True)
    sight: Sight = eqx.field(static=True)
    gates: Affine
    candidate: Affine

    def __init__(
        self,
        symbols: int,
        readings: int,
        hidden: int = 64,
        window: int = 1,
        feeds_back: bool = True,
        *,
        key: PRNGKeyArray,
    ) -> None:
        gates_key, candidate_key = jax.random.split(key)
        require_positive("the controller", hidden=hidden, window=window)
        self.hidden, self.sight = hidden, Sight(symbols, readings, window, feeds_back)
        self.gates = Affine(*self.sight.sizes, hidden, 2 * hidden, key=gates_key)
        self.candidate = Affine(*self.sight.sizes, hidden, hidden, key=candidate_key)

    def at_rest(self) -> ControllerState:
        """Zeros."""
        return (jnp.zeros(self.hidden),)

    def advance(
        self, seen: Float[Array, " seen"], reading: Float[Array, " fed_back"], state: ControllerState
    ) -> ControllerState:
        """Take one step."""
        (hidden,) = state
        keep, reset = jnp.split(jax.nn.sigmoid(self.gates(seen, reading, hidden)), 2)
        return (keep * hidden + (1 - keep) * jnp.tanh(self.candidate(seen, reading, reset * hidden)),)


class LSTM(AbstractController):
    """A long short-term memory with a forget bias of 1.

    Source: Hochreiter & Schmidhuber (1997), with the forget gate of Gers et al. (2000).

    Args:
        hidden: Number of hidden units.
        window: Number of symbols that are seen at once, the newest among them.
        feeds_back: Whether the reading of the step before is seen.
    """

    hidden: int = eqx.field(static=True)
    sight: Sight = eqx.field(static=True)
    gates: Affine

    def __init__(
        self,
        symbols: int,
        readings: int,
        hidden: int = 64,
        window: int = 1,
        feeds_back: bool = True,
        *,
        key: PRNGKeyArray,
    ) -> None:
        require_positive("the controller", hidden=hidden, window=window)
        self.hidden, self.sight = hidden, Sight(symbols, readings, window, feeds_back)
        self.gates = Affine(*self.sight.sizes, hidden, 4 * hidden, key=key)

    def at_rest(self) -> ControllerState:
        """Zeros."""
        return (jnp.zeros(self.hidden), jnp.zeros(self.hidden))

    def advance(
        self, seen: Float[Array, " seen"], reading: Float[Array, " fed_back"], state: ControllerState
    ) -> ControllerState:
        """Take one step."""
        hidden, cell = state
        enter, forget, candidate, leave = jnp.split(self.gates(seen, reading, hidden), 4)
        cell = jax.nn.sigmoid(forget + 1) * cell + jax.nn.sigmoid(enter) * jnp.tanh(candidate)
        return (jax.nn.sigmoid(leave) * jnp.tanh(cell), cell)


class GatedMLP(AbstractController):
    """A recurrent network whose update has a hidden layer, so that a step can look up a table of two values.

    u = relu(W [x; r; h]); g = sigmoid(W_g u); h' = g h + (1 - g) tanh(W_c u + W_s r).

    Args:
        hidden: Number of hidden units.
        layer: Number of units of the hidden layer.
        gate_bias: Bias that the gate starts with; higher keeps more of the old state.
        window: Number of symbols that are seen at once, the newest among them.
        feeds_back: Whether the reading of the step before is seen.
    """

    hidden: int = eqx.field(static=True)
    sight: Sight = eqx.field(static=True)
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
        window: int = 1,
        feeds_back: bool = True,
        *,
        key: PRNGKeyArray,
    ) -> None:
        keys = jax.random.split(key, 4)
        require_positive("the controller", hidden=hidden, layer=layer, window=window)
        self.hidden, self.sight = hidden, Sight(symbols, readings, window, feeds_back)
        self.layer = Affine(*self.sight.sizes, hidden, layer, key=keys[0])
        self.gate = Linear(layer, hidden, key=keys[1], bias=gate_bias)
        self.candidate = Linear(layer, hidden, key=keys[2])
        self.skip = scaled(keys[3], hidden, self.sight.sizes[1])

    def at_rest(self) -> ControllerState:
        """Zeros."""
        return (jnp.zeros(self.hidden),)

    def advance(
        self, seen: Float[Array, " seen"], reading: Float[Array, " fed_back"], state: ControllerState
    ) -> ControllerState:
        """Take one step."""
        (hidden,) = state
        units = jax.nn.relu(self.layer(seen, reading, hidden))
        keep = jax.nn.sigmoid(self.gate(units))
        return (keep * hidden + (1 - keep) * jnp.tanh(self.candidate(units) + self.skip @ reading),)


CONTROLLERS: dict[str, type[AbstractController]] = {
    "feed_forward": FeedForward,
    "rnn": RNN,
    "gru": GRU,
    "lstm": LSTM,
    "gated_mlp": GatedMLP,
}
