"""The deque: worked by hand, and against the paper's own cascade in plain Python."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from mannscope.memories import Deque
from mannscope.memories.deque import DequeOps, DequeState
from references.runs import directional_derivative, gradient, random_ops, run
from references.strata import deque_run

A, B, C = np.eye(3).tolist()
NOTHING = [0.0, 0.0, 0.0]
DEQUE = Deque(width=3)
STEPS, SLOTS = 6, 12
HARD = {"NO_OP": (0.0, 0.0), "POP": (1.0, 0.0), "PUSH": (0.0, 1.0), "REPLACE": (1.0, 1.0)}


def softly(top: tuple[list[float], float, float], bottom: tuple[list[float], float, float]) -> DequeOps:
    """Value, push strength and pop strength at either end."""
    values, pushes, pops = zip(top, bottom, strict=True)
    return DequeOps(jnp.asarray(pops), jnp.asarray(pushes), jnp.asarray(values))


def surely(top: str, bottom: str, value: list[float] = NOTHING) -> DequeOps:
    return softly(*((value, HARD[action][1], HARD[action][0]) for action in (top, bottom)))


def steps(*ops: DequeOps) -> tuple[DequeState, np.ndarray]:
    """The states and readings after every step."""
    together = jax.tree.map(lambda *parts: jnp.stack(parts), *ops)
    states, readings = run(DEQUE, together, 2 * len(ops), len(ops))
    return states, np.asarray(readings)


def test_partial_steps_give_the_strengths_and_readings_worked_by_hand() -> None:
    states, readings = steps(softly((A, 0.8, 0), (B, 0.6, 0)), softly((C, 0.5, 0.3), (A, 0, 0.2)))
    drawn = [  #                     from the bottom to the top, a sign a tenth
        [
            0.0,
            0.6,
            0.8,
            0.0,
        ],  #     bbbbbbaaaaaaaa     windows: bbaaaaaaaa at the top, bbbbbbaaaa below
        [0.0, 0.4, 0.5, 0.5],  #     bbbbaaaaaccccc     -.3 of A and -.2 of B; then +.5 of C at the top
    ]
    np.testing.assert_allclose(states.strengths, drawn, atol=1e-6)
    np.testing.assert_allclose(readings[:, 0], [[0.8, 0.2, 0], [0.5, 0, 0.5]], atol=1e-6)
    np.testing.assert_allclose(readings[:, 1], [[0.4, 0.6, 0], [0.5, 0.4, 0.1]], atol=1e-6)


def test_the_top_alone_is_a_stack() -> None:
    pushes = [surely("PUSH", "NO_OP", one) for one in (A, B, C)]
    _, readings = steps(*pushes, surely("POP", "NO_OP"), surely("POP", "NO_OP"))
    assert readings[:, 0].tolist() == [A, B, C, B, A]


def test_in_at_the_top_and_out_at_the_bottom_is_a_queue() -> None:
    pushes = [surely("PUSH", "NO_OP", one) for one in (A, B, C)]
    _, readings = steps(*pushes, surely("NO_OP", "POP"), surely("NO_OP", "POP"))
    assert readings[:, 1].tolist() == [A, A, A, B, C]


def test_the_only_vector_is_popped_once_even_from_both_ends() -> None:
    _, readings = steps(surely("PUSH", "NO_OP", A), surely("POP", "POP"))
    assert readings[1].tolist() == [NOTHING, NOTHING]


def test_what_is_pushed_beyond_the_last_slot_is_lost() -> None:
    ops = jax.tree.map(lambda *parts: jnp.stack(parts), *(surely("PUSH", "PUSH", one) for one in (A, B, C)))
    states, readings = run(DEQUE, ops, 3, 3)  # one slot below the middle, two from there on
    assert states.memory[-1].T.tolist() == [A, A, B]
    assert readings[-1].tolist() == [B, A]


def test_strengths_and_readings_are_those_of_the_cascade() -> None:
    ops = random_ops(DEQUE, STEPS, seed=1)
    states, readings = run(DEQUE, ops, SLOTS, STEPS)
    expected = deque_run(*(np.asarray(op, float) for op in ops))
    np.testing.assert_allclose(readings, expected.readings, atol=1e-6)
    np.testing.assert_allclose(states.strengths, expected.strengths, atol=1e-6)


def test_in_double_precision_the_cascade_is_met_to_the_last_digits_over_a_long_run() -> None:
    many, random = 60, np.random.default_rng(4)
    with jax.enable_x64(True):
        ops = DequeOps(*random.uniform(size=(2, many, 2)), random.normal(size=(many, 2, 3)))
        _, readings = run(DEQUE, jax.tree.map(jnp.asarray, ops), 2 * many, many)
        np.testing.assert_allclose(np.asarray(readings), deque_run(*ops).readings, rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", ["pop_strength", "push_strength", "push_value"])
def test_gradients_are_those_of_the_cascade(name: str) -> None:
    ops, numbers = random_ops(DEQUE, STEPS, seed=2), np.random.default_rng(3)
    weights = numbers.normal(size=(STEPS, 2, 3))
    slope = gradient(DEQUE, ops, SLOTS, STEPS, jnp.asarray(weights))._asdict()[name]

    def total(ops: dict[str, np.ndarray]) -> float:
        return float(np.sum(deque_run(*ops.values()).readings * weights))

    exact = {name: np.asarray(op, float) for name, op in ops._asdict().items()}
    for _ in range(3):
        way = numbers.normal(size=slope.shape)
        measured = directional_derivative(total, exact, name, way)
        assert np.sum(slope * way) == pytest.approx(measured, rel=1e-4, abs=1e-4)
