"""The least recently used memory: each equation by hand, and against a reference in plain Python."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from mannscope.errors import MannscopeError
from mannscope.memories import LeastRecentlyUsed
from mannscope.memories.least_recently_used import LeastRecentlyUsedOps, LeastRecentlyUsedState
from references.least_recently_used import least_recently_used_readings
from references.runs import apply, directional_derivative, gradient, random_ops, run

NEW, UPDATE_LAST = range(2)
STEPS, SLOTS = 6, 5
TWO = LeastRecentlyUsed(width=3, heads=2, decay=0.8)


def doing(write: float, add: list[float], key: list[float]) -> LeastRecentlyUsedOps:
    """One head writes `add`, and reads what is like `key`."""
    return LeastRecentlyUsedOps(jnp.asarray([key]), jnp.asarray([add]), jnp.asarray([float(write)]))


def close(values: Any, expected: Any) -> bool:
    return np.allclose(values, expected, rtol=1e-5, atol=2e-6)


def test_new_slots_are_taken_and_the_last_one_is_updated_as_drawn() -> None:
    memory, e = LeastRecentlyUsed(width=2, decay=0.5), [1e-6, 1e-6]
    a, b = [1.0, 0.0], [0.0, 1.0]
    # Write A to the first of three unused slots, read with key A:          [A] -  -
    state = apply(memory, memory.empty(3), doing(NEW, a, a))
    assert close(state.memory.T, [a, e, e])
    near = np.exp([1, 0.01, 0.01])  # cosines to A; those of nearly nothing are held small by the guard
    assert close(state.read_weights, [near / near.sum()])
    assert close(state.usage, [1, 0, 0] + near / near.sum())
    # Write B to the next one; it is used now, the third one least:          A [B] -
    state = apply(memory, state, doing(NEW, b, b))
    assert close(state.write_weights, [[0, 1, 0]])
    assert close(state.memory.T, [a, b, e])
    # Write where B was read: most of it to B's slot. The third is erased:   A [B] 0
    last = np.asarray(state.read_weights[0])
    state = apply(memory, state, doing(UPDATE_LAST, b, b))
    assert close(state.write_weights, [last])
    assert close(state.memory.T, [[1, last[0]], [0, 1 + last[1]], [0, last[2]]])


def test_a_gate_mixes_the_slot_read_last_with_the_one_used_least() -> None:
    memory = LeastRecentlyUsed(width=1)
    state = LeastRecentlyUsedState(
        jnp.ones((1, 3)), jnp.asarray([0.5, 0.1, 0.9]), jnp.asarray([[0.7, 0.2, 0.1]]), jnp.zeros((1, 3))
    )
    after = apply(memory, state, doing(0.8, [1.0], [1.0]))
    assert close(after.write_weights, [[0.56, 0.36, 0.08]])
    assert close(after.memory, [[1.56, 0.36, 1.08]])
    # 0.95 of the old usage, what was written, and a third of what was read, since all slots point one way
    assert close(after.usage, np.array([0.475, 0.095, 0.855]) + [0.56, 0.36, 0.08] + 1 / 3)


def test_each_head_has_a_slot_of_its_own_to_write_to() -> None:
    ops = LeastRecentlyUsedOps(jnp.zeros((2, 3)), jnp.asarray([[1.0] * 3, [2.0] * 3]), jnp.zeros(2))
    after = apply(TWO, TWO.empty(3)._replace(usage=jnp.asarray([0.3, 0.1, 0.2])), ops)
    assert close(after.memory[0], [1e-6, 1, 2])


def test_readings_are_those_of_the_reference() -> None:
    ops = random_ops(TWO, STEPS, seed=1)
    exact = {name: np.asarray(op, float) for name, op in ops._asdict().items()}
    _, readings = run(TWO, ops, SLOTS, STEPS)
    expected = least_recently_used_readings(exact, SLOTS, 0.8)
    np.testing.assert_allclose(np.asarray(readings), expected, rtol=1e-4, atol=1e-6)


def test_gradients_are_those_of_the_reference() -> None:
    numbers = np.random.default_rng(3)
    weights = numbers.normal(size=(STEPS, 2, 3))
    with jax.enable_x64(True):
        ops = jax.tree.map(lambda op: jnp.asarray(op, float), random_ops(TWO, STEPS, seed=2))
        slopes = gradient(TWO, ops, SLOTS, STEPS, jnp.asarray(weights))._asdict()
    exact = {name: np.asarray(op, float) for name, op in ops._asdict().items()}

    def total(ops: dict[str, np.ndarray]) -> float:
        return float(np.sum(least_recently_used_readings(ops, SLOTS, 0.8) * weights))

    for name, slope in slopes.items():
        way = numbers.normal(size=slope.shape)
        measured = directional_derivative(total, exact, name, way)
        assert np.sum(np.asarray(slope) * way) == pytest.approx(measured, rel=1e-5, abs=1e-7), name


def test_a_decay_above_one_is_refused() -> None:
    with pytest.raises(MannscopeError, match="decay must be from 0 to 1"):
        LeastRecentlyUsed(decay=1.5)
