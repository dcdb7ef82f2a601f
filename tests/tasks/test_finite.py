"""Finite data: sizes that there are, different episodes, and how many fit."""

from pathlib import Path

import numpy as np
import pytest

from mannscope.errors import MannscopeError
from mannscope.tasks import Table
from mannscope.tasks.episode import Episode
from mannscope.tasks.finite import Finite, cut


def finite(lengths: list[int], training: list[int]) -> Finite:
    """Make episodes of one symbol, as long as said."""
    inputs = np.full((len(lengths), max(lengths)), -1, np.int32)
    for row, length in enumerate(lengths):
        inputs[row, :length] = row
    there = inputs >= 0
    return Finite(np.array(training), Episode(inputs, inputs, there, there, inputs, {}, np.array(lengths)))


DATA = finite([2, 3, 3, 9, 55], [1, 4, 58])


@pytest.mark.parametrize(
    ("wanted", "there"),
    [
        ([58, 116, 290], (55,)),  # all beyond the longest that is held out
        ([29, 58], (9, 55)),
        ([3, 6, 15], (3, 9)),  # 6 would be 3 again
        ([1], (2,)),  # below the shortest
        ([2, 3], (2, 3)),
    ],
)
def test_sizes_are_those_of_held_out_episodes(wanted: list[int], there: tuple[int, ...]) -> None:
    assert DATA.sizes(wanted) == there


def test_a_size_has_the_episodes_longer_than_the_size_before() -> None:
    assert DATA.draw(0, 99, 9, above=3).length.tolist() == [9]
    assert DATA.draw(0, 99, 9).length.tolist() == [2, 3, 3, 9]


@pytest.mark.parametrize("seed", range(5))
def test_episodes_that_are_drawn_differ(seed: int) -> None:
    drawn = DATA.draw(seed, 3, 55)
    assert len(set(drawn.inputs[:, 0].tolist())) == 3


def test_other_seeds_draw_others() -> None:
    assert len({tuple(DATA.draw(seed, 2, 55).inputs[:, 0].tolist()) for seed in range(20)}) > 3


@pytest.mark.parametrize(("size", "above"), [(1, 0), (56, 0), (290, 0), (8, 3)])
def test_a_size_that_there_is_not_is_refused(size: int, above: int) -> None:
    with pytest.raises(MannscopeError, match="held-out rows"):
        DATA.draw(0, 9, size, above)


def test_what_is_cut_is_padded_with_nothing() -> None:
    one = cut(DATA.held_out, np.array([0]), 4)
    assert one.inputs.tolist() == one.category.tolist() == [[0, 0, -1, -1]]
    assert one.answer.tolist() == [[True, True, False, False]]


def test_what_fits_is_said_and_what_does_not() -> None:
    said = "3 to train on (2 fit into 9 positions, 1 do not), 5 held out (4 fit into 9 positions, 1 do not)"
    assert DATA.fitting(9) == said
    assert DATA.fitting(58) == "3 to train on, 5 held out"


@pytest.mark.parametrize(
    ("largest", "sizes", "message"),
    [
        (59, [], "at most the longest row to train on, 58. Got 59"),
        (1, [], "at least the shortest held-out row, 2. Got 1"),
        (9, [9, 60], "from 2 to 55"),
        (9, [3, 8], "more than 3 and at most 8 positions. Got none; the next shorter ones have 2, 3"),
    ],
)
def test_training_that_cannot_be_is_refused(largest: int, sizes: list[int], message: str) -> None:
    with pytest.raises(MannscopeError, match=message):
        DATA.check(largest, sizes)


def test_a_row_that_stands_twice_counts_once(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("input,target\n" + "".join(f"{a} {b},{b} {a}\n" for a in "abc" for b in "abc") * 3)
    rows = Table(str(path)).finite
    assert rows.notes[0] == f"{path} has 27 rows, 9 of them different."
    assert len(rows.training) + len(rows.lengths) == 9
