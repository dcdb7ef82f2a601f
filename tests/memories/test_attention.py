"""Attention over the past: worked by hand, against a reference, and where it looks."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from mannscope.errors import MannscopeError
from mannscope.memories import Attention
from mannscope.memories.attention import AttentionOps
from references.associative import attention_readings
from references.runs import directional_derivative, gradient, random_ops, run

ONE = Attention(width=2, key_width=2)
NEAR = Attention(width=3, key_width=2, heads=2, slope=0.5)
STEPS = 6
KEYS, VALUES = [[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]], [[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]]


def attending(queries: list[list[float]], keys: list[list[float]], values: list[list[float]]) -> AttentionOps:
    """Attend with one head; the leading axis is the step."""
    return AttentionOps(*(jnp.asarray(part)[:, None] for part in (queries, keys, values)))


def test_the_reading_is_the_average_by_likeness_of_query_and_keys() -> None:
    states, read = run(ONE, attending([[2.0, 0.0]] * 3, KEYS, VALUES), 3, 3)
    # q k = 2, 0, 2 over the square root of 2, then softmax
    np.testing.assert_allclose(states.read_weights[2, 0], [0.445808, 0.108383, 0.445808], atol=1e-6)
    np.testing.assert_allclose(read[2], [[0, 0.108383]], atol=1e-6)


def test_every_step_fills_a_slot_of_its_own_and_leaves_the_others() -> None:
    states, _ = run(ONE, attending([[2.0, 0.0]] * 3, KEYS, VALUES), 3, 3)
    drawn = [
        ([[1, 0], [0, 0], [0, 0]], [1, 0, 0], [0, -1, -1]),  # |a - -
        ([[1, 0], [0, 1], [0, 0]], [0, 1, 0], [1, 0, -1]),  #  |a b -
        ([[1, 0], [0, 1], [-1, 0]], [0, 0, 1], [2, 1, 0]),  #  |a b c
    ]
    for step, (held, written, age) in enumerate(drawn):
        assert states.memory[step, 0].T.tolist() == held
        assert states.write_weights[step].tolist() == written
        assert states.age[step].tolist() == age


def test_the_first_step_can_only_read_itself() -> None:
    _, read = run(ONE, attending([[-50.0, 9.0]], [[3.0, 1.0]], [[0.25, -0.5]]), 4, 1)
    assert read[0].tolist() == [[0.25, -0.5]]


def test_with_too_few_slots_the_oldest_is_overwritten() -> None:
    states, read = run(ONE, attending([[0.0, 0.0]] * 3, KEYS, VALUES), 2, 3)
    assert states.memory[2, 0].T.tolist() == [[-1, 0], [0, 1]]
    assert states.age[2].tolist() == [0, 1]
    np.testing.assert_allclose(read[2], [[-0.5, 0.5]], atol=1e-6)


def test_a_slope_prefers_what_is_near() -> None:
    memory = Attention(width=1, key_width=1, slope=float(np.log(2)))
    ops = attending([[0.0]] * 3, [[0.0]] * 3, [[1.0], [1.0], [1.0]])
    states, _ = run(memory, ops, 3, 3)
    np.testing.assert_allclose(states.read_weights[2, 0], [1 / 7, 2 / 7, 4 / 7], atol=1e-6)


def test_equal_keys_share_the_weight_so_that_it_dilutes() -> None:
    keys = [[1.0, 0.0]] + [[0.0, 0.0]] * 63
    states, _ = run(ONE, attending([[2.0, 0.0]] * 64, keys, [[0.0, 0.0]] * 64), 64, 64)
    likeness = np.exp(2 / np.sqrt(2))
    expected = [likeness / (likeness + others) for others in range(64)]
    np.testing.assert_allclose(states.read_weights[:, 0, 0], expected, rtol=1e-5)


@pytest.mark.parametrize("memory", [ONE, NEAR], ids=["one", "near"])
def test_readings_are_those_of_the_reference(memory: Attention) -> None:
    ops = random_ops(memory, STEPS, seed=1)
    expected = attention_readings(*(np.asarray(op, float) for op in ops), slope=memory.slope)
    np.testing.assert_allclose(run(memory, ops, STEPS, STEPS)[1], expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", AttentionOps._fields)
def test_gradients_are_those_of_the_reference(name: str) -> None:
    ops, numbers = random_ops(NEAR, STEPS, seed=2), np.random.default_rng(3)
    weights = numbers.normal(size=(STEPS, 2, 3))
    slope = np.asarray(gradient(NEAR, ops, STEPS, STEPS, jnp.asarray(weights))._asdict()[name])
    exact = {op: np.asarray(values, float) for op, values in ops._asdict().items()}

    def total(ops: dict[str, np.ndarray]) -> float:
        return float(np.sum(attention_readings(**ops, slope=NEAR.slope) * weights))

    for _ in range(3):
        way = numbers.normal(size=slope.shape)
        measured = directional_derivative(total, exact, name, way)
        assert np.sum(slope * way) == pytest.approx(measured, rel=1e-3, abs=1e-4)


@pytest.mark.parametrize("steps", [1, 5])
def test_as_many_slots_as_steps_lose_nothing_and_one_less_does(steps: int) -> None:
    ops = random_ops(ONE, steps + 1, seed=0)
    needed = ONE.slots_for(steps + 1)
    few, enough, many = (run(ONE, ops, slots, steps + 1)[1] for slots in (needed - 1, needed, needed + 4))
    np.testing.assert_allclose(enough, many, atol=1e-6)
    assert np.abs(few - enough)[-1].max() > 1e-4


def test_one_key_a_symbol_and_a_large_query_recall_what_stood_there() -> None:
    keys = jnp.eye(8)[jnp.asarray([3, 1, 6, 1])]
    values = jnp.asarray([[0.1], [0.2], [0.3], [0.0]])
    memory = Attention(width=1, key_width=8)
    _, read = run(memory, AttentionOps(60 * keys[:, None], keys[:, None].at[3].set(0), values[:, None]), 4, 4)
    np.testing.assert_allclose(read[3], [[0.2]], atol=1e-6)


def test_nobody_acts_and_nobody_can_be_forced() -> None:
    ops = jax.tree.map(lambda op: op[0], random_ops(ONE, 1, seed=0))
    state = ONE.empty(2)
    assert ONE.action(state, ops).shape == (0,)
    forced = ONE.force(state, ONE.discretise(state, ops), jnp.zeros(0, jnp.int32))
    assert jax.tree.all(jax.tree.map(np.array_equal, forced, ops))


@pytest.mark.parametrize("option", ["width", "key_width", "heads"])
def test_attention_without_room_is_refused(option: str) -> None:
    with pytest.raises(MannscopeError, match=f"{option} of an attention memory must be at least 1. Got 0"):
        Attention(**{option: 0})


def test_a_slope_away_from_the_near_is_refused() -> None:
    with pytest.raises(MannscopeError, match=r"slope of an attention memory must not be negative. Got -1.0"):
        Attention(slope=-1.0)
