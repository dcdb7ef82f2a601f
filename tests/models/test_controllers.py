"""Every controller against the papers' equations in NumPy."""

from functools import cache

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import references.controllers
from mannscope.errors import MannscopeError
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


def in_window(name: str, window: int, feeds_back: bool = True) -> AbstractController:
    key = jax.random.key(1)
    return CONTROLLERS[name](SYMBOLS, READINGS, hidden=HIDDEN, window=window, feeds_back=feeds_back, key=key)


def steps(network: AbstractController, symbols: list[int], reading: np.ndarray) -> list[np.ndarray]:
    """Give the hidden vectors after each symbol; what is read stays the same."""
    state, hidden, step = network.initial(), [], eqx.filter_jit(network)
    for symbol in symbols:
        state = step(jnp.eye(SYMBOLS)[symbol], jnp.asarray(reading), state)
        hidden.append(np.asarray(state[0]))
    return hidden


def test_a_feed_forward_controller_with_a_window_sees_the_last_symbols_and_no_others() -> None:
    reading = inputs()[1][0]
    one, same, other = (
        steps(in_window("feed_forward", 2), symbols, reading) for symbols in ([0, 1, 2], [3, 1, 2], [0, 3, 2])
    )
    np.testing.assert_array_equal(one[2], same[2])
    assert not np.allclose(one[2], other[2])
    assert not np.allclose(one[1], same[1])


def test_the_newest_symbol_comes_first_and_before_the_first_one_there_is_none() -> None:
    network, reading = in_window("feed_forward", 3), np.zeros(READINGS, np.float32)
    row = np.asarray(network.layer.symbol).reshape(HIDDEN, 3, SYMBOLS)
    hidden = steps(network, [2, 0, 1], reading)
    np.testing.assert_allclose(hidden[0], np.tanh(row[:, 0, 2]), rtol=1e-5)
    np.testing.assert_allclose(hidden[2], np.tanh(row[:, 0, 1] + row[:, 1, 0] + row[:, 2, 2]), rtol=1e-5)


@every_controller
def test_what_is_not_fed_back_changes_nothing(name: str) -> None:
    readings = np.zeros(READINGS, np.float32), np.ones(READINGS, np.float32)
    one, other = (steps(in_window(name, 2, feeds_back=False), [0, 1], reading) for reading in readings)
    np.testing.assert_array_equal(one, other)
    one, other = (steps(in_window(name, 2), [0, 1], reading) for reading in readings)
    assert not np.allclose(one, other)


@every_controller
def test_a_window_is_kept_in_the_last_member_of_the_state(name: str) -> None:
    network = in_window(name, 3)
    assert network.initial()[-1].shape == (2 * SYMBOLS,)
    assert len(network.initial()) == len(make(name).initial()) + 1


def test_a_window_without_a_symbol_is_refused() -> None:
    with pytest.raises(MannscopeError, match="window of the controller must be at least 1"):
        in_window("rnn", 0)
