"""Where a trace first goes wrong, on traces whose errors were put there."""

from collections.abc import Callable

import numpy as np
import pytest
import xarray as xr

from mannscope.analyses import first_errors
from mannscope.errors import MannscopeError

INPUTS = np.array([[0, 6, 8, 9], [1, 6, 8, 9], [2, 7, 8, 9], [3, 6, 8, 9]])
ACTIONS = np.where(INPUTS < 6, 0, np.where(INPUTS == 9, 1, 2))[:, :, None]
TARGETS = np.where(INPUTS >= 8, 5, -1)
Make = Callable[..., xr.Dataset]


def traced(
    make: Make, outputs: dict[tuple[int, int], int] | None = None, action: np.ndarray = ACTIONS
) -> xr.Dataset:
    """Put out the target everywhere but where told otherwise."""
    output = np.where(TARGETS < 0, 0, TARGETS)
    for place, symbol in (outputs or {}).items():
        output[place] = symbol
    depth = np.broadcast_to(np.arange(4), INPUTS.shape)
    trace = make(
        INPUTS, output=output, action=action, target=TARGETS, supervised=TARGETS >= 0, variable_depth=depth
    )
    return trace


def test_a_network_that_is_right_goes_wrong_nowhere(make_trace: Make) -> None:
    right = traced(make_trace)
    found = first_errors(right, right, right)
    assert (found.wrong, set(found.output_step), sum(found.causes.values())) == (0, {-1}, 0)


def test_the_first_wrong_output_counts_and_what_is_not_asked_does_not(make_trace: Make) -> None:
    wrong = traced(make_trace, {(0, 0): 9, (1, 2): 0, (1, 3): 0, (2, 3): 0})
    assert first_errors(wrong, wrong, traced(make_trace)).output_step.tolist() == [-1, 2, 3, -1]


def test_an_action_that_departs_before_the_error_is_the_policy_at_fault(make_trace: Make) -> None:
    action = ACTIONS.copy()
    action[1, 0] = action[2, 3] = 2
    wrong = traced(make_trace, {(1, 2): 0, (2, 2): 0}, action)
    found = first_errors(wrong, wrong, traced(make_trace))
    assert found.action_step.tolist() == [-1, 0, 3, -1]
    assert found.causes == {"policy": 1, "precision": 0, "content": 1}


def test_an_error_that_certain_actions_mend_is_one_of_precision(make_trace: Make) -> None:
    wrong, certain = traced(make_trace, {(1, 2): 0, (2, 3): 0}), traced(make_trace, {(1, 2): 0})
    found = first_errors(wrong, certain, traced(make_trace))
    assert found.causes == {"policy": 0, "precision": 1, "content": 1}


def test_errors_are_counted_at_the_depth_that_was_reached(make_trace: Make) -> None:
    found = first_errors(wrong := traced(make_trace, {(1, 2): 0, (1, 3): 0, (2, 3): 0}), wrong, wrong)
    counts = {depth: (errors.reached, errors.wrong) for depth, errors in found.by_depth.items()}
    assert counts == {2: (4, 1), 3: (3, 1)}


def test_a_symbol_without_a_usual_action_has_no_policy(make_trace: Make) -> None:
    action = ACTIONS.copy()
    action[:2, 2] = 0
    found = first_errors(right := traced(make_trace), right, traced(make_trace, action=action))
    assert found.stable == ("0", "1", "2", "3", "+", "-", ")")


def test_traces_of_different_episodes_are_refused(make_trace: Make) -> None:
    other = traced(make_trace)
    other["input"] = other["input"] + 1
    with pytest.raises(MannscopeError, match="the same episodes"):
        first_errors(traced(make_trace), other, other)


def test_bare_symbols_are_refused(make_trace: Make) -> None:
    bare = make_trace(INPUTS, action=ACTIONS, output=TARGETS)
    with pytest.raises(MannscopeError, match="'supervised'"):
        first_errors(bare, bare, bare)
