"""What tasks have in common."""

import pytest

from mannscope.tasks.task import set_label


@pytest.mark.parametrize(
    ("members", "label"), [(["(", ")"], "{( )}"), (["("], "{(}"), ([], "{}")], ids=["two", "one", "none"]
)
def test_a_set_of_symbols_is_labelled_by_its_members(members: list[str], label: str) -> None:
    assert set_label(members) == label
