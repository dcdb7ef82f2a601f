import json

import numpy as np
import pytest

from mannscope.analyses import ReadSources
from mannscope.errors import MannscopeError

STEPS, WIDTH = 9, 3
PUSH, POP, NO_OP = np.eye(3)


def _rebuilt(result) -> np.ndarray:
    return np.einsum("tshw,shw->tw", result.coefficients, result.written) + result.initial


def test_what_is_popped_to_is_what_was_pushed_before(stack):
    # push a; push b; pop; do nothing: the top is a, b, a, a.
    trace = stack(np.array([PUSH, PUSH, POP, NO_OP])[:, None], np.ones((4, 1, WIDTH)))
    assert ReadSources()(trace).arcs.argmax(axis=1).tolist() == [0, 1, 0, 0]


def test_half_a_push_is_half_read(stack):
    trace = stack(np.array([PUSH, [0.5, 0.0, 0.5]])[:, None], np.ones((2, 1, WIDTH)))
    assert ReadSources()(trace).arcs.tolist() == [[1.0, 0.0], [0.5, 0.5]]


@pytest.mark.parametrize("before_writing", [False, True])
@pytest.mark.parametrize(("head", "slot"), [(0, 0), (1, 1)])
def test_sources_add_up_to_the_reading_of_a_stack(random_stack, head, slot, before_writing):
    trace = random_stack(start=0.7, before_writing=before_writing)
    result = ReadSources(head=head, slot=slot)(trace)
    assert np.allclose(_rebuilt(result), trace["reading"].values[0, :, head, slot], atol=1e-5)
    assert result.error < 1e-12


@pytest.mark.parametrize("before_writing", [False, True])
@pytest.mark.parametrize(("head", "heads"), [(0, 1), (1, 2)])
def test_sources_add_up_to_the_reading_of_a_turing_machine(machine, head, heads, before_writing):
    trace = machine(heads, before_writing)
    result = ReadSources(head=head)(trace)
    assert np.allclose(_rebuilt(result), trace["reading"].values[0, :, head], atol=1e-5)
    assert result.error < 1e-12


def test_nothing_is_read_before_it_is_written(random_stack, machine):
    for trace in (random_stack(), machine()):
        arcs = ReadSources()(trace).arcs
        assert not np.triu(arcs, 1).any()
        assert np.diag(arcs).all()


def test_reading_before_writing_never_reads_its_own_step(random_stack):
    assert not np.diag(ReadSources()(random_stack(before_writing=True)).arcs).any()


def test_a_full_erase_forgets_all_earlier_writes(machine):
    trace = machine(heads=1)
    for name, value in {"erase": 1.0, "write_weights": 0.0, "read_weights": 0.0}.items():
        trace[name][:] = value
    trace["write_weights"][..., 0] = trace["read_weights"][..., 0] = 1.0
    assert np.array_equal(ReadSources()(trace).arcs, np.eye(STEPS))


def test_a_trace_of_another_memory_shows_in_the_error(random_stack):
    trace = random_stack()
    trace["reading"][0, 4] += 1.0
    assert ReadSources()(trace).error == pytest.approx(1.0)


def test_padding_is_no_source(random_stack):
    trace = random_stack()
    trace["input"][0, 6:] = -1
    assert ReadSources()(trace).arcs.shape == (6, 6)


NAMES = ["PUSH", "POP", "NO_OP"]


def test_actions_in_another_order_are_followed_by_their_names(random_stack):
    trace = random_stack().assign_coords(stack_action=NAMES)
    turned = trace.isel(stack_action=[2, 0, 1])
    assert ReadSources()(turned).error < 1e-12
    assert np.array_equal(ReadSources()(turned).arcs, ReadSources()(trace).arcs)


def test_a_stack_that_only_pushes_and_pops_is_followed(stack):
    # push a; push b; pop: the top is a, b, a.
    trace = stack(np.array([PUSH, PUSH, POP])[:, None], np.ones((3, 1, WIDTH)))
    two = trace.assign_coords(stack_action=NAMES).sel(stack_action=["POP", "PUSH"])
    assert ReadSources()(two).arcs.argmax(axis=1).tolist() == [0, 1, 0]
    assert ReadSources()(two).error < 1e-12


def test_an_episode_that_does_not_exist_is_refused(random_stack):
    with pytest.raises(MannscopeError, match="episode must be from 0 to 0"):
        ReadSources(episode=1)(random_stack())


def test_a_stack_that_does_not_exist_is_refused(random_stack):
    with pytest.raises(MannscopeError, match="head must be from 0 to 1"):
        ReadSources(head=2)(random_stack())


def test_a_trace_of_no_named_memory_is_refused(noise):
    with pytest.raises(MannscopeError, match="must say of which memory it is"):
        ReadSources()(noise)


def test_the_result_is_json(random_stack):
    assert len(json.loads(json.dumps(ReadSources()(random_stack()).to_dict()))["arcs"]) == STEPS
