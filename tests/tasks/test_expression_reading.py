"""Typed expressions: what is read, and what is refused with its position."""

import pytest

from mannscope.errors import MannscopeError
from mannscope.tasks import Expressions

TASK = Expressions()

REFUSED = [
    ("", "must have a digit. Got ''"),
    (" = ", "must have a digit. Got ' = '"),
    ("(3x4)", "each symbol must be one of .* Got 'x' at position 3"),
    ("3+4*2", "stand in brackets of its own. Got '+' at position 2 of '3+4*2='"),
    ("(3+4*2)", "stand in brackets of its own. Got '*' at position 5"),
    ("(3+4", "brackets must be balanced. Got the end at position 5"),
    ("(3+4))", "brackets must be balanced. Got ')' at position 6"),
    (")3+4(", "brackets must be balanced. Got ')' at position 1"),
    ("(3+)", "an operand, .* must come next. Got ')' at position 4"),
    ("(-3+4)", "an operand, .* must come next. Got '-' at position 2"),
    ("()", "an operand, .* must come next. Got ')' at position 2"),
    ("(3)", "an operator must come next, .* Got ')' at position 3"),
    ("((3+4))", "an operator must come next, .* Got ')' at position 7"),
    ("((3+4)5)", "an operator must come next, .* Got '5' at position 7"),
    ("(3+4(5+6))", "a closing bracket must come next, .* Got '(' at position 5"),
    ("(12+3)", "a number must be a single digit. Got '2' at position 3"),
    ("12", "a number must be a single digit. Got '2' at position 2"),
    ("5(3+4)", "the expression must end .* Got '(' at position 2"),
    ("3==", "nothing must come after '='. Got the end at position 3"),
    ("3=(", "nothing must come after '='. Got '(' at position 3"),
]


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_what_is_not_well_formed_is_refused_at_its_position(text: str, message: str) -> None:
    pattern = message.replace("(", r"\(").replace(")", r"\)").replace("+", r"\+").replace("'*'", r"'\*'")
    with pytest.raises(MannscopeError, match=pattern.replace("4*2", r"4\*2")):
        TASK.episode(text)


@pytest.mark.parametrize("text", ["((3+4)*2)", "((3+4)*2)=", " ( (3 + 4)* 2 ) ="])
def test_spaces_and_the_end_may_be_left_out(text: str) -> None:
    assert TASK.text(TASK.episode(text).inputs) == "((3+4)*2)="


def test_a_lone_digit_is_its_own_value() -> None:
    assert TASK.episode("7").targets.tolist() == [-1, 7]


def test_an_operator_that_the_task_leaves_out_is_no_symbol() -> None:
    with pytest.raises(MannscopeError, match=r"Got '\*' at position 3"):
        Expressions(operators="+-").episode("(3*4)")
