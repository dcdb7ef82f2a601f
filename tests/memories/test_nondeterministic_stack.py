"""The nondeterministic stack: worked by hand, and against all runs one by one."""

from itertools import product

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from mannscope.errors import MannscopeError
from mannscope.memories import NondeterministicStack
from mannscope.memories.nondeterministic_stack import (
    NondeterministicStackAction,
    NondeterministicStackOps,
    NondeterministicStackState,
)
from mannscope.models import rebuild, record
from references.pushdown import Step, pushdown_runs
from references.runs import directional_derivative, gradient, random_fields, random_ops, run, squash
from small import INPUTS, small_model

PUSH, POP, NO_OP, REPLACE = NondeterministicStackAction
BOTTOM, A, B = range(3)
ONE, TWO = NondeterministicStack(1, 2), NondeterministicStack(2, 3, depth=4)
STEPS = 5


def after(
    memory: NondeterministicStack, weights: np.ndarray, slots: int | None = None
) -> tuple[NondeterministicStackState, np.ndarray]:
    """The states and readings after steps of these weights."""
    ops = NondeterministicStackOps(jnp.asarray(weights, float))
    states, readings = run(memory, ops, slots or memory.slots_for(len(weights)), len(weights))
    return states, np.asarray(readings)


def by_hand(push: tuple[float, float], keep: float, pop: float) -> np.ndarray:
    """Weights of one state, the same for both symbols on top."""
    return np.array([[[*push, keep, 0, pop], [*push, 0, keep, pop]]])


def reverser(symbol: int, turn: float = 0.5) -> np.ndarray:
    """State 0 pushes the symbol, and may go to state 1, which pops the same symbol, and ends at another."""
    weights = np.zeros((2, 3, 14))
    weights[0, :, symbol], weights[0, :, 3 + symbol] = 1, turn
    weights[1, symbol, 13] = 1
    return weights


def test_three_steps_give_the_likelihoods_worked_by_hand() -> None:
    # Every run's stack, and its weight, the bottom first:
    # push 0 weighs 1, push 1 weighs 2, keep and pop 1     00 1, 01 2, 0 1                   tops 2, 2
    # the same                                             0 1+1+2, 00 1+1, 01 2+2, …        tops 9, 10
    # push 1 and keep weigh 1, pop 3                                                         tops 36, 47
    weights = [by_hand((1, 2), 1, 1), by_hand((1, 2), 1, 1), by_hand((0, 1), 1, 3)]
    _, readings = after(ONE, np.array(weights))
    expected = [[2 / 4, 2 / 4], [9 / 19, 10 / 19], [36 / 83, 47 / 83]]
    np.testing.assert_allclose(readings[:, 0], expected, atol=1e-6)


def test_a_deterministic_automaton_is_a_stack() -> None:
    def certain(action: int, symbol: int = 0) -> np.ndarray:
        return {
            PUSH: by_hand((1 - symbol, symbol), 0, 0),
            POP: by_hand((0, 0), 0, 1),
            NO_OP: by_hand((0, 0), 1, 0),
            REPLACE: np.array([[[0, 0, 1 - symbol, symbol, 0]] * 2]),
        }[action]

    # 0   0 1   0 1 0   0 1 1   0 1   0 1   0
    acts = [(PUSH, 1), (PUSH, 0), (REPLACE, 1), (POP,), (NO_OP,), (POP,)]
    states, readings = after(ONE, np.array([certain(*act) for act in acts]))
    assert readings[:, 0].argmax(-1).tolist() == [1, 0, 1, 1, 1, 0]
    assert states.memory[2].T[:4].tolist() == [[0, 1], [0, 1], [1, 0], [0, 0]]
    assert states.memory[5].T[:2].tolist() == [[1, 0], [0, 0]]


@pytest.mark.parametrize("seed", range(3))
def test_likelihoods_are_those_of_all_runs_one_by_one(seed: int) -> None:
    ops = random_ops(TWO, STEPS, seed)
    states, _ = run(TWO, ops, TWO.slots_for(STEPS), STEPS)
    expected = pushdown_runs(np.asarray(ops.transition_weights, float), depth=4)
    np.testing.assert_allclose(states.top_weights, [step.tops for step in expected], atol=1e-6)
    np.testing.assert_allclose(states.memory, [step.contents for step in expected], atol=1e-6)


@pytest.mark.parametrize("window", [2, 3, 4])
def test_in_a_window_runs_end_at_a_symbol_that_is_too_old(window: int) -> None:
    memory = NondeterministicStack(2, 2, window=window)
    ops = random_ops(memory, 7, seed=1)
    assert memory.slots_for(7) == window
    states, _ = run(memory, ops, window, 7)
    expected = pushdown_runs(np.asarray(ops.transition_weights, float), depth=1, window=window)
    np.testing.assert_allclose(states.top_weights, [step.tops for step in expected], atol=1e-6)


def test_a_window_as_long_as_the_episode_changes_nothing() -> None:
    ops = random_ops(TWO, STEPS, seed=2)
    slots = TWO.slots_for(STEPS)
    np.testing.assert_allclose(run(TWO, ops, slots, STEPS)[1], run(TWO, ops, slots + 3, STEPS)[1], atol=1e-6)


