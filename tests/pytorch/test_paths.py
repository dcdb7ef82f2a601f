"""Where a tensor is, written as Python would."""

from typing import NamedTuple

import pytest

from mannscope.errors import MannscopeError
from mannscope.pytorch.paths import Path, mapped


class State(NamedTuple):
    hidden: tuple[int, int]
    memory: dict[str, list[int]]


WHOLE = State((1, 2), {"slots": [3, 4]})


@pytest.mark.parametrize("text", ["state", "state[0]", "encoder.rnn[-1]", "state[1]['memory']"])
def test_a_path_is_written_as_it_is_read(text: str) -> None:
    assert str(Path.read(text)) == text


def test_keys_are_numbers_and_words() -> None:
    assert Path.read("""state[1]['memory']["a b"][-2]""") == Path("state", (1, "memory", "a b", -2))


@pytest.mark.parametrize(
    "text", ["", "state[", "state[x]", "state.[0]y", "state[0].h", "state[__import__('os')]"]
)
def test_any_other_form_is_refused(text: str) -> None:
    with pytest.raises(MannscopeError, match="root and keys in brackets"):
        Path.read(text)


def test_a_path_leads_to_a_part() -> None:
    assert Path.read("state[1]['slots'][-1]").get(WHOLE) == 4


def test_a_replaced_part_leaves_the_whole_as_it_was() -> None:
    changed = Path.read("state[1]['slots'][0]").replaced(WHOLE, lambda part: part + 10)
    assert changed == State((1, 2), {"slots": [13, 4]})
    assert WHOLE.memory["slots"] == [3, 4]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("state[1]['slot']", r"state\[1\], which is a dict of 'slots'"),
        ("state[0][2]", r"state\[0\], which is a tuple of 2"),
        ("state[0][1][0]", r"state\[0\]\[1\], which is int"),
    ],
)
def test_a_path_to_nowhere_tells_how_far_it_leads(text: str, told: str) -> None:
    with pytest.raises(MannscopeError, match=told):
        Path.read(text).get(WHOLE)


def test_what_is_no_tensor_is_left_alone() -> None:
    assert mapped(WHOLE, lambda tensor: None) == WHOLE
