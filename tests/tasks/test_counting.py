"""Counting, worked out by hand."""

import pytest

from mannscope.errors import MannscopeError
from mannscope.tasks import Counting
from worked import asked, traced

TWO, THREE = Counting(), Counting(pattern="abc")


def test_what_is_determined_is_asked_for() -> None:
    assert asked(TWO, "aaabbb") == ". . . b b end"
    assert asked(THREE, "aabbcc") == ". . b c c end"
    assert asked(Counting(pattern="abb"), "aabbbb") == ". . b b b end"


def test_letters_are_counted_and_those_to_come_are_known_from_the_second_block_on() -> None:
    variables = THREE.episode("aabbcc").variables
    assert variables["count"].tolist() == [1, 2, 1, 2, 1, 2]
    assert variables["left"].tolist() == [-1, -1, 1, 0, 1, 0]


def test_a_stack_pops_what_it_pushed() -> None:
    assert traced(TWO, "aabb", "stack") == ["PUSH | a", "PUSH | a a", "POP | a > b", "POP |  > end"]


def test_counters_are_compared() -> None:
    assert traced(THREE, "abc", "counters") == [
        "INCREMENT | a",
        "INCREMENT | a b > c",
        "INCREMENT | a b c > end",
    ]


def test_one_stack_is_not_claimed_to_count_three_letters() -> None:
    assert set(TWO.oracles()) == {"stack", "counters"}
    assert set(THREE.oracles()) == set(Counting(pattern="abb").oracles()) == {"counters"}


@pytest.mark.parametrize("text", ["", "aab", "ba", "abab", "abb"])
def test_other_proportions_are_refused(text: str) -> None:
    with pytest.raises(MannscopeError, match="in the proportions of the pattern"):
        TWO.episode(text)


@pytest.mark.parametrize("pattern", ["", "a", "aa", "aba"])
def test_a_pattern_of_which_nothing_is_determined_is_refused(pattern: str) -> None:
    with pytest.raises(MannscopeError, match="two different letters"):
        Counting(pattern=pattern)
