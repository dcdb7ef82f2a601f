"""Missing duplicate, worked out by hand."""

import numpy as np
import pytest

from mannscope.errors import MannscopeError
from mannscope.hypotheses import derived
from mannscope.tasks import MissingDuplicate, base_rate
from mannscope.training import Configuration, Network, Training
from worked import asked, drawn, traced

TASK = MissingDuplicate()


def test_the_bit_in_the_other_half_is_asked_for() -> None:
    assert asked(TASK, "0110?1") == ". . . . . . 1"
    assert asked(TASK, "?10110").split()[-1] == "1"
    assert asked(TASK, "0?").split()[-1] == "0"


def test_the_second_half_takes_the_first_out_of_a_queue() -> None:
    assert traced(TASK, "010?", "queue") == [
        "ENQUEUE | 0",
        "ENQUEUE | 0 1",
        "DEQUEUE | 1",
        "DEQUEUE | ",
        "free |  > 1",
    ]
    assert TASK.episode("010?").variables["held"].tolist() == [1, 2, 1, 0, 0]


def test_holes_are_everywhere_and_bits_are_even() -> None:
    episodes = drawn(TASK, 3, 3000)
    holes = (episodes.inputs == 2).argmax(axis=1)
    assert (abs(np.bincount(holes, minlength=6) / 3000 - 1 / 6) < 0.03).all()
    assert abs(base_rate(episodes) - 0.5) < 0.03


@pytest.mark.parametrize("text", ["", "_", "01", "?", "0?1", "0??1", "011?", "0?__"])
def test_what_is_no_word_twice_with_a_hole_is_refused(text: str) -> None:
    with pytest.raises(MannscopeError, match="a word twice with one hole"):
        TASK.episode(text)


def test_nothing_is_derived_where_nothing_follows_from_the_category(monkeypatch: pytest.MonkeyPatch) -> None:
    from examples.queue_memory import Queue
    from mannscope.memories import MEMORIES

    monkeypatch.setitem(MEMORIES, "queue", Queue)
    task, memory, controller = ({"name": name} for name in ("missing_duplicate", "queue", "rnn"))
    network = Network.fresh(Configuration(task, memory, controller, training=Training(largest=2)))
    assert derived(network) == []  # a bit is put in or taken out, and no category says which
