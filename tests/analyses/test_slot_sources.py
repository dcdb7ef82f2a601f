"""Where the contents of a memory come from, on traces written by hand."""

import json

import numpy as np
import pytest

from mannscope.analyses import NOWHERE, SlotSources
from mannscope.errors import MannscopeError

STEPS, WIDTH, SLOTS = 9, 3, 5
PUSH, POP, NO_OP = np.eye(3)


def _sources(trace, part: int = 0) -> list[list[int]]:
    return SlotSources()(trace).source[:, part].tolist()


def test_what_is_pushed_moves_down_and_comes_back_up(stack):
    # push a; push b; pop; do nothing; push c
    trace = stack(np.array([PUSH, PUSH, POP, NO_OP, PUSH])[:, None], np.ones((5, 1, WIDTH)))
    assert _sources(trace) == [
        [0, -1, -1, -1, -1],
        [1, 0, -1, -1, -1],
        [0, -1, -1, -1, -1],
        [0, -1, -1, -1, -1],
        [4, 0, -1, -1, -1],
    ]


def test_the_largest_share_of_a_mixture_is_the_source(stack):
    actions = np.array([PUSH, [0.7, 0.0, 0.3], [0.02, 0.0, 0.98]])
    found = SlotSources()(stack(actions[:, None], np.ones((3, 1, WIDTH))))
    assert found.source[:, 0, 0].tolist() == [0, 1, 1]
    assert found.share[:, 0, 0] == pytest.approx([1.0, 0.7, 0.98 * 0.7])


def test_a_share_below_the_least_has_no_source(stack):
    trace = stack(np.array([[0.04, 0.0, 0.96], [0.0, 0.0, 1.0]])[:, None], np.ones((2, 1, WIDTH)))
    assert (SlotSources()(trace).source == NOWHERE).all()
    assert (SlotSources()(trace).share == 0).all()
    assert SlotSources(least=0.03)(trace).source[:, 0, 0].tolist() == [0, 0]


def test_each_stack_has_its_own_sources(stack):
    actions = np.stack([[PUSH, NO_OP], [NO_OP, PUSH]], axis=1)
    trace = stack(actions, np.ones((2, 2, WIDTH)))
    assert SlotSources()(trace).source[-1, :, 0].tolist() == [0, 1]


def test_a_tape_holds_what_was_written_to_its_slots(machine):
    trace = machine(heads=1)
    trace["erase"][:], trace["write_weights"][:] = 1.0, 0.0
    for step in range(STEPS):  # slots 0 to 4, then 0 to 3 anew
        trace["write_weights"][0, step, 0, step % SLOTS] = 1.0
    assert _sources(trace)[4] == [0, 1, 2, 3, 4]
    assert _sources(trace)[-1] == [5, 6, 7, 8, 4]


def test_shares_of_a_tape_that_is_never_erased_sum_to_one(machine):
    trace = machine(heads=1)
    trace["erase"][:], trace["write_weights"][:] = 0.0, 0.0
    trace["write_weights"][..., 0] = 1.0
    assert SlotSources()(trace).share[:4, 0, 0] == pytest.approx([1, 1 / 2, 1 / 3, 1 / 4])


def test_write_heads_of_one_step_count_together(machine):
    trace = machine(heads=2)
    trace["erase"][:] = 0.0
    trace["write_weights"][:] = 0.0
    trace["write_weights"][0, 0, :, 1] = 0.3
    assert SlotSources()(trace).share[0, 0, 1] == pytest.approx(0.6)


@pytest.mark.parametrize("kind", ["random_stack", "machine"])
def test_the_writes_add_up_to_the_recorded_memory(kind, request):
    assert SlotSources()(request.getfixturevalue(kind)()).error < 1e-12


@pytest.mark.parametrize("kind", ["random_stack", "machine"])
def test_a_memory_that_was_changed_besides_shows_in_the_error(kind, request):
    trace = request.getfixturevalue(kind)()
    trace["memory"][0, 4] += 1.0
    assert SlotSources()(trace).error == pytest.approx(1.0)


def test_padding_has_no_slots(random_stack):
    trace = random_stack()
    trace["input"][0, 6:] = -1
    assert SlotSources()(trace).source.shape == (6, 2, SLOTS)


@pytest.mark.parametrize("least", [0.0, 1.5, -1.0])
def test_a_least_share_that_is_none_is_refused(random_stack, least):
    with pytest.raises(MannscopeError, match="least must be above 0"):
        SlotSources(least=least)(random_stack())


def test_a_trace_of_no_named_memory_is_refused(noise):
    with pytest.raises(MannscopeError, match="must say of which memory it is"):
        SlotSources()(noise)


def test_a_stack_of_two_nameless_actions_is_not_taken_for_ours(random_stack):
    trace = random_stack().isel(stack_action=[0, 1])
    with pytest.raises(MannscopeError, match=r"among PUSH, POP, NO_OP\. Got none, for 2 actions"):
        SlotSources()(trace)


def test_a_stack_that_does_something_else_is_not_taken_for_ours(random_stack):
    trace = random_stack().assign_coords(stack_action=["PUSH", "POP", "PEEK"])
    with pytest.raises(MannscopeError, match="Got PUSH, POP, PEEK"):
        SlotSources()(trace)


def test_the_result_is_json(machine):
    told = json.loads(json.dumps(SlotSources()(machine()).to_dict()))
    assert np.shape(told["source"]) == (STEPS, 1, SLOTS)


def test_what_was_turned_round_still_comes_from_where_it_was_written(stack):
    trace = stack(np.array([[-1.0, 0.0, 0.0], [0.1, 0.0, 0.0]])[:, None], np.ones((2, 1, WIDTH)))
    found = SlotSources()(trace)
    assert found.source[0, 0].tolist() == [0, -1, -1, -1, -1]
    assert found.share[0, 0, 0] == 1
