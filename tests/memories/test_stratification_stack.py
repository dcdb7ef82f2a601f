"""The stratification stack: worked by hand, and against the paper's own cascade in plain Python."""

from collections.abc import Sequence

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from mannscope.memories import StratificationStack
from mannscope.memories.strata import StrataState
from mannscope.memories.stratification_stack import StratificationStackAction, StratificationStackOps
from references.runs import directional_derivative, gradient, random_ops, run
from references.strata import stack_run

NO_OP, POP, PUSH, REPLACE = StratificationStackAction

A, B, C = np.eye(3).tolist()
NOTHING = [0.0, 0.0, 0.0]
ONE, TWO = StratificationStack(width=3), StratificationStack(width=3, stacks=2)
STEPS = 7


def softly(value: list[float], push: float, pop: float) -> StratificationStackOps:
    return StratificationStackOps(jnp.asarray([pop]), jnp.asarray([push]), jnp.asarray([value]))


def surely(action: StratificationStackAction, value: list[float] = NOTHING) -> StratificationStackOps:
    return softly(value, float(action in {PUSH, REPLACE}), float(action in {POP, REPLACE}))


def steps(*ops: StratificationStackOps) -> tuple[StrataState, np.ndarray]:
    """The states and readings of the only stack after every step."""
    together = jax.tree.map(lambda *parts: jnp.stack(parts), *ops)
    states, readings = run(ONE, together, len(ops), len(ops))
    return states, np.asarray(readings)[:, 0]


def readings_of(ops: Sequence[np.ndarray]) -> np.ndarray:
    """What the reference reads from every stack."""
    stacks = range(ops[0].shape[1])
    return np.stack([stack_run(*(op[:, stack] for op in ops)).readings for stack in stacks], axis=1)


def test_partial_pops_and_pushes_give_the_strengths_and_readings_worked_by_hand() -> None:
    states, readings = steps(softly(A, 0.8, 0.0), softly(B, 0.5, 0.1), softly(C, 0.9, 0.9))
    drawn = [  #                from the bottom to the top, a sign a tenth
        [0.8, 0.0, 0.0],  #     |aaaaaaaa                  all is read
        [0.7, 0.5, 0.0],  #     |aaaaaaabbbbb              pop .1 of A, push .5 of B: the window is aaaaabbbbb
        [0.3, 0.0, 0.9],  #     |aaaccccccccc              pop all of B and .4 of A, push .9 of C: acccccccc
    ]
    np.testing.assert_allclose(states.strengths[:, 0], drawn, atol=1e-6)
    np.testing.assert_allclose(readings, [[0.8, 0, 0], [0.5, 0.5, 0], [0.1, 0, 0.9]], atol=1e-6)


def test_last_pushed_is_first_popped() -> None:
    _, tops = steps(surely(PUSH, A), surely(PUSH, B), surely(PUSH, C), surely(POP), surely(POP))
    assert tops.tolist() == [A, B, C, B, A]


def test_replacing_pops_the_top_and_pushes_another() -> None:
    # push A: |A   push B: |A B   replace by C: |A C   pop: |A
    _, tops = steps(surely(PUSH, A), surely(PUSH, B), surely(REPLACE, C), surely(POP))
    assert tops.tolist() == [A, B, C, A]


def test_no_op_keeps_the_stack_and_stores_the_value_without_strength() -> None:
    states, tops = steps(surely(PUSH, A), surely(NO_OP, B), surely(POP))
    assert tops.tolist() == [A, A, NOTHING]
    assert states.strengths[:, 0].tolist() == [[1, 0, 0], [1, 0, 0], [0, 0, 0]]


def test_an_empty_stack_pops_and_reads_zeros() -> None:
    _, tops = steps(surely(POP, B), surely(PUSH, A), surely(POP), surely(POP))
    assert tops.tolist() == [NOTHING, A, NOTHING, NOTHING]


def test_a_value_lies_in_the_slot_of_its_step_for_good() -> None:
    states, _ = steps(surely(PUSH, A), surely(REPLACE, B), surely(POP))
    assert states.memory[-1, 0].T.tolist() == [A, B, NOTHING]


def test_what_is_pushed_when_all_slots_are_taken_is_lost() -> None:
    ops = jax.tree.map(lambda *parts: jnp.stack(parts), *(surely(PUSH, one) for one in (A, B, C)))
    _, tops = run(ONE, ops, 2, 3)
    assert tops[:, 0].tolist() == [A, B, B]


def test_actions_are_told_by_which_gates_are_half_open() -> None:
    four = StratificationStack(width=1, stacks=4)
    ops = four.Ops(jnp.asarray([0.4, 0.5, 0.1, 0.9]), jnp.asarray([0.1, 0.2, 0.5, 0.6]), jnp.zeros((4, 1)))
    assert four.action(four.empty(1), ops).tolist() == [NO_OP, POP, PUSH, REPLACE]


