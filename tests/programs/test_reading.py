"""Typed text becomes the symbols of a program, by the program's task."""

from dataclasses import replace

import pytest

from mannscope.errors import MannscopeError, UnknownNameError
from mannscope.programs.reading import read_input
from programs.machines import reverser


def test_text_is_read_as_the_task_does() -> None:
    given = read_input(reverser(), "0 1")
    assert given.symbols == ("0", "1", "#", "_", "_")
    assert given.answer == (False, False, False, True, True)
    assert given.targets == (None, None, None, "1", "0")


def test_a_symbol_of_another_alphabet_is_refused() -> None:
    with pytest.raises(MannscopeError, match="'2' at position 1"):
        read_input(reverser(), "2")


@pytest.mark.parametrize(
    ("task", "message"),
    [
        ({"name": "revresal"}, "task must be one of"),
        ({"name": "reversal", "colour": 3}, "option of the program's task reversal must be"),
        ({"name": "reversal", "alphabet": 5}, "the symbols of a program must be its task's"),
        ({"name": "table"}, "the options of a program's task must fit it"),
    ],
)
def test_a_task_that_does_not_fit_is_refused(task: dict, message: str) -> None:
    with pytest.raises((MannscopeError, UnknownNameError), match=message):
        read_input(replace(reverser(), task=task), "0")
