"""Solve equation, worked out by hand and by trying all digits."""

import pytest

from mannscope.errors import MannscopeError
from mannscope.tasks import SolveEquation, base_rate
from mannscope.tasks.expression_reading import read
from worked import asked, drawn, shown, traced

TASK = SolveEquation()


def test_the_digit_that_solves_it_is_asked_for() -> None:
    assert asked(TASK, "((1-x)+2)=4").split()[-1] == "4"  # 1 - 4 = 2, 2 + 2 = 4
    assert asked(TASK, "x=3") == ". . . 3"
    assert asked(TASK, "(2-(3-x))=1").split()[-1] == "2"


def test_signs_and_the_total_of_what_is_known() -> None:
    variables = TASK.episode("(2-(3-x))=1").variables  # ( 2 - ( 3 - x ) ) = 1 _
    assert variables["depth"].tolist() == [1, 1, 1, 2, 2, 2, 2, 1, 0, 0, 0, 0]
    assert variables["sign"].tolist() == [0, 0, 1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    assert variables["total"].tolist() == [0, 2, 2, 2, 4, 4, 4, 4, 4, 4, 4, 4]


def test_a_stack_keeps_the_sign_around_each_bracket() -> None:
    assert traced(TASK, "(2-(3-x))=1", "stack")[:8] == [
        "PUSH | +",
        *["NO_OP | +"] * 2,
        "PUSH | + -",
        *["NO_OP | + -"] * 3,
        "POP | +",
    ]


def test_the_value_is_of_a_category_of_its_own() -> None:
    episode = TASK.episode("x=3")
    assert shown(episode.category, TASK.categories) == "unknown equals value blank"


def test_the_solution_put_in_gives_the_value() -> None:
    episodes = drawn(TASK, 4, 1000)
    assert abs(base_rate(episodes) - 0.2) < 0.05  # solutions are uniform
    for row, targets in zip(episodes.inputs[:50], episodes.targets, strict=False):
        left, value = TASK.text(row)[:-1].split("=")
        whole = read((*left.replace("x", str(targets.max())), "="), TASK.grammar)
        assert str(whole[-1].partial_value) == value


@pytest.mark.parametrize("text", ["", "x", "x=", "3=3", "x=x", "(x+x)=1", "x=3__", "x=33"])
def test_what_has_no_single_unknown_and_value_is_refused(text: str) -> None:
    with pytest.raises(MannscopeError, match="must be an expression with one x"):
        TASK.episode(text)


def test_a_malformed_expression_is_refused() -> None:
    with pytest.raises(MannscopeError, match="brackets must be balanced"):
        TASK.episode("(1+x=3")