@pytest.mark.parametrize("seed", range(20))
def test_hard_steps_are_those_of_a_list(seed: int) -> None:
    ops = random_ops(ONE, STEPS, seed)
    hard = jax.vmap(lambda one: ONE.discretise(None, one))(ops)
    held: list[list[float]] = []
    for step, reading in enumerate(np.asarray(run(ONE, hard, STEPS, STEPS)[1])[:, 0].tolist()):
        if hard.pop_strength[step, 0] and held:
            held.pop()
        if hard.push_strength[step, 0]:
            held.append(np.asarray(hard.push_value[step, 0]).tolist())
        assert reading == (held[-1] if held else NOTHING)


@pytest.mark.parametrize("memory", [ONE, TWO], ids=["one", "two"])
def test_strengths_and_readings_are_those_of_the_cascade(memory: StratificationStack) -> None:
    ops = random_ops(memory, STEPS, seed=1)
    states, readings = run(memory, ops, STEPS, STEPS)
    exact = [np.asarray(op, float) for op in ops]
    np.testing.assert_allclose(readings, readings_of(exact), atol=1e-6)
    expected = stack_run(*(op[:, -1] for op in exact)).strengths
    np.testing.assert_allclose(states.strengths[:, -1], expected, atol=1e-6)


def test_in_double_precision_the_cascade_is_met_to_the_last_digits_over_a_long_run() -> None:
    many, random = 200, np.random.default_rng(4)
    with jax.enable_x64(True):
        ops = StratificationStackOps(*random.uniform(size=(2, many, 1)), random.normal(size=(many, 1, 3)))
        _, readings = run(ONE, jax.tree.map(jnp.asarray, ops), many, many)
        np.testing.assert_allclose(np.asarray(readings), readings_of(ops), rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", ["pop_strength", "push_strength", "push_value"])
def test_gradients_are_those_of_the_cascade(name: str) -> None:
    ops, numbers = random_ops(TWO, STEPS, seed=2), np.random.default_rng(3)
    weights = numbers.normal(size=(STEPS, 2, 3))
    slope = gradient(TWO, ops, STEPS, STEPS, jnp.asarray(weights))._asdict()[name]

    def total(ops: dict[str, np.ndarray]) -> float:
        return float(np.sum(readings_of([*ops.values()]) * weights))

    exact = {name: np.asarray(op, float) for name, op in ops._asdict().items()}
    for _ in range(3):
        way = numbers.normal(size=slope.shape)
        measured = directional_derivative(total, exact, name, way)
        assert np.sum(slope * way) == pytest.approx(measured, rel=1e-4, abs=1e-4)


def test_at_ties_the_gradient_is_that_of_pushing_less_and_of_popping_more() -> None:
    # |A then |A B, then B is popped: A is read. All of it is certain, so that every boundary is on a tie.
    ops = jax.tree.map(lambda *parts: jnp.stack(parts), *(surely(PUSH, A), surely(PUSH, B), surely(POP)))
    at_last, at_second = (jnp.zeros((3, 1, 3)).at[step].set(jnp.asarray([1.0, 10.0, 0.0])) for step in (2, 1))
    less_pushed = gradient(ONE, ops, 3, 3, at_second).push_strength[:, 0].tolist()
    more_popped = gradient(ONE, ops, 3, 3, at_last).pop_strength[:, 0].tolist()
    assert less_pushed == [0, 10 - 1, 0]  # less of B is read, and A below it
    assert more_popped[2] == -1  # less of A is left


@pytest.mark.parametrize("seed", range(3))
def test_certain_actions_have_gradients_that_mostly_go_where_less_certain_ones_would(seed: int) -> None:
    random = np.random.default_rng(seed)
    hard = [random.integers(0, 2, (STEPS, 1)).astype(float) for _ in "12"]
    ops = StratificationStackOps(*hard, random.normal(size=(STEPS, 1, 3)))
    weights = random.normal(size=(STEPS, 1, 3))
    slope = gradient(ONE, jax.tree.map(jnp.asarray, ops), STEPS, STEPS, jnp.asarray(weights))
    inwards = []
    for number, strengths in enumerate(hard):
        for step in range(STEPS):
            way = 1e-6 * (1 - 2 * strengths[step])
            moved = [op.copy() for op in ops]
            moved[number][step] += way
            rise = np.sum((readings_of(moved) - readings_of(ops)) * weights)
            inwards.append(rise / way[0])
    found = np.concatenate([slope.pop_strength[:, 0], slope.push_strength[:, 0]])
    assert found @ np.array(inwards) > 0.5 * np.linalg.norm(found) * np.linalg.norm(inwards)
