"""Dyck words, worked out by hand and counted."""

from collections import Counter

import pytest

from mannscope.errors import MannscopeError
from mannscope.tasks import Dyck
from worked import asked, drawn, shown, traced

TASK, FLAT = Dyck(), Dyck(deepest=2)


def test_openers_may_always_come_next_and_the_closer_of_the_innermost() -> None:
    assert asked(TASK, "([])") == "{( [ )} {( [ ]} {( [ )} {( [}"


def test_at_the_greatest_depth_only_the_closer_may_come_next() -> None:
    assert asked(FLAT, "([])") == "{( [ )} {]} {( [ )} {( [}"


def test_depth_and_top_are_those_of_an_ideal_stack() -> None:
    variables = TASK.episode("([])").variables
    assert variables["depth"].tolist() == [1, 2, 1, 0]
    assert shown(variables["top"], TASK.symbols) == "( [ ( ."


def test_a_stack_solves_it() -> None:
    assert traced(TASK, "[]", "stack") == ["PUSH | [ > {( [ ]}", "POP |  > {( [}"]


def test_all_words_of_three_pairs_are_equally_likely() -> None:
    one = Dyck(kinds=1)
    counts = Counter(one.text(row) for row in drawn(one, 3, 5000, largest=4).inputs)
    assert set(counts) == {"((()))", "(()())", "(())()", "()(())", "()()()"}
    assert all(abs(count / 5000 - 1 / 5) < 0.025 for count in counts.values())


def test_words_are_equally_likely_within_the_depth_too() -> None:
    flat = Dyck(kinds=1, deepest=2)
    counts = Counter(flat.text(row) for row in drawn(flat, 3, 5000, largest=4).inputs)
    assert set(counts) == {"(()())", "(())()", "()(())", "()()()"}
    assert all(abs(count / 5000 - 1 / 4) < 0.025 for count in counts.values())


def test_kinds_are_uniform_and_far_longer_words_keep_the_depth() -> None:
    episodes = drawn(FLAT, 60, 100)
    assert episodes.variables["depth"].max() == 2
    opened = episodes.inputs[episodes.inputs < 2]
    assert len(opened) == 6000
    assert abs(opened.mean() - 0.5) < 0.03
    assert (episodes.variables["depth"][:, -1] == 0).all()


@pytest.mark.parametrize("text", ["", "(", "(]", ")(", "(()"])
def test_a_word_that_is_not_well_nested_is_refused(text: str) -> None:
    with pytest.raises(MannscopeError, match="well nested"):
        TASK.episode(text)


def test_a_word_that_is_too_deep_is_refused() -> None:
    with pytest.raises(MannscopeError, match="no deeper"):
        FLAT.episode("((()))")


@pytest.mark.parametrize("options", [{"kinds": 0}, {"kinds": 5}, {"deepest": -1}])
def test_options_out_of_range_are_refused(options: dict[str, int]) -> None:
    with pytest.raises(MannscopeError, match="must be"):
        Dyck(**options)
