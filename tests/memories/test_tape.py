"""The tape: worked by hand, and against lists in plain Python."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from mannscope.errors import MannscopeError
from mannscope.memories import Tape
from mannscope.memories.tape import TapeAction, TapeOps
from references.runs import directional_derivative, gradient, random_ops, run
from references.turning import tape_run

STAY, LEFT, RIGHT, JUMP_LEFT, JUMP_RIGHT = np.eye(5)
STEPS, SLOTS = 7, 9


def drawn(tape: Tape, slots: int, *steps: tuple[np.ndarray, float]) -> tuple[list, list]:
    """The tape of numbers and what is read after each step."""
    actions = jnp.asarray([action[: 5 if tape.jump else 3] for action, _ in steps])
    values = jnp.asarray([[float(value)] for _, value in steps])
    states, readings = run(tape, TapeOps(actions, values), slots, len(steps))
    return states.memory[:, 0].tolist(), readings[:, 0].tolist()


def test_writing_and_half_a_move_either_way_give_the_tape_worked_by_hand() -> None:
    tape, read = drawn(Tape(1), 5, (LEFT, 1), (LEFT, 2), ((LEFT + RIGHT) / 2, 3))
    assert tape == [
        [0, 1, 0, 0, 0],  #        1 is written, and lies right of the head, which has moved left
        [0, 2, 1, 0, 0],  #        2 as well
        [1, 2, 1, 0.5, 1.5],  #    3 is written: (3 2 1 0 0); left (0 3 2 1 0), right (2 1 0 0 3), half each
    ]
    assert read == [0, 0, 1]


def test_what_is_laid_out_to_the_right_is_read_on_the_way_back() -> None:
    # |1 |1 2 |1 2 3 and then the head, over empty slots that it overwrites, goes left over 3, 2 and 1
    _, read = drawn(Tape(1), 9, *[(RIGHT, value) for value in (1, 2, 3)], *[(LEFT, 8)] * 3)
    assert read == [0, 0, 0, 3, 2, 1]


def test_staying_overwrites_and_reads_what_was_just_written() -> None:
    tape, read = drawn(Tape(1), 3, (STAY, 1), (STAY, 2))
    assert (tape[-1], read) == ([2, 0, 0], [1, 2])


def test_a_jump_goes_back_to_where_the_head_came_from() -> None:
    # 1 2 3 are laid out, the head is at slot 3; it jumps left by 3, then walks over 1 2 3 again
    steps = [*[(RIGHT, value) for value in (1, 2)], (RIGHT, 3), (JUMP_LEFT, 9), (RIGHT, 9), (RIGHT, 9)]
    _, read = drawn(Tape(1, jump=3), 13, *steps)
    assert read == [0, 0, 0, 1, 2, 3]
    _, read = drawn(Tape(1, jump=3), 13, (JUMP_RIGHT, 1), (LEFT, 2), (LEFT, 3), (LEFT, 4))
    assert read == [0, 0, 0, 1]


def test_a_jump_over_all_slots_is_a_stay() -> None:
    tape, _ = drawn(Tape(1, jump=3), 3, (JUMP_LEFT, 1), (JUMP_RIGHT, 2))
    assert tape == [[1, 0, 0], [2, 0, 0]]


def test_a_tape_without_jumps_has_three_actions_and_one_with_jumps_has_five() -> None:
    assert [actor.labels for actor in Tape().actors] == [("STAY", "LEFT", "RIGHT")]
    assert [actor.labels for actor in Tape(jump=2).actors] == [tuple(TapeAction.__members__)]


def test_slots_are_enough_for_a_head_that_always_goes_one_way() -> None:
    for memory, away in ((Tape(1), RIGHT), (Tape(1, jump=3), JUMP_RIGHT)):
        tape, _ = drawn(memory, memory.slots_for(4), *[(away, value) for value in (1, 2, 3, 4)])
        assert sorted(tape[-1])[-4:] == [1, 2, 3, 4]


@pytest.mark.parametrize("options", [{"width": 0}, {"jump": -1}])
def test_a_tape_without_width_or_with_a_negative_jump_is_refused(options: dict[str, int]) -> None:
    with pytest.raises(MannscopeError, match="of a tape must be at least"):
        Tape(**options)


@pytest.mark.parametrize("jump", [0, 3])
def test_readings_are_those_of_lists(jump: int) -> None:
    tape = Tape(2, jump)
    ops = random_ops(tape, STEPS, seed=1)
    _, readings = run(tape, ops, SLOTS, STEPS)
    exact = [np.asarray(op, float) for op in ops]
    np.testing.assert_allclose(readings, tape_run(exact[0], exact[1], SLOTS, jump), atol=1e-6)


@pytest.mark.parametrize("name", ["head_actions", "written_value"])
def test_gradients_are_those_of_lists(name: str) -> None:
    tape, numbers = Tape(2, jump=3), np.random.default_rng(3)
    ops, weights = random_ops(tape, STEPS, seed=2), numbers.normal(size=(STEPS, 2))
    slope = gradient(tape, ops, SLOTS, STEPS, jnp.asarray(weights))._asdict()[name]

    def total(ops: dict[str, np.ndarray]) -> float:
        return float(np.sum(tape_run(ops["head_actions"], ops["written_value"], SLOTS, 3) * weights))

    exact = {name: np.asarray(op, float) for name, op in ops._asdict().items()}
    way = numbers.normal(size=slope.shape)
    assert np.sum(slope * way) == pytest.approx(
        directional_derivative(total, exact, name, way), rel=1e-4, abs=1e-4
    )


def test_hard_steps_are_those_of_a_head_that_moves_on_a_dictionary() -> None:
    tape = Tape(2, jump=3)
    ops = jax.vmap(lambda one: tape.discretise(None, one))(random_ops(tape, STEPS, seed=5))
    _, readings = run(tape, ops, tape.slots_for(STEPS), STEPS)
    goes, head, held = (0, -1, 1, -3, 3), 0, {}
    for step in range(STEPS):
        held[head] = ops.written_value[step].tolist()
        head += goes[int(ops.head_actions[step].argmax())]
        assert readings[step].tolist() == held.get(head, [0, 0])