@pytest.mark.parametrize("normalised", [False, True])
def test_gradients_are_those_of_all_runs_one_by_one(normalised: bool) -> None:
    memory, numbers = NondeterministicStack(2, 2, normalised), np.random.default_rng(3)
    ops, weights = random_ops(memory, STEPS, seed=4), numbers.normal(size=(STEPS, 2, 2))
    slope = gradient(memory, ops, memory.slots_for(STEPS), STEPS, jnp.asarray(weights)).transition_weights

    def total(ops: dict[str, np.ndarray]) -> float:
        steps: list[Step] = pushdown_runs(ops["weights"], depth=1)
        return float(sum(np.sum(step.tops * weight) for step, weight in zip(steps, weights, strict=True)))

    way = numbers.normal(size=slope.shape)
    exact = {"weights": np.asarray(ops.transition_weights, float)}
    measured = directional_derivative(total, exact, "weights", way)
    assert np.sum(slope * way) == pytest.approx(measured, rel=1e-3, abs=1e-3)


def test_likelihoods_sum_to_one_at_step_100() -> None:
    _, readings = after(TWO, np.full((100, 2, 3, 14), 1 / 84))
    np.testing.assert_allclose(readings.sum((1, 2)), 1, atol=1e-5)


def test_scaling_all_weights_of_a_step_changes_nothing() -> None:
    weights = np.asarray(random_ops(TWO, STEPS, seed=5).transition_weights)
    scales = np.array([1e-3, 1, 0.5, 1e-6, 0.1])[:, None, None, None]
    np.testing.assert_allclose(after(TWO, weights)[1], after(TWO, weights * scales)[1], rtol=1e-4)


def test_the_symbol_at_the_bottom_can_be_replaced_but_not_popped() -> None:
    states, readings = after(ONE, np.array([by_hand((0, 0), 0, 1), [[[0, 0, 0, 1, 0]] * 2]]))
    assert readings[:, 0].tolist() == [[1, 0], [0, 1]]
    assert states.memory[1].T[:2].tolist() == [[0, 1], [0, 0]]


@pytest.mark.parametrize("word", [*product((A, B), repeat=4)])
def test_an_unmarked_palindrome_is_told_by_guessing_its_middle(word: tuple[int, ...]) -> None:
    states, _ = after(TWO, np.array([reverser(symbol) for symbol in word]))
    assert (states.top_weights[-1, 1, BOTTOM] > 0) == (word == word[::-1])


def test_where_the_middle_is_open_the_stack_both_pushes_and_pops() -> None:
    (transitions,) = TWO.choices
    states, _ = after(TWO, np.array([reverser(A)] * 3))
    ops = NondeterministicStackOps(jnp.asarray(reverser(A)))
    shares = transitions.shares(jax.tree.map(lambda part: part[1], states), ops)
    # aa: pushed twice (1), and then the middle (1/2); or the middle after one, and popped (1/2)
    np.testing.assert_allclose(shares, [1 / 2, 1 / 4, 0, 0], atol=1e-6)


def test_unreachable_states_that_weigh_much_leave_values_and_gradients_finite() -> None:
    fields = random_fields(TWO, 40, seed=6)
    raw = (
        fields["transition_weights"]
        .at[:, 1]
        .add(40.0)
        .at[:, 0, :, jnp.array([3, 4, 5, 9, 10, 11, 13])]
        .set(-60)
    )

    def total(raw: jax.Array) -> jax.Array:
        ops = squash(TWO, {"transition_weights": raw})
        return jnp.sum(run(TWO, ops, TWO.slots_for(40), 40)[1] ** 2)

    value, slope = jax.value_and_grad(total)(raw)
    assert np.isfinite(value)
    assert np.isfinite(slope).all()


def test_the_state_is_read_or_summed_over() -> None:
    ops, both = random_ops(TWO, STEPS, seed=7), {}
    for reads_states in (True, False):
        memory = NondeterministicStack(2, 3, reads_states=reads_states)
        both[reads_states] = run(memory, ops, memory.slots_for(STEPS), STEPS)[1]
    np.testing.assert_allclose(both[True].sum(1), both[False], atol=1e-6)


def test_normalised_weights_sum_to_one_from_each_state_and_symbol_and_others_have_a_largest_of_one() -> None:
    for memory, of in ((NondeterministicStack(normalised=True), "sum"), (NondeterministicStack(), "max")):
        weights = np.asarray(random_ops(memory, 2, seed=8).transition_weights)
        found = weights.sum(-1) if of == "sum" else weights.max((1, 2, 3))
        np.testing.assert_allclose(found, 1, atol=1e-6)


def test_the_large_tables_are_not_recorded_and_come_back_by_rebuilding() -> None:
    network = small_model("nondeterministic_stack")
    trace = record(network, INPUTS[:, :3])
    assert {*network.memory.body.omitted} == {"run_weights", "beneath"}
    assert not {"run_weights", "beneath"} & set(trace.variables)
    again = rebuild(network.memory, trace)["run_weights"].sum(("slot", "lower_top")).values
    np.testing.assert_allclose(again.ravel(), trace["top_weights"].values.ravel(), atol=1e-6)


@pytest.mark.parametrize("options", [{"states": 0}, {"symbols": 1}, {"window": 1}, {"depth": 0}])
def test_impossible_sizes_are_refused(options: dict[str, int]) -> None:
    with pytest.raises(MannscopeError, match="of a nondeterministic stack must be at least"):
        NondeterministicStack(**options)
