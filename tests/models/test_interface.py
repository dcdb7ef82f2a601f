"""What a controller emits, and how it is cut into operations."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from mannscope.memories import Stack
from mannscope.models import Interface, policy_mask
from mannscope.models.interface import cut, size
from small import INPUTS, SLOTS, SMALL_MEMORIES, run, small_model

TWO = SMALL_MEMORIES["two stacks"]


def test_the_emitted_vector_is_cut_in_the_order_of_the_fields() -> None:
    raw = jnp.asarray([0.0, 0.0, 9.0, 9.0, 0.0, 0.0, 0.1, 0.2, 0.3, 0.4])
    ops = cut(TWO, raw)
    assert ops.actions.argmax(-1).tolist() == [2, 0]
    np.testing.assert_allclose(ops.push_value, np.tanh([[0.1, 0.2], [0.3, 0.4]]), rtol=1e-5)


def test_each_stack_has_a_softmax_of_its_own() -> None:
    ops = cut(TWO, jnp.asarray([100.0, 100.0, 100.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0]))
    np.testing.assert_allclose(ops.actions, np.full((2, 3), 1 / 3), rtol=1e-5)


@pytest.mark.parametrize(("name", "numbers"), [("none", 0), ("stack", 6), ("two stacks", 10), ("ntm", 56)])
def test_the_interface_has_a_number_for_every_part_of_every_field(name: str, numbers: int) -> None:
    assert size(SMALL_MEMORIES[name]) == numbers


def test_the_policy_of_a_stack_is_its_actions() -> None:
    assert policy_mask(TWO).tolist() == [True] * 6 + [False] * 4


def test_the_policy_of_a_head_is_its_gate_and_shift() -> None:
    head = [False] * 2 + [False, True] + [True] * 3 + [False]  # key, strength, gate, shift, sharpening
    assert policy_mask(SMALL_MEMORIES["ntm that reads first"]).tolist() == 2 * head + [False] * 4


def test_an_interface_that_sees_the_symbol_emits_the_same_wherever_it_stands() -> None:
    model = small_model(interface_input="symbol")
    emitted = np.asarray(run(model, INPUTS, SLOTS).interface)
    alone = np.asarray(model.interface.linear.weight).T + np.asarray(model.interface.linear.bias)
    real = INPUTS >= 0
    np.testing.assert_allclose(emitted[real], alone[INPUTS[real]], rtol=1e-5, atol=1e-6)


def test_an_interface_that_sees_the_hidden_vector_tells_two_places_apart() -> None:
    emitted = run(small_model(), INPUTS, SLOTS).interface
    assert INPUTS[0, 0] == INPUTS[0, 5]
    assert not np.allclose(emitted[0, 0], emitted[0, 5], atol=1e-3)


def test_an_interface_that_sees_both_adds_their_shares() -> None:
    both = Interface(Stack(width=2), 4, 5, "hidden+symbol", key=jax.random.key(0))
    symbol, hidden, weight = jnp.eye(4)[2], jnp.arange(5.0), both.linear.weight
    np.testing.assert_allclose(both(symbol, hidden), weight[:, :5] @ hidden + weight[:, 7], rtol=1e-5)


def test_the_gain_multiplies_what_decides_an_action_and_nothing_else() -> None:
    plain, gained = (Interface(TWO, 4, 5, "hidden", gain, key=jax.random.key(0)) for gain in (1.0, 3.0))
    symbol, hidden = jnp.zeros(4), jnp.arange(5.0)
    np.testing.assert_allclose(
        gained(symbol, hidden), plain(symbol, hidden) * np.array([3.0] * 6 + [1.0] * 4), rtol=1e-5
    )
