"""Marked and unmarked reversal, worked out by hand."""

import pytest

from mannscope.errors import MannscopeError
from mannscope.tasks import MarkedReversal, UnmarkedReversal, base_rate
from worked import asked, drawn, shown, traced

MARKED, UNMARKED = MarkedReversal(), UnmarkedReversal()


def test_after_the_mark_the_word_comes_again_from_its_end() -> None:
    assert asked(MARKED, "0 1 1") == ". . . 1 1 0 end"
    variables = MARKED.episode("0 1 1").variables
    assert variables["depth"].tolist() == [1, 2, 3, 3, 2, 1, 0]
    assert shown(variables["top"], MARKED.symbols) == "0 1 1 1 1 0 ."


def test_a_symbol_is_given_before_the_mark_and_taken_after_it() -> None:
    names = ("given", "mark", "taken")
    assert shown(MARKED.episode("0 1").category, names) == "given given mark taken taken"


def test_a_stack_reverses() -> None:
    assert traced(MARKED, "0 1", "stack") == [
        "PUSH | 0",
        "PUSH | 0 1",
        "free | 0 1 > 1",
        "POP | 0 > 0",
        "POP |  > end",
    ]


def test_the_end_may_come_after_every_palindrome_of_even_length() -> None:
    some, end = "{0 1}", "{0 1 end}"
    assert asked(UNMARKED, "0 1 1 0").split(" {") == ["{0 1}", "0 1}", "0 1}", "0 1 end}"]
    targets = [UNMARKED.outputs[index] for index in UNMARKED.episode("0 0 0 1 1 0 0 0").targets]
    assert targets == [some, end, some, some, some, some, some, end]
    targets = [UNMARKED.outputs[index] for index in UNMARKED.episode("0 0 0 0").targets]
    assert targets == [some, end, some, end]


def test_no_deterministic_machine_is_claimed_for_it() -> None:
    assert UNMARKED.oracles() == {}


def test_a_constant_set_never_answers_a_whole_word() -> None:
    assert base_rate(drawn(UNMARKED, 5, 200)) == 0


@pytest.mark.parametrize("text", ["", "0", "0 1", "0 1 0"])
def test_what_is_no_even_palindrome_is_refused(text: str) -> None:
    with pytest.raises(MannscopeError, match="the word reversed"):
        UNMARKED.episode(text)


@pytest.mark.parametrize("text", ["#", "0 # 1", "0 1 # 1", "0 # 0 #"])
def test_what_is_not_reversed_after_the_mark_is_refused(text: str) -> None:
    with pytest.raises(MannscopeError, match="a mark #, and the word reversed"):
        MARKED.episode(text)
