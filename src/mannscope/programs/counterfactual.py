"""What a network would do at a step that it did not take, or with another reading."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from mannscope.compiling import compiled
from mannscope.models import Model
from mannscope.programs.observe import NEVER, Observations
from mannscope.training import Network

TRIED = 2000
"""Steps at most at which it is tried."""
_BATCH = 1024
CHANGED_STATE = 0.1
"""Share of the variance of the next state from which on it depends on the reading."""
CHANGED_OUTPUT = 0.01
"""Share of the outputs that must change where they depend on a reading."""


def next_states(
    network: Network,
    symbol: int,
    state: Float[np.ndarray, "point state"],
    reading: Float[np.ndarray, "point width"],
) -> Float[np.ndarray, "point state"]:
    """Give the state that would follow at a symbol."""
    return _in_parts(lambda s, r: _next_states(network.model, jnp.asarray(symbol), s, r), state, reading)


def state_depends(network: Network, observed: Observations, symbol: int, seed: int) -> bool:
    """Say whether the next state at a symbol depends on the reading, by exchanging readings among steps."""
    at, other = _exchanged(observed, symbol, observed.previous != NEVER, seed)
    if not len(at):
        return False
    states, readings = observed.state[observed.previous], observed.reading[observed.previous]
    tried = next_states(network, symbol, states[at], readings[other])
    was = observed.state[at]
    variance = was.var(axis=0).sum()
    return bool(variance > 0 and ((tried - was) ** 2).sum(axis=1).mean() / 2 > CHANGED_STATE * variance)


def output_depends(network: Network, observed: Observations, symbol: int, seed: int) -> tuple[bool, bool]:
    """Say whether the output at a symbol depends on the reading before the step, and on that after it."""
    at, other = _exchanged(observed, symbol, observed.supervised & (observed.previous != NEVER), seed)
    if not len(at):
        return False, False
    was = observed.output[at]
    before = observed.previous
    tried = next_states(network, symbol, observed.state[before[at]], observed.reading[before[other]])
    changed = (
        outputs(network, tried, observed.reading[at]) != was,
        outputs(network, observed.state[at], observed.reading[other]) != was,
    )
    return bool(changed[0].mean() > CHANGED_OUTPUT), bool(changed[1].mean() > CHANGED_OUTPUT)


def outputs(
    network: Network, state: Float[np.ndarray, "point state"], reading: Float[np.ndarray, "point width"]
) -> Int[np.ndarray, " point"]:
    """Give the most probable output with a state and a reading."""
    return _in_parts(lambda s, r: _outputs(network.model, s, r), state, reading)


def _exchanged(
    observed: Observations, symbol: int, where: np.ndarray, seed: int
) -> tuple[Int[np.ndarray, " point"], Int[np.ndarray, " point"]]:
    """Draw steps of a symbol, and partners for them."""
    generator = np.random.default_rng(seed)
    at = generator.permutation(np.flatnonzero(where & (observed.symbol == symbol)))[:TRIED]
    return at, generator.permutation(at)


def _in_parts(run: Callable[[Array, Array], Array], state: np.ndarray, reading: np.ndarray) -> np.ndarray:
    """Run parts of one size, so that one compiled program does for all of them."""
    missing = -len(state) % _BATCH
    padded = [jnp.asarray(np.pad(part, ((0, missing), (0, 0)))) for part in (state, reading)]
    parts = [
        np.asarray(run(*(part[start : start + _BATCH] for part in padded)))
        for start in range(0, len(state), _BATCH)
    ]
    return np.concatenate(parts)[: len(state)]


@compiled
def _next_states(model: Model, symbol: Array, state: Array, reading: Array) -> Array:
    parts = jax.tree.leaves(jax.eval_shape(model.controller.initial))
    cuts = np.cumsum([part.size for part in parts])[:-1].tolist()

    def one(state: Array, reading: Array) -> Array:
        controller = tuple(jnp.split(state, cuts))
        return jnp.concatenate(model.controller(jax.nn.one_hot(symbol, model.symbols), reading, controller))

    return jax.vmap(one)(state, reading)


@compiled
def _outputs(model: Model, state: Array, reading: Array) -> Array:
    hidden = state[:, : model.controller.hidden]
    return jnp.argmax(jax.vmap(model.readout)(jnp.concatenate([hidden, reading], axis=1)), axis=1)
