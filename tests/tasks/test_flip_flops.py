"""Flip-flop with and without undo, worked out by hand."""

import numpy as np
import pytest

from mannscope.errors import MannscopeError
from mannscope.tasks import FlipFlop, UndoFlipFlop
from worked import asked, drawn, shown, traced

PLAIN, UNDO = FlipFlop(), UndoFlipFlop()


def test_a_read_asks_for_the_bit_written_last() -> None:
    assert asked(PLAIN, "w1 i0 r1 w0 r0") == ". . . . 1 . . . 0 ."


def test_an_undo_brings_the_bit_before_back() -> None:
    assert asked(UNDO, "w1 w0 r0 u1 i0 r1") == ". . . . 0 . . . . . 1 ."


def test_categories_tell_the_bits_apart_by_what_came_before() -> None:
    names = shown(UNDO.episode("w1 w0 u1 i0 r1").category, UNDO.categories)
    assert names == ("write bit written write bit written undo bit at undo ignore other bit read other bit")


def test_a_register_keeps_the_bit_written_last() -> None:
    assert traced(PLAIN, "w1 i0 r1", "register") == [
        "KEEP | ",
        "WRITE | 1",
        "KEEP | 1",
        "KEEP | 1",
        "KEEP | 1 > 1",
        "KEEP | 1",
    ]


def test_a_stack_takes_writes_back() -> None:
    assert traced(UNDO, "w1 w0 u0 r1", "stack") == [
        "NO_OP | ",
        "PUSH | 1",
        "NO_OP | 1",
        "PUSH | 1 0",
        "NO_OP | 1 0",
        "POP | 1",
        "NO_OP | 1 > 1",
        "NO_OP | 1",
    ]


def test_instructions_come_as_often_as_said() -> None:
    shares = np.bincount(drawn(PLAIN, 100, 100).inputs[:, 2:-2:2].ravel()) / 9900
    assert shares == pytest.approx([0.1, 0.1, 0.8], abs=0.02)


def test_the_first_write_is_never_undone() -> None:
    episodes = drawn(UndoFlipFlop(undone=0.45), 60, 200)
    assert (episodes.variables["depth"][:, 1:] >= 1).all()
    assert (episodes.inputs == 3).any(axis=1).mean() > 0.6


@pytest.mark.parametrize("text", ["", "w1", "i0 r0", "w1 r0", "w1 i1", "w1 r1 r", "ww r1"])
def test_what_is_no_true_sequence_of_pairs_is_refused(text: str) -> None:
    with pytest.raises(MannscopeError, match="pairs such as w1"):
        PLAIN.episode(text)


def test_undoing_the_first_write_is_refused() -> None:
    with pytest.raises(MannscopeError, match="the first write is not undone"):
        UNDO.episode("w1 u0 r1")


@pytest.mark.parametrize("options", [{"ignored": 1.0}, {"ignored": 0.5, "undone": 0.5}])
def test_chances_that_leave_nothing_are_refused(options: dict[str, float]) -> None:
    with pytest.raises(MannscopeError, match="must lie between 0 and"):
        UndoFlipFlop(**options)
