"""Repeat copy, worked out by hand."""

import numpy as np
import pytest

from mannscope.errors import MannscopeError
from mannscope.tasks import RepeatCopy
from worked import asked, drawn, shown, traced

TASK = RepeatCopy(alphabet=3, repeats=3)


def test_the_sequence_is_given_as_often_as_the_count_says() -> None:
    assert asked(TASK, "0 1 x2") == ". . . 0 1 0 1 end . ."


def test_the_greatest_count_leaves_no_blank_over() -> None:
    assert asked(TASK, "2 x3") == ". . 2 2 2 end"


def test_copies_that_are_left_and_the_next_symbol_are_known() -> None:
    variables = TASK.episode("0 1 x2").variables
    assert shown(variables["copies"], ("0", "1", "2")) == ". . 2 2 1 1 0 0 0 0"
    assert shown(variables["front"], TASK.symbols) == "0 0 0 1 0 1 . . . ."


def test_what_leaves_one_queue_enters_the_other_until_the_last_copy() -> None:
    assert traced(TASK, "0 1 x3", "two queues") == [
        "ENQUEUE NO_OP | 0",
        "ENQUEUE NO_OP | 0 1",
        "free free | 0 1",
        "DEQUEUE ENQUEUE | 1 0 > 0",
        "DEQUEUE ENQUEUE | 0 1 > 1",
        "ENQUEUE DEQUEUE | 0 1 > 0",
        "ENQUEUE DEQUEUE | 0 1 > 1",
        "DEQUEUE NO_OP | 1 > 0",
        "DEQUEUE NO_OP |  > 1",
        "free free |  > end",
    ]


def test_counts_are_uniform() -> None:
    counts = np.bincount(drawn(TASK, 2, 3000).inputs[:, 2], minlength=6)[3:6]
    assert (abs(counts / 3000 - 1 / 3) < 0.04).all()


@pytest.mark.parametrize("text", ["", "x1", "0 1", "0 x2 _", "0 _ x1", "0 x1 x1"])
def test_what_is_no_sequence_with_a_count_is_refused(text: str) -> None:
    with pytest.raises(MannscopeError, match="a count, alone or with all blanks"):
        TASK.episode(text)


def test_no_repeat_at_all_is_refused() -> None:
    with pytest.raises(MannscopeError, match="repeats must be at least 1"):
        RepeatCopy(repeats=0)
