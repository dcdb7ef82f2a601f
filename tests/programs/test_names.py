"""Names of states: by a variable of the task, by an output, or by a number."""

from typing import Any

import numpy as np

from mannscope.programs.names import name_states

STEPS = 20


def names(
    states: int, outputs: Any = None, labels: tuple[str, ...] = (), **variables: list[list[int]]
) -> Any:
    """Name states of which each is reached 20 times, with these values of each variable, in turns."""
    reached = np.repeat(np.arange(states), STEPS)
    values = {name: np.concatenate([np.resize(one, STEPS) for one in by]) for name, by in variables.items()}
    return name_states(outputs or {}, labels, states, reached, values)


def test_a_state_is_called_by_the_variable_that_has_one_value_there() -> None:
    found = names(3, partial_value=[[3], [1], [0, 2]])
    assert found == ("value 3", "value 1", "q2")


def test_a_value_that_two_states_have_names_neither() -> None:
    assert names(3, phase=[[1], [1], [0]]) == ("q0", "q1", "phase 0")


def test_the_first_variable_of_the_task_counts() -> None:
    found = names(2, phase=[[0], [1]], depth=[[4], [5]])
    assert found == ("phase 0", "phase 1")


def test_variables_that_end_in_one_word_keep_their_names() -> None:
    found = names(2, left_value=[[0], [1]], right_value=[[0, 1], [0, 1]])
    assert found == ("left value 0", "left value 1")


def test_a_variable_that_is_constant_or_undefined_names_nothing() -> None:
    found = names(2, always=[[1], [1]], never=[[-1], [-1]], half=[[2, -1], [3, -1]])
    assert found == ("q0", "q1")


def test_one_step_in_a_thousand_does_not_matter_and_few_steps_say_nothing() -> None:
    reached = np.concatenate([np.zeros(1000, int), np.ones(5, int)])
    phase = reached.copy()
    phase[7] = 1
    assert name_states({}, (), 2, reached, {"phase": phase}) == ("phase 0", "q1")


def test_where_no_variable_explains_a_state_its_output_names_it() -> None:
    outputs = {0: (("state",), {(0,): 0, (1,): 1})}
    assert names(3, outputs, ("a", "b"), phase=[[0, 1], [0], [0, 1]]) == ("a", "phase 0", "q2")


def test_an_output_that_has_the_name_of_a_variable_is_not_given_twice() -> None:
    outputs = {0: (("state",), {(0,): 0})}
    assert names(2, outputs, ("phase 1",), phase=[[0, 1], [1]]) == ("q0", "phase 1")
