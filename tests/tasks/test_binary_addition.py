"""Binary addition, worked out by hand and against Python's own."""

import numpy as np
import pytest

from mannscope.errors import MannscopeError
from mannscope.tasks import BinaryAddition
from worked import asked, drawn, traced

TASK = BinaryAddition()


def test_the_sum_comes_lowest_digit_first() -> None:
    assert asked(TASK, "0 1 + 1 1") == ". . . . . . 1 0 1 end ."  # 2 + 3 = 5
    assert asked(TASK, "1 + 1 1 1") == ". . . . . . 0 0 0 1 end"  # 1 + 7 = 8
    assert asked(TASK, "1 0 1 + 1") == ". . . . . . 0 1 1 end ."  # 5 + 1 = 6


def test_the_carry_is_known_at_the_second_number() -> None:
    assert TASK.episode("1 1 + 1 0 1").variables["carry"].tolist()[:7] == [-1, -1, -1, 1, 1, 1, -1]


def test_the_first_number_waits_in_one_queue_and_the_sum_in_another() -> None:
    assert traced(TASK, "1 1 + 1", "two queues") == [  # 3 + 1 = 4
        "ENQUEUE NO_OP | 1",
        "ENQUEUE NO_OP | 1 1",
        "free free | 1 1",
        "DEQUEUE ENQUEUE | 1 0",
        "free free | 1 0",
        "NO_OP DEQUEUE | 1 > 0",
        "DEQUEUE NO_OP |  > 0",
        "NO_OP NO_OP |  > 1",
        "NO_OP NO_OP |  > end",
    ]


def number(digits: list[str]) -> int:
    return int("".join(reversed(digits)), 2)


def test_sums_are_those_of_python() -> None:
    episodes = drawn(TASK, 12, 100)
    for row, asked_for in zip(episodes.inputs, episodes.targets, strict=True):
        one, other = TASK.text(row).split(" #")[0].split(" + ")
        digits = [TASK.outputs[index] for index in asked_for[asked_for >= 0]]
        assert digits[-1] == "end"
        assert number(digits[:-1]) == number(one.split()) + number(other.split())


def test_the_digits_are_shared_out_evenly() -> None:
    plus = (drawn(TASK, 4, 2000).inputs == 2).argmax(axis=1)
    assert (abs(np.bincount(plus)[1:] / 2000 - 1 / 4) < 0.04).all()


@pytest.mark.parametrize("text", ["", "1", "1 +", "+ 1", "1 0 + 1", "1 + 1 + 1", "1 + 1 # _", "1 + 0"])
def test_what_is_no_sum_of_two_numbers_is_refused(text: str) -> None:
    with pytest.raises(MannscopeError, match="two binary numbers"):
        TASK.episode(text)
