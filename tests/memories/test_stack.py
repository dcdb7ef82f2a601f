"""The superposition stack: worked by hand, and against a reference in plain Python."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from mannscope.memories import Stack, StackAction
from mannscope.memories.stack import StackOps, StackState
from references.runs import directional_derivative, gradient, random_ops, run
from references.stack import stack_readings

PUSH, POP, NO_OP = StackAction

A, B, C = [1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]
NOTHING = [0.0, 0.0, 0.0]
ONE = Stack(width=3)
TWO = Stack(width=3, stacks=2, top=2)
STEPS, SLOTS = 6, 5


def surely(action: StackAction, value: list[float] = NOTHING) -> StackOps:
    return StackOps(jnp.eye(3)[jnp.asarray([action])], jnp.asarray([value]))


def softly(push: float, pop: float, no_op: float, value: list[float]) -> StackOps:
    return StackOps(jnp.asarray([[push, pop, no_op]]), jnp.asarray([value]))


def slots(state: StackState) -> list[list[float]]:
    """The only stack's slots, the top first."""
    return state.memory[0].T.tolist()


def test_pushing_and_popping_letters_gives_the_drawn_stacks() -> None:
    state, letters = ONE.empty(3), (surely(PUSH, A), surely(PUSH, B), surely(POP), surely(PUSH, C))
    drawn = [
        [A, NOTHING, NOTHING],  # push A:  |A - -
        [B, A, NOTHING],  #       push B:  |B A -
        [A, NOTHING, NOTHING],  # pop:     |A - -
        [C, A, NOTHING],  #       push C:  |C A -
    ]
    for ops, picture in zip(letters, drawn, strict=True):
        state = ONE.apply(state, ops)
        assert slots(state) == picture


def test_last_pushed_is_first_popped() -> None:
    state, tops = ONE.empty(3), []
    for ops in (surely(PUSH, A), surely(PUSH, B), surely(PUSH, C), surely(POP), surely(POP)):
        state = ONE.apply(state, ops)
        tops.append(ONE.read(state, state)[0, 0].tolist())
    assert tops == [A, B, C, B, A]


def test_no_op_keeps_the_stack() -> None:
    state = ONE.apply(ONE.empty(3), surely(PUSH, A))
    assert slots(ONE.apply(state, surely(NO_OP, B))) == slots(state) == [A, NOTHING, NOTHING]


def test_an_empty_stack_reads_and_pops_zeros() -> None:
    state = ONE.apply(ONE.empty(2), surely(POP, B))
    assert slots(state) == [NOTHING, NOTHING]
    assert ONE.read(state, state).tolist() == [[NOTHING]]


def test_what_is_pushed_over_the_brim_is_lost() -> None:
    state = ONE.empty(2)
    for ops in (surely(PUSH, A), surely(PUSH, B), surely(PUSH, C)):
        state = ONE.apply(state, ops)
    assert slots(state) == [C, B]


def test_a_soft_step_mixes_push_pop_and_no_op() -> None:
    state = StackState(jnp.asarray([[[1.0, 2.0, 4.0]]]))  # |1 2 4
    after = Stack(width=1).apply(state, softly(0.5, 0.25, 0.25, [8.0]))
    # 0.5 * 8 + 0.25 * 2 + 0.25 * 1; 0.5 * 1 + 0.25 * 4 + 0.25 * 2; 0.5 * 2 + 0 + 0.25 * 4
    assert slots(after) == [[4.75], [2.0], [2.0]]


def test_the_reading_is_the_top_slots_of_every_stack() -> None:
    memory = jnp.arange(24.0).reshape(2, 3, 4)  # stack, width, slot
    reading = TWO.read(StackState(memory), StackState(memory))
    assert reading.tolist() == [[[0, 4, 8], [1, 5, 9]], [[12, 16, 20], [13, 17, 21]]]


def test_the_reading_is_of_the_stack_after_the_step() -> None:
    before = ONE.empty(2)
    after = ONE.apply(before, surely(PUSH, A))
    assert ONE.read(before, after).tolist() == [[A]]


def test_two_stacks_act_on_their_own() -> None:
    ops = StackOps(jnp.eye(3)[jnp.asarray([PUSH, NO_OP])], jnp.asarray([A, B]))
    state = TWO.apply(TWO.empty(2), ops)
    assert state.memory[0].T.tolist() == [A, NOTHING]
    assert state.memory[1].T.tolist() == [NOTHING, NOTHING]


def test_actions_are_named_in_the_order_of_the_distribution() -> None:
    ops = StackOps(jnp.asarray([[0.1, 0.7, 0.2], [0.5, 0.1, 0.4]]), jnp.zeros((2, 3)))
    assert TWO.action(TWO.empty(2), ops).tolist() == [POP, PUSH]


@pytest.mark.parametrize("memory", [ONE, TWO, Stack(width=2, stacks=3)], ids=["one", "two", "three"])
def test_readings_are_those_of_the_reference(memory: Stack) -> None:
    ops = random_ops(memory, STEPS, seed=1)
    _, readings = run(memory, ops, SLOTS, STEPS)
    expected = stack_readings(*(np.asarray(op, float) for op in ops), top=memory.top, slots=SLOTS)
    np.testing.assert_allclose(readings, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", ["actions", "push_value"])
def test_gradients_are_those_of_the_reference(name: str) -> None:
    ops, numbers = random_ops(TWO, STEPS, seed=2), np.random.default_rng(3)
    weights = numbers.normal(size=(STEPS, 2, 2, 3))
    slope = gradient(TWO, ops, SLOTS, STEPS, jnp.asarray(weights))._asdict()[name]

    def total(ops: dict[str, np.ndarray]) -> float:
        return float(np.sum(stack_readings(**ops, top=2, slots=SLOTS) * weights))

    exact = {name: np.asarray(op, float) for name, op in ops._asdict().items()}
    for _ in range(3):
        way = numbers.normal(size=slope.shape)
        measured = directional_derivative(total, exact, name, way)
        assert np.sum(slope * way) == pytest.approx(measured, rel=1e-4, abs=1e-4)


@pytest.mark.parametrize(("steps", "top", "slots"), [(1, 1, 1), (2, 1, 1), (3, 1, 2), (10, 1, 5), (7, 2, 5)])
def test_half_as_many_slots_as_steps_are_enough(steps: int, top: int, slots: int) -> None:
    assert Stack(width=3, top=top).slots_for(steps) == slots


@pytest.mark.parametrize(("steps", "top"), [(1, 2), (7, 1), (8, 2), (9, 3)])
def test_slots_for_loses_nothing_that_can_be_read(steps: int, top: int) -> None:
    memory = Stack(width=2, stacks=2, top=top)
    drawn = [random_ops(memory, steps, seed, scale) for seed in range(30) for scale in (1.5, 1000.0)]
    softly_and_surely = jax.tree.map(lambda *ops: jnp.stack(ops), *drawn)
    few, many = (
        jax.vmap(lambda ops, slots=slots: run(memory, ops, slots, steps)[1])(softly_and_surely)
        for slots in (memory.slots_for(steps), 3 * memory.slots_for(steps))
    )
    np.testing.assert_array_equal(few, many)


def test_one_slot_less_loses_what_is_pushed_first() -> None:
    steps = 5
    actions = jnp.eye(3)[jnp.asarray([PUSH, PUSH, PUSH, POP, POP])][:, None]
    ops = StackOps(actions, jnp.asarray([A, B, C, C, C])[:, None])
    last = [run(ONE, ops, ONE.slots_for(steps) - less, steps)[1][-1, 0, 0].tolist() for less in (0, 1)]
    assert last == [A, NOTHING]
