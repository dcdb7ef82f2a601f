"""Parity, even pairs and cycle navigation, worked out by hand."""

from itertools import pairwise

import pytest

from mannscope.errors import MannscopeError
from mannscope.tasks import CycleNavigation, EvenPairs, Parity, base_rate
from worked import asked, drawn, shown, traced


def test_three_ones_are_odd() -> None:
    assert asked(Parity(), "1011") == ". . . . 1"
    assert Parity().episode("1011").variables["place"].tolist() == [1, 1, 0, 1, 1]


def test_a_walk_wraps_around_the_ring() -> None:
    assert asked(CycleNavigation(), "<<=>") == ". . . . 4"
    assert CycleNavigation().episode("<<=>").variables["place"].tolist() == [4, 3, 3, 4, 4]


def test_a_register_is_written_when_the_place_changes() -> None:
    assert traced(CycleNavigation(places=3), "<=>", "register") == [
        "WRITE | 2",
        "KEEP | 2",
        "WRITE | 0",
        "KEEP | 0 > 0",
    ]


def test_a_place_written_instead_is_walked_on_from() -> None:
    task = CycleNavigation()
    inputs = tuple(task.episode(">>").inputs.tolist())
    assert task.oracle(inputs, "register", {0: "3"})[-1].output == "4"


@pytest.mark.parametrize(("word", "odd"), [("0110", "0"), ("0111", "1"), ("1", "0"), ("0101", "1")])
def test_places_at_which_neighbours_differ_are_counted(word: str, odd: str) -> None:
    assert asked(EvenPairs(), word).split()[-1] == odd
    assert str(sum(one != other for one, other in pairwise(word)) % 2) == odd


def test_the_first_bit_is_of_a_category_of_its_own() -> None:
    episode = EvenPairs().episode("011")
    assert shown(episode.category, ("first", "blank", "later")) == "first later later blank"
    assert episode.variables["odd"].tolist() == [0, 1, 1, 1]
    assert traced(EvenPairs(), "10", "register") == ["WRITE | 1", "KEEP | 1", "KEEP | 1 > 1"]


@pytest.mark.parametrize(("task", "rate"), [(Parity(), 0.5), (EvenPairs(), 0.5), (CycleNavigation(), 0.2)])
def test_the_base_rate_is_one_over_the_answers(task: Parity, rate: float) -> None:
    assert abs(base_rate(drawn(task, 30, 2000)) - rate) < 0.04


@pytest.mark.parametrize("text", ["", "_", "0_1", "0__"])
def test_blanks_that_do_not_fit_are_refused(text: str) -> None:
    with pytest.raises(MannscopeError, match="alone or with one blank"):
        Parity().episode(text)


def test_a_ring_of_one_place_is_refused() -> None:
    with pytest.raises(MannscopeError, match="places must be from 2 to 10"):
        CycleNavigation(places=1)
