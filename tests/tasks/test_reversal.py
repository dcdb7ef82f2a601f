"""Reversal, worked out by hand."""

import pytest

from mannscope.errors import MannscopeError
from mannscope.tasks import FREE, Reversal

TASK = Reversal(alphabet=3)

#   input    0 2 1 # _ _ _
#   target   . . . . 1 2 0
#   depth    1 2 3 3 2 1 0
#   top      0 2 1 1 2 0 .
EPISODE = TASK.episode("0 2 1")


def test_delimiter_and_blanks_are_added() -> None:
    assert [TASK.symbols[index] for index in EPISODE.inputs] == ["0", "2", "1", "#", "_", "_", "_"]


def test_the_last_symbol_is_asked_for_first() -> None:
    assert EPISODE.targets.tolist() == [-1, -1, -1, -1, 1, 2, 0]


def test_blanks_alone_are_supervised_and_are_the_answer() -> None:
    assert EPISODE.supervised.tolist() == [False] * 4 + [True] * 3
    assert EPISODE.answer.tolist() == EPISODE.supervised.tolist()


def test_depth_counts_up_on_symbols_and_down_on_blanks() -> None:
    assert EPISODE.variables["depth"].tolist() == [1, 2, 3, 3, 2, 1, 0]


def test_top_is_the_symbol_on_an_ideal_stack() -> None:
    assert EPISODE.variables["top"].tolist() == [0, 2, 1, 1, 2, 0, -1]


def test_the_oracle_pushes_symbols_and_pops_at_blanks() -> None:
    steps = TASK.oracle(tuple(TASK.episode("0 2").inputs.tolist()), "stack")
    assert steps == (
        (("PUSH",), ("0",), "", "0"),  # 0   | 0
        (("PUSH",), ("0", "2"), "", "2"),  # 2   | 0 2
        ((FREE,), ("0", "2"), "", ""),  # #   | 0 2
        (("POP",), ("0",), "2", ""),  # _   | 0
        (("POP",), (), "0", ""),  # _   |
    )


def test_a_symbol_pushed_instead_is_given_back() -> None:
    steps = TASK.oracle(tuple(TASK.episode("0 2").inputs.tolist()), "stack", {1: "3"})
    assert [step.output for step in steps[-2:]] == ["3", "0"]


def test_an_episode_written_out_is_the_same() -> None:
    assert TASK.text(TASK.episode("0 2 # _ _").inputs) == TASK.text(TASK.episode("0 2").inputs)


@pytest.mark.parametrize("text", ["", "#", "0 _", "0 # _ _", "0 1 # _", "0 # 1 _", "_ 0", "0 # _ #"])
def test_delimiter_and_blanks_that_do_not_fit_are_refused(text: str) -> None:
    with pytest.raises(MannscopeError, match="alone or with # and n blanks _"):
        TASK.episode(text)


def test_a_foreign_symbol_is_named_with_its_position() -> None:
    with pytest.raises(MannscopeError, match=r"one of 0 1 2 # _\. Got '3' at position 2"):
        TASK.episode("0 3")


def test_an_alphabet_of_one_symbol_is_refused() -> None:
    with pytest.raises(MannscopeError, match=r"alphabet must be at least 2\. Got 1"):
        Reversal(alphabet=1)


def test_without_a_delimiter_the_first_blank_says_that_the_sequence_is_over() -> None:
    #   input    0 2 1 _ _ _
    #   target   . . . 1 2 0
    #   depth    1 2 3 2 1 0
    plain = Reversal(alphabet=3, delimiter=False)
    episode = plain.episode("0 2 1")
    assert (plain.symbols, plain.categories) == (("0", "1", "2", "_"), ("symbol", "blank"))
    assert plain.text(episode.inputs) == "0 2 1 _ _ _"
    assert episode.targets.tolist() == [-1, -1, -1, 1, 2, 0]
    assert episode.variables["depth"].tolist() == [1, 2, 3, 2, 1, 0]
    assert episode.variables["top"].tolist() == [0, 2, 1, 2, 0, -1]
    steps = plain.oracle(tuple(episode.inputs.tolist()), "stack")
    assert [step.output for step in steps] == ["", "", "", "1", "2", "0"]
    with pytest.raises(MannscopeError, match="alone or with n blanks _"):
        plain.episode("0 1 _")
