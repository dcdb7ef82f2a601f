"""Copy and duplicate string, worked out by hand."""

import pytest

from mannscope.errors import MannscopeError
from mannscope.tasks import Copy, DuplicateString
from worked import asked, shown, traced

COPY, TWICE = Copy(alphabet=3), DuplicateString()


def test_symbols_are_given_back_in_their_order() -> None:
    assert asked(COPY, "0 2 1") == ". . . . 0 2 1"


def test_what_a_queue_holds_is_known_at_every_step() -> None:
    variables = COPY.episode("0 2 1").variables
    assert variables["held"].tolist() == [1, 2, 3, 3, 2, 1, 0]
    assert shown(variables["front"], COPY.symbols) == "0 0 0 0 2 1 ."


def test_a_queue_copies() -> None:
    assert traced(COPY, "0 2", "queue") == [
        "ENQUEUE | 0",
        "ENQUEUE | 0 2",
        "free | 0 2",
        "DEQUEUE | 2 > 0",
        "DEQUEUE |  > 2",
    ]


def test_a_symbol_written_instead_is_given_back() -> None:
    inputs = tuple(COPY.episode("0 2").inputs.tolist())
    assert [step.output for step in COPY.oracle(inputs, "queue", {1: "1"})[-2:]] == ["0", "1"]


def test_the_whole_sequence_is_given_back_twice() -> None:
    assert asked(TWICE, "0 1 1") == ". . . . 0 1 1 0 1 1"
    assert shown(TWICE.episode("0 1 1").variables["front"], TWICE.symbols) == "0 0 0 0 1 1 0 1 1 ."
    assert TWICE.episode("0 1 1").variables["held"].tolist() == [1, 2, 3, 3, 2, 1, 3, 2, 1, 0]


def test_two_queues_are_read_one_after_the_other() -> None:
    assert traced(TWICE, "0 1", "two queues") == [
        "ENQUEUE ENQUEUE | 0 0",
        "ENQUEUE ENQUEUE | 0 1 0 1",
        "free free | 0 1 0 1",
        "DEQUEUE NO_OP | 1 0 1 > 0",
        "DEQUEUE NO_OP | 0 1 > 1",
        "NO_OP DEQUEUE | 1 > 0",
        "NO_OP DEQUEUE |  > 1",
    ]


@pytest.mark.parametrize("text", ["", "#", "0 _", "0 # _ _", "0 # 1 _", "_ 0"])
def test_delimiter_and_blanks_that_do_not_fit_are_refused(text: str) -> None:
    with pytest.raises(MannscopeError, match="alone or with # and all blanks"):
        COPY.episode(text)


def test_an_alphabet_of_one_symbol_is_refused() -> None:
    with pytest.raises(MannscopeError, match=r"alphabet must be at least 2\. Got 1"):
        Copy(alphabet=1)
