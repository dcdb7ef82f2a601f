"""Every controller against the papers' equations in NumPy."""

from functools import cache

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import references.controllers
from mannscope.models import CONTROLLERS, AbstractController

SYMBOLS, READINGS, HIDDEN, STEPS = 4, 3, 5, 6
every_controller = pytest.mark.parametrize("name", CONTROLLERS)


@cache
def make(name: str, readings: int = READINGS) -> AbstractController:
    return CONTROLLERS[name](SYMBOLS, readings, hidden=HIDDEN, key=jax.random.key(1))


@cache
def inputs() -> tuple[np.ndarray, np.ndarray]:
    numbers = np.random.default_rng(0)
    symbols = np.eye(SYMBOLS, dtype=np.float32)[numbers.integers(0, SYMBOLS, STEPS)]
    return symbols, numbers.normal(size=(STEPS, READINGS)).astype(np.float32)


@every_controller
def test_the_hidden_vectors_are_those_of_the_reference(name: str) -> None:
    network, state = make(name), make(name).initial()
    expected = tuple(np.zeros(HIDDEN) for _ in state)
    step = eqx.filter_jit(network)
    for symbol, reading in zip(*inputs(), strict=True):
        state = step(jnp.asarray(symbol), jnp.asarray(reading), state)
        expected = references.controllers.CONTROLLERS[name](network, symbol, reading, expected)
        np.testing.assert_allclose(state, expected, rtol=1e-4, atol=1e-6)


@every_controller
def test_the_state_keeps_its_shape_and_begins_with_the_hidden_vector(name: str) -> None:
    network, (symbols, readings) = make(name), inputs()
    state = jax.eval_shape(network, jnp.asarray(symbols[0]), jnp.asarray(readings[0]), network.initial())
    assert [part.shape for part in state] == [part.shape for part in network.initial()]
    assert state[0].shape == (HIDDEN,)


@every_controller
def test_a_memory_without_a_reading_can_be_driven(name: str) -> None:
    network = make(name, readings=0)
    state = jax.eval_shape(network, jnp.zeros(SYMBOLS), jnp.zeros(0), network.initial())
    assert state[0].shape == (HIDDEN,)


@pytest.mark.parametrize(("name", "forgets"), [("feed_forward", True), ("rnn", False), ("lstm", False)])
def test_only_the_feed_forward_controller_forgets_its_state(name: str, forgets: bool) -> None:
    network, (symbols, readings) = make(name), inputs()
    here = jnp.asarray(symbols[0]), jnp.asarray(readings[0])
    zeros, ones = network.initial(), jax.tree.map(jnp.ones_like, network.initial())
    assert np.array_equal(network(*here, zeros)[0], network(*here, ones)[0]) == forgets


@every_controller
def test_fresh_weights_have_settled_types(name: str) -> None:
    weak = [leaf.weak_type for leaf in jax.tree.leaves(make(name))]  # else training would compile twice
    assert not any(weak)


def test_another_key_gives_other_weights() -> None:
    other = CONTROLLERS["rnn"](SYMBOLS, READINGS, hidden=HIDDEN, key=jax.random.key(2))
    assert not np.allclose(other.layer.recurrent, make("rnn").layer.recurrent)
