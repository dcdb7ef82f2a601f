"""The stratification queue: worked by hand, and against the paper's own cascade in plain Python."""

from collections import deque

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from mannscope.memories import StratificationQueue
from mannscope.memories.strata import StrataState
from mannscope.memories.stratification_queue import StratificationQueueAction, StratificationQueueOps
from references.runs import directional_derivative, gradient, random_ops, run
from references.strata import queue_run

NO_OP, DEQUEUE, ENQUEUE, REPLACE = StratificationQueueAction

A, B, C = np.eye(3).tolist()
NOTHING = [0.0, 0.0, 0.0]
QUEUE = StratificationQueue(width=3)
STEPS = 7


def softly(value: list[float], enqueue: float, dequeue: float) -> StratificationQueueOps:
    return StratificationQueueOps(jnp.asarray(dequeue), jnp.asarray(enqueue), jnp.asarray(value))


def surely(action: StratificationQueueAction, value: list[float] = NOTHING) -> StratificationQueueOps:
    return softly(value, float(action in {ENQUEUE, REPLACE}), float(action in {DEQUEUE, REPLACE}))


def steps(*ops: StratificationQueueOps) -> tuple[StrataState, np.ndarray]:
    """The states and readings after every step."""
    together = jax.tree.map(lambda *parts: jnp.stack(parts), *ops)
    states, readings = run(QUEUE, together, len(ops), len(ops))
    return states, np.asarray(readings)


def test_partial_steps_give_the_strengths_and_readings_worked_by_hand() -> None:
    states, readings = steps(softly(A, 0.8, 0.0), softly(B, 0.5, 0.1), softly(C, 0.9, 0.9))
    drawn = [  #                from the front to the back, a sign a tenth
        [0.8, 0.0, 0.0],  #     <aaaaaaaa                  all is read
        [0.7, 0.5, 0.0],  #     <aaaaaaabbbbb              the window is aaaaaaabbb
        [0.0, 0.3, 0.9],  #     <bbbccccccccc              all of A and .2 of B are gone: bbbccccccc
    ]
    np.testing.assert_allclose(states.strengths, drawn, atol=1e-6)
    np.testing.assert_allclose(readings, [[0.8, 0, 0], [0.7, 0.3, 0], [0, 0.3, 0.7]], atol=1e-6)


def test_first_in_is_first_out() -> None:
    _, fronts = steps(
        surely(ENQUEUE, A), surely(ENQUEUE, B), surely(ENQUEUE, C), surely(DEQUEUE), surely(DEQUEUE)
    )
    assert fronts.tolist() == [A, A, A, B, C]


def test_replacing_takes_the_front_and_puts_another_at_the_back() -> None:
    # put A in: <A   put B in: <A B   A out, C in: <B C   take B: <C
    _, fronts = steps(surely(ENQUEUE, A), surely(ENQUEUE, B), surely(REPLACE, C), surely(DEQUEUE))
    assert fronts.tolist() == [A, A, B, C]


def test_an_empty_queue_gives_and_reads_zeros() -> None:
    _, fronts = steps(surely(DEQUEUE, B), surely(ENQUEUE, A), surely(DEQUEUE), surely(NO_OP))
    assert fronts.tolist() == [NOTHING, A, NOTHING, NOTHING]


def test_what_is_enqueued_when_all_slots_are_taken_is_lost() -> None:
    ops = jax.tree.map(lambda *parts: jnp.stack(parts), surely(ENQUEUE, A), surely(REPLACE, B))
    assert run(QUEUE, ops, 1, 2)[1].tolist() == [A, NOTHING]


@pytest.mark.parametrize("seed", range(20))
def test_hard_steps_are_those_of_a_list(seed: int) -> None:
    hard = jax.vmap(lambda one: QUEUE.discretise(None, one))(random_ops(QUEUE, STEPS, seed))
    held: deque[list[float]] = deque()
    for step, reading in enumerate(np.asarray(run(QUEUE, hard, STEPS, STEPS)[1]).tolist()):
        if hard.dequeue_strength[step] and held:
            held.popleft()
        if hard.enqueue_strength[step]:
            held.append(np.asarray(hard.enqueued_value[step]).tolist())
        assert reading == (held[0] if held else NOTHING)


def test_strengths_and_readings_are_those_of_the_cascade() -> None:
    ops = random_ops(QUEUE, STEPS, seed=1)
    states, readings = run(QUEUE, ops, STEPS, STEPS)
    expected = queue_run(*(np.asarray(op, float) for op in ops))
    np.testing.assert_allclose(readings, expected.readings, atol=1e-6)
    np.testing.assert_allclose(states.strengths, expected.strengths, atol=1e-6)


def test_in_double_precision_the_cascade_is_met_to_the_last_digits_over_a_long_run() -> None:
    many, random = 200, np.random.default_rng(4)
    with jax.enable_x64(True):
        ops = StratificationQueueOps(*random.uniform(size=(2, many)), random.normal(size=(many, 3)))
        _, readings = run(QUEUE, jax.tree.map(jnp.asarray, ops), many, many)
        np.testing.assert_allclose(np.asarray(readings), queue_run(*ops).readings, rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", ["dequeue_strength", "enqueue_strength", "enqueued_value"])
def test_gradients_are_those_of_the_cascade(name: str) -> None:
    ops, numbers = random_ops(QUEUE, STEPS, seed=2), np.random.default_rng(3)
    weights = numbers.normal(size=(STEPS, 3))
    slope = gradient(QUEUE, ops, STEPS, STEPS, jnp.asarray(weights))._asdict()[name]

    def total(ops: dict[str, np.ndarray]) -> float:
        return float(np.sum(queue_run(*ops.values()).readings * weights))

    exact = {name: np.asarray(op, float) for name, op in ops._asdict().items()}
    for _ in range(3):
        way = numbers.normal(size=slope.shape)
        measured = directional_derivative(total, exact, name, way)
        assert np.sum(slope * way) == pytest.approx(measured, rel=1e-4, abs=1e-4)
