"""Postfix expressions, worked out by hand."""

from collections import Counter

import pytest

from mannscope.errors import MannscopeError
from mannscope.tasks import Postfix
from worked import asked, drawn, traced

TASK, FORMULAS = Postfix(), Postfix(operators="&|", modulus=2)


def test_an_operator_combines_the_two_values_before_it() -> None:
    assert asked(TASK, "734+*") == ". . . 7 9 9"  # 7 * (3 + 4)
    assert asked(TASK, "73-4-") == ". . 4 . 0 0"  # (7 - 3) - 4


def test_the_end_alone_makes_an_episode_exact() -> None:
    assert TASK.episode("12+").answer.tolist() == [False, False, False, True]
    assert asked(Postfix(supervise_operators=False), "12+") == ". . . 3"


@pytest.mark.parametrize(("formula", "value"), [("10&", "0"), ("10|", "1"), ("11&", "1"), ("00|", "0")])
def test_formulas_are_of_and_and_or(formula: str, value: str) -> None:
    assert asked(FORMULAS, formula).split()[-1] == value


def test_variables_say_what_waits() -> None:
    variables = TASK.episode("734+*").variables
    assert variables["depth"].tolist() == [1, 2, 3, 2, 1, 1]
    assert variables["value"].tolist() == [7, 3, 4, 7, 9, 9]
    assert variables["waiting"].tolist() == [0, 8, 4, 8, 0, 0]


def test_digits_push_the_value_before_them() -> None:
    assert traced(TASK, "734+*", "stack") == [
        "PUSH | · > 7",
        "PUSH | · 7 > 3",
        "PUSH | · 7 3 > 4",
        "POP | · 7 > 7",
        "POP | · > 9",
        "free | · > 9",
    ]


def test_a_value_pushed_instead_is_calculated_with() -> None:
    inputs = tuple(TASK.episode("73-").inputs.tolist())
    assert TASK.oracle(inputs, "stack", {1: "9"})[-1].output == "6"


def test_all_trees_are_equally_likely() -> None:
    counts = Counter(tuple((row < 10).tolist()) for row in drawn(TASK, 3, 5000).inputs)
    assert len(counts) == 5
    assert all(abs(count / 5000 - 1 / 5) < 0.025 for count in counts.values())


@pytest.mark.parametrize("text", ["", "=", "12", "1+", "12+3", "+12", "12=+", "12+=="])
def test_what_is_not_one_expression_is_refused(text: str) -> None:
    with pytest.raises(MannscopeError, match="operands followed by their operators"):
        TASK.episode(text)


@pytest.mark.parametrize("options", [{"operators": "+&"}, {"operators": "/"}, {"modulus": 11}])
def test_options_out_of_range_are_refused(options: dict) -> None:
    with pytest.raises(MannscopeError, match="must be"):
        Postfix(**options)
