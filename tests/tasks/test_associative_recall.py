"""Associative recall, worked out by hand."""

import jax
import numpy as np
import pytest

from mannscope.errors import MannscopeError
from mannscope.tasks import AssociativeRecall
from worked import asked, drawn, shown, traced

TASK = AssociativeRecall(alphabet=3, width=2)
TEXT = "# 0 1 # 1 1 # 2 0 ? 1 1 ?"


def test_the_item_after_the_query_is_asked_for() -> None:
    assert asked(TASK, TEXT) == ". . . . . . . . . . . . . 2 0"
    numbers = ("0", "1", "2")
    assert shown(TASK.episode(TEXT).variables["item"], numbers) == "0 0 0 1 1 1 2 2 2 . 1 1 . 1 1"


def test_the_last_symbol_of_an_item_is_of_a_category_of_its_own() -> None:
    names = ("s", "#", "?", "_", "last", "q")
    assert TASK.categories[4] == "last symbol of an item"
    assert shown(TASK.episode(TEXT).category, names) == "# s last # s last # s last ? q q ? _ _"


def test_an_item_is_written_under_the_one_before_it() -> None:
    assert traced(TASK, TEXT, "table") == [
        *["KEEP | "] * 3,
        "LOOK_UP | ",  # 0 1
        "KEEP | ",
        "WRITE | 1 1",
        "LOOK_UP | 1 1",  # 1 1
        "KEEP | 1 1",
        "WRITE | 1 1 2 0",
        *["KEEP | 1 1 2 0"] * 3,
        "LOOK_UP | 1 1 2 0",  # 1 1
        "KEEP | 1 1 2 0 > 2",
        "KEEP | 1 1 2 0 > 0",
    ]


def test_every_item_but_the_last_is_asked_for() -> None:
    asked_for = drawn(TASK, 4, 2000).variables["item"][:, -1]
    assert (abs(np.bincount(asked_for, minlength=4) / 2000 - 1 / 4) < 0.04).all()


def test_items_differ() -> None:
    for row in drawn(TASK, 8, 50).inputs:
        items = row[:27].reshape(9, 3)
        assert len({tuple(item) for item in items.tolist()}) == 9


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# 0 1 ? 0 1 ?",
        "# 0 1 # 1 1 ? 1 1 ?",
        "# 0 1 # 0 1 # 2 2 ? 0 1 ?",
        "# 0 # 1 1 ? 0 1 ?",
        TEXT + " _",
    ],
)
def test_a_query_that_nothing_follows_is_refused(text: str) -> None:
    with pytest.raises(MannscopeError, match="one of them between"):
        TASK.episode(text)


def test_more_items_than_there_are_are_refused() -> None:
    with pytest.raises(MannscopeError, match=r"as many different items as an episode has, 10\. Got 9"):
        TASK.sample(jax.random.key(0), 1, largest=9)


@pytest.mark.parametrize("options", [{"width": 0}, {"width": 6}])
def test_items_that_cannot_be_are_refused(options: dict[str, int]) -> None:
    with pytest.raises(MannscopeError, match="there must be items"):
        AssociativeRecall(**options)
