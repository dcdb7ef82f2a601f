"""Stack manipulation, worked out by hand."""

import pytest

from mannscope.errors import MannscopeError
from mannscope.tasks import StackManipulation
from worked import asked, drawn, shown, traced

TASK = StackManipulation()


def test_the_stack_that_is_left_is_given_from_the_top() -> None:
    assert asked(TASK, "0 1 - +1") == ". . . . . 1 0 end . ."
    variables = TASK.episode("0 1 - +1").variables
    assert variables["depth"].tolist() == [1, 2, 1, 2, 2, 1, 0, 0, 0, 0]
    assert shown(variables["top"], TASK.outputs) == "0 1 0 1 1 0 . . . ."


def test_to_pop_an_empty_stack_does_nothing() -> None:
    assert asked(TASK, "0 - - +1") == ". . . . . 1 end . . ."


def test_an_empty_stack_ends_at_once() -> None:
    assert asked(TASK, "1 -") == ". . . end . ."


def test_a_stack_does_what_it_reads() -> None:
    assert traced(TASK, "1 +0 -", "stack") == [
        "PUSH | 1",
        "PUSH | 1 0",
        "POP | 1",
        "free | 1",
        "POP |  > 1",
        "POP |  > end",
        "POP | ",
        "POP | ",
    ]


def test_two_thirds_of_the_size_are_left_on_average() -> None:
    depth = drawn(TASK, 60, 500).variables["depth"][:, 60]
    assert abs(depth.mean() / 60 - 2 / 3) < 0.02


@pytest.mark.parametrize("text", ["", "+1", "0 + 1", "0 - 1", "0 # _", "0 _"])
def test_what_is_no_stack_with_actions_is_refused(text: str) -> None:
    with pytest.raises(MannscopeError, match="must be"):
        TASK.episode(text)
