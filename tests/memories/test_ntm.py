"""The neural Turing machine's memory: each equation by hand, and against a reference in plain Python."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from mannscope.errors import MannscopeError
from mannscope.memories import NTM, HeadMove
from mannscope.memories.addressing import content_weights, sharpen, shift_weights
from mannscope.memories.ntm import NTMOps, NTMState
from references.ntm import ntm_readings
from references.runs import (
    apply,
    directional_derivative,
    gradient,
    one,
    random_fields,
    random_ops,
    run,
    squash,
)

STAY, LEFT, RIGHT, JUMP = HeadMove
SHIFT = {LEFT: [1.0, 0.0, 0.0], STAY: [0.0, 1.0, 0.0], RIGHT: [0.0, 0.0, 1.0]}
STEPS, SLOTS = 6, 7
ORDERS = pytest.mark.parametrize("early", [False, True], ids=["after writing", "before writing"])
MANY = {"width": 3, "read_heads": 2, "write_heads": 2, "shift_range": 2}


def doing(read: HeadMove, write: HeadMove, add: list[float], key: list[float] | None = None) -> NTMOps:
    """One head of each kind moves surely; the write head erases its slot and adds `add`."""
    heads = {}
    for kind, move in (("read", read), ("write", write)):
        heads[f"{kind}_key"] = jnp.asarray([key or [0.0] * len(add)])
        heads[f"{kind}_key_strength"] = jnp.asarray([50.0])
        heads[f"{kind}_gate"] = jnp.asarray([float(move == JUMP)])
        heads[f"{kind}_shift"] = jnp.asarray([SHIFT.get(move, SHIFT[STAY])])
        heads[f"{kind}_sharpening"] = jnp.ones(1)
    return NTMOps(**heads, erase=jnp.ones((1, len(add))), add=jnp.asarray([add]))


def close(values: Any, expected: Any) -> bool:
    return np.allclose(values, expected, rtol=1e-5, atol=2e-6)


def test_writing_letters_in_a_row_gives_the_drawn_memories() -> None:
    memory, e = NTM(width=2), 1e-6
    a, b, c, empty = [1.0, 0.0], [0.0, 1.0], [0.5, 0.5], [e, e]
    drawn = [
        (doing(STAY, STAY, a), [a, empty, empty], a),  #   write A at 0, read at 0:          [A] - -
        (doing(STAY, RIGHT, b), [a, b, empty], a),  #      go right, write B, read at 0:     [A] B -
        (doing(RIGHT, RIGHT, c), [a, b, c], b),  #         go right, write C, read at 1:      A [B] C
        (doing(RIGHT, RIGHT, b), [b, b, c], c),  #         go round to 0, write B, read at 2: B B [C]
        (doing(RIGHT, LEFT, a), [b, b, a], b),  #          go back round, write A, read at 0: [B] B A
    ]
    state = memory.empty(3)
    for ops, picture, seen in drawn:
        before, state = state, apply(memory, state, ops)
        assert close(state.memory.T, picture)
        assert close(memory.read(before, state), [seen])


def test_a_head_jumps_to_the_slot_that_its_key_is_like() -> None:
    memory = NTM(width=2)
    slots = jnp.asarray([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]]).T
    state = NTMState(slots, jnp.asarray([[1.0, 0, 0]]), jnp.asarray([[1.0, 0, 0]]))
    after = apply(memory, state, doing(JUMP, STAY, [1.0, 0.0], key=[0.0, 0.3]))
    assert close(after.read_weights, [[0, 1, 0]])


def test_content_weights_are_a_softmax_of_cosines() -> None:
    memory = jnp.asarray([[3.0, 4.0], [0.0, 2.0], [5.0, 0.0]]).T  # cosines to (0, 1): 0.8, 1, 0
    weights = content_weights(memory, jnp.asarray([[0.0, 7.0]]), jnp.asarray([2.0]))
    powers = np.exp([1.6, 2.0, 0.0])  # 4.953, 7.389, 1
    assert close(weights, [powers / 13.342088])


def test_key_strength_zero_weighs_all_slots_alike() -> None:
    memory = jnp.asarray([[3.0, 4.0], [0.0, 2.0], [5.0, 0.0], [1.0, 1.0]]).T
    assert close(content_weights(memory, jnp.ones((1, 2)), jnp.zeros(1)), [[0.25] * 4])


def test_the_gate_interpolates_between_content_and_location() -> None:
    memory, ops = NTM(width=2), doing(STAY, STAY, [0.0, 0.0])
    ops = ops._replace(read_gate=jnp.asarray([0.25]), read_key_strength=jnp.zeros(1), erase=jnp.zeros((1, 2)))
    after = apply(memory, memory.empty(4), ops)
    # 0.25 * (0.25, 0.25, 0.25, 0.25) + 0.75 * (1, 0, 0, 0)
    assert close(after.read_weights, [[0.8125, 0.0625, 0.0625, 0.0625]])


@pytest.mark.parametrize(
    ("move", "expected"), [(LEFT, [2, 3, 4, 1]), (STAY, [1, 2, 3, 4]), (RIGHT, [4, 1, 2, 3])]
)
def test_right_goes_to_higher_slots_and_round(move: HeadMove, expected: list[float]) -> None:
    weights = jnp.asarray([[1.0, 2.0, 3.0, 4.0]])
    assert shift_weights(weights, jnp.asarray([SHIFT[move]])).tolist() == [expected]


def test_a_soft_shift_spreads_the_weights() -> None:
    shifted = shift_weights(
        jnp.asarray([[0.0, 1.0, 0.0, 0.0, 0.0]]), jnp.asarray([[0.1, 0.2, 0.4, 0.2, 0.1]])
    )
    assert close(shifted, [[0.2, 0.4, 0.2, 0.1, 0.1]])  # from slot 1: -2 goes round to slot 4


def test_sharpening_raises_to_a_power_and_normalises() -> None:
    weights = sharpen(jnp.asarray([[0.5, 0.3, 0.2], [0.5, 0.3, 0.2]]), jnp.asarray([2.0, 1.0]))
    assert close(weights, [[25 / 38, 9 / 38, 4 / 38], [0.5, 0.3, 0.2]])


def test_sharpening_of_a_spread_out_head_stays_finite() -> None:
    weights = jnp.full((1, 1000), 1e-3).at[0, 0].set(2e-3)
    assert close(sharpen(weights, jnp.asarray([60.0]))[0, :2], [1.0, 0.0])


def test_all_heads_erase_before_any_adds() -> None:
    memory = NTM(width=2, write_heads=2)
    state = NTMState(jnp.asarray([[8.0], [4.0]]), jnp.ones((1, 1)), jnp.ones((2, 1)))
    ops = one(random_ops(memory, 1, seed=0))
    ops = ops._replace(
        erase=jnp.asarray([[0.5, 1.0], [0.25, 0.0]]), add=jnp.asarray([[1.0, 2.0], [3.0, 0.5]])
    )
    # 8 * 0.5 * 0.75 + 1 + 3 and 4 * 0 * 1 + 2 + 0.5
    assert close(apply(memory, state, ops).memory.T, [[7.0, 2.5]])


def test_only_the_weighted_share_of_a_slot_is_erased_and_written() -> None:
    memory, ops = NTM(width=1), doing(STAY, STAY, [1.0])
    weights = jnp.asarray([[0.75, 0.25]])
    after = apply(memory, NTMState(jnp.asarray([[4.0, 8.0]]), weights, weights), ops)
    # 4 * 0.25 + 0.75 and 8 * 0.75 + 0.25
    assert close(after.memory, [[1.75, 6.25]])


def test_the_reading_is_the_weighted_mean_of_the_slots() -> None:
    state = NTMState(jnp.asarray([[1.0, 2.0], [3.0, 5.0]]), jnp.asarray([[0.75, 0.25]]), jnp.ones((1, 2)))
    assert NTM(width=2).read(state, state).tolist() == [[1.25, 3.5]]


@pytest.mark.parametrize(("early", "seen"), [(False, 1.0), (True, 1e-6)])
def test_the_reading_order_decides_whether_a_step_sees_its_own_write(early: bool, seen: float) -> None:
    memory = NTM(width=1, reads_before_writing=early)
    before = memory.empty(2)
    after = apply(memory, before, doing(STAY, STAY, [1.0]))
    assert close(memory.read(before, after), [[seen]])


@pytest.mark.parametrize(("early", "expected"), [(False, [1, 0]), (True, [0, 1])])
def test_a_read_head_addresses_the_memory_that_it_reads(early: bool, expected: list[float]) -> None:
    memory, here = NTM(width=2, reads_before_writing=early), jnp.asarray([[0.0, 1.0]])
    before = NTMState(jnp.asarray([[0.5, 0.5], [1.0, 0.0]]).T, here, here)
    ops = doing(JUMP, STAY, [0.0, 1.0], key=[1.0, 0.0])
    # Slot 1 is what the key is like, until (0, 1) is written there: then slot 0 is more like it.
    assert close(apply(memory, before, ops).read_weights, [expected])


def test_a_new_memory_is_nearly_zero_with_every_head_at_slot_0() -> None:
    state = NTM(**MANY).empty(4)
    assert state.memory.tolist() == np.full((3, 4), 1e-6, np.float32).tolist()
    assert state.read_weights.tolist() == state.write_weights.tolist() == [[1, 0, 0, 0]] * 2


def test_heads_are_named_by_what_they_mostly_do() -> None:
    memory = NTM(width=2, read_heads=2, write_heads=2)
    ops = one(random_ops(memory, 1, seed=0))
    shifts = jnp.asarray([[0.6, 0.3, 0.1], [0.1, 0.2, 0.7]])
    ops = ops._replace(read_gate=jnp.asarray([0.1, 0.9]), write_gate=jnp.zeros(2), read_shift=shifts)
    ops = ops._replace(write_shift=jnp.asarray([[0.2, 0.5, 0.3], [0.1, 0.2, 0.7]]))
    assert memory.action(memory.empty(3), ops).tolist() == [LEFT, JUMP, STAY, RIGHT]


def test_discretising_rounds_every_gate_and_takes_the_likeliest_shift() -> None:
    memory = NTM(width=2, read_heads=2)
    ops = one(random_ops(memory, 1, seed=0))
    shifts = jnp.asarray([[0.6, 0.3, 0.1], [0.1, 0.2, 0.7]])
    sure = memory.discretise(
        memory.empty(3), ops._replace(read_gate=jnp.asarray([0.2, 0.8]), read_shift=shifts)
    )
    assert sure.read_gate.tolist() == [0, 1]
    assert sure.read_shift.tolist() == [SHIFT[LEFT], SHIFT[RIGHT]]
    assert np.array_equal(sure.add, ops.add)


def test_a_forced_move_is_of_one_slot_and_a_forced_jump_keeps_the_shift() -> None:
    memory = NTM(width=2, shift_range=2)
    ops = one(random_ops(memory, 1, seed=0))
    forced = memory.force(memory.empty(3), ops, jnp.asarray([LEFT, JUMP]))
    assert (forced.read_gate.tolist(), forced.read_shift.tolist()) == ([0], [[0, 1, 0, 0, 0]])
    assert forced.write_gate.tolist() == [1]
    assert np.array_equal(forced.write_shift, ops.write_shift)


@ORDERS
def test_readings_are_those_of_the_reference(early: bool) -> None:
    memory = NTM(**MANY, reads_before_writing=early)
    ops = random_ops(memory, STEPS, seed=1)
    exact = {name: np.asarray(op, float) for name, op in ops._asdict().items()}
    _, readings = run(memory, ops, SLOTS, STEPS)
    np.testing.assert_allclose(readings, ntm_readings(exact, SLOTS, early), rtol=1e-4, atol=1e-6)


@ORDERS
def test_gradients_are_those_of_the_reference(early: bool) -> None:
    memory, numbers = NTM(**MANY, reads_before_writing=early), np.random.default_rng(3)
    ops, weights = random_ops(memory, STEPS, seed=2), numbers.normal(size=(STEPS, 2, 3))

    def total(ops: dict[str, np.ndarray]) -> float:
        return float(np.sum(ntm_readings(ops, SLOTS, early) * weights))

    gradients = gradient(memory, ops, SLOTS, STEPS, jnp.asarray(weights))._asdict()
    exact = {name: np.asarray(op, float) for name, op in ops._asdict().items()}
    for name, slope in gradients.items():
        way = numbers.normal(size=slope.shape)
        measured = directional_derivative(total, exact, name, way)
        tolerance = 1e-4 * float(np.linalg.norm(slope)) + 1e-6
        assert np.sum(slope * way) == pytest.approx(measured, rel=1e-4, abs=tolerance), name


def test_more_slots_change_nothing_while_no_head_goes_round() -> None:
    memory, steps = NTM(**MANY), 6
    fields = random_fields(memory, steps, seed=4)
    away = {
        "read_gate": -100.0,
        "write_gate": -100.0,
    }  # by location alone: content addressing sees every slot
    fields |= {name: jnp.full_like(fields[name], value) for name, value in away.items()}
    ops, slots = squash(memory, fields), 2 * memory.slots_for(steps)
    readings = [run(memory, ops, n, steps)[1] for n in (slots, 3 * slots)]
    np.testing.assert_allclose(*readings, atol=1e-5)


def test_a_head_that_always_goes_one_way_does_not_come_round() -> None:
    memory, steps = NTM(width=2), 5
    ops = jax.tree.map(lambda op: jnp.stack([op] * steps), doing(STAY, RIGHT, [1.0, 0.0]))
    states, _ = run(memory, ops, memory.slots_for(steps), steps)
    assert close(states.write_weights[-1, 0], [0, 0, 0, 0, 0, 1])


def test_by_content_alone_every_head_jumps_at_every_step() -> None:
    memory, ops = NTM(width=2, addressing="content"), doing(JUMP, JUMP, [1.0, 0.0], key=[0.0, 0.3])
    slots = jnp.asarray([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]]).T
    state = NTMState(slots, jnp.asarray([[1.0, 0, 0]]), jnp.asarray([[1.0, 0, 0]]))
    without = ops._replace(read_gate=None, read_shift=None, write_gate=None, write_shift=None)
    both = NTM(width=2)
    assert all(map(close, apply(memory, state, without), apply(both, state, ops)))
    assert {field.name for field in memory.fields} == {
        name for name, op in without._asdict().items() if op is not None
    }
    assert memory.actors == ()


def test_by_location_alone_a_head_never_jumps() -> None:
    memory, ops = NTM(width=2, addressing="location"), doing(RIGHT, STAY, [1.0, 0.0])
    nothing = dict.fromkeys(("read_key", "read_key_strength", "read_gate"))
    nothing |= dict.fromkeys(("write_key", "write_key_strength", "write_gate"))
    state = memory.empty(3)
    assert all(map(close, apply(memory, state, ops._replace(**nothing)), apply(NTM(width=2), state, ops)))
    assert [actor.labels for actor in memory.actors] == [("STAY", "LEFT", "RIGHT")] * 2
    assert [one.machine for one in memory.body.realisations if one.is_exact] == ["tape"]


def test_an_addressing_that_is_not_there_is_refused() -> None:
    with pytest.raises(MannscopeError, match="addressing must be one of"):
        NTM(addressing="contents")
