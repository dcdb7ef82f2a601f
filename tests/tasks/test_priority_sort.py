"""Priority sort, worked out by hand and against Python's own sort."""

import pytest

from mannscope.errors import MannscopeError
from mannscope.tasks import PrioritySort
from worked import asked, drawn, shown, traced

TASK = PrioritySort(alphabet=4)


def test_the_symbol_of_the_highest_priority_comes_first() -> None:
    assert asked(TASK, "p5 0 p9 2 p7 1") == ". . . . . . . 2 1 0"
    numbers = tuple(map(str, range(64)))
    assert shown(TASK.episode("p5 0 p9 2 p7 1").variables["priority"], numbers) == "5 5 9 9 7 7 . 9 7 5"


def test_four_fifths_are_asked_for() -> None:
    assert asked(TASK, "p1 0 p2 1 p3 2 p4 3 p5 0").split()[10:] == [".", "0", "3", "2", "1"]
    assert (TASK.steps(20), TASK.steps(1)) == (57, 4)


def test_of_equal_priorities_the_first_comes_first() -> None:
    assert asked(TASK, "p3 2 p3 1 p3 0").split()[-3:] == ["2", "1", "0"]


def test_a_table_of_priorities_sorts() -> None:
    assert traced(TASK, "p1 0 p2 3", "table") == [
        "LOOK_UP | ",
        "WRITE | 0",
        "LOOK_UP | 0",
        "WRITE | 0 3",
        "KEEP | 0 3",
        "LOOK_UP | 0 3 > 3",
        "LOOK_UP | 0 3 > 0",
    ]


def test_whole_symbols_are_sorted_not_their_bits() -> None:
    episodes = drawn(TASK, 10, 50)
    for row, targets in zip(episodes.inputs, episodes.targets, strict=True):
        items = list(zip(row[:20:2].tolist(), row[1:20:2].tolist(), strict=True))
        ordered = sorted(items, key=lambda item: -item[0])
        assert targets[21:].tolist() == [symbol for _, symbol in ordered[:8]]


@pytest.mark.parametrize("text", ["", "p1", "0 p1", "p1 0 1", "p1 p2", "p1 0 #", "p1 0 p2 # _ _"])
def test_what_is_no_list_of_priorities_and_symbols_is_refused(text: str) -> None:
    with pytest.raises(MannscopeError, match="priorities, each with a symbol"):
        TASK.episode(text)


def test_a_single_priority_is_refused() -> None:
    with pytest.raises(MannscopeError, match="priorities must be at least 2"):
        PrioritySort(priorities=1)
