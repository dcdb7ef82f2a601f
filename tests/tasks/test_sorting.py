"""Odds first and bucket sort, worked out by hand, and what is known by the place alone."""

import numpy as np

from mannscope.tasks import BucketSort, OddsFirst
from worked import asked, drawn, shown, traced

ODDS, BUCKETS = OddsFirst(alphabet=5), BucketSort()


def test_the_second_and_fourth_symbol_come_first() -> None:
    assert asked(ODDS, "0 1 2 3 4") == ". . . . . . 1 3 0 2 4"


def test_a_queue_for_each_kind_of_place() -> None:
    assert traced(ODDS, "4 1 2", "two queues") == [
        "NO_OP ENQUEUE | 4",
        "ENQUEUE NO_OP | 1 4",
        "NO_OP ENQUEUE | 1 4 2",
        "free free | 1 4 2",
        "DEQUEUE NO_OP | 4 2 > 1",
        "NO_OP DEQUEUE | 2 > 4",
        "NO_OP DEQUEUE |  > 2",
    ]
    assert shown(ODDS.episode("4 1 2").variables["next"], ODDS.symbols) == ". . . 1 4 2 ."
    assert ODDS.episode("4 1 2").variables["held"].tolist() == [1, 2, 3, 3, 2, 1, 0]


def test_symbols_are_given_back_in_order() -> None:
    assert asked(BUCKETS, "3 0 4 0") == ". . . . . 0 0 3 4"
    assert shown(BUCKETS.episode("3 0 4 0").variables["smallest"], BUCKETS.symbols) == "3 0 0 0 0 0 3 4 ."


def test_a_counter_for_each_symbol_sorts() -> None:
    assert traced(BUCKETS, "3 0 3", "counters") == [
        "INCREMENT | 3",
        "INCREMENT | 0 3",
        "INCREMENT | 0 3 3",
        "free | 0 3 3",
        "DECREMENT | 3 3 > 0",
        "DECREMENT | 3 > 3",
        "DECREMENT |  > 3",
    ]


def test_the_place_alone_tells_most_of_a_sorted_sequence() -> None:
    for size, chance in ((10, 0.60), (40, 0.77)):
        targets = drawn(BUCKETS, size, 2000).targets[:, size + 1 :]
        guess = (np.arange(size) + 0.5) * 5 // size
        assert abs((targets == guess).mean() - chance) < 0.015
