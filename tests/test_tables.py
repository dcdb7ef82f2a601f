"""Members are found by name, in this package and in others."""

from importlib.metadata import EntryPoint

import pytest

from mannscope.errors import UnknownNameError
from mannscope.memories import MEMORIES, NoMemory, Stack
from mannscope.tables import find, group


@pytest.fixture(autouse=True)
def plugin(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pretend that another package adds a memory called `forgetful`."""
    added = [EntryPoint("forgetful", "mannscope.memories.none:NoMemory", "mannscope.memories")]
    monkeypatch.setattr(
        "mannscope.tables.entry_points", lambda group: added if group == "mannscope.memories" else []
    )


def test_a_member_of_another_package_is_found_by_its_name() -> None:
    assert find("memory", "forgetful", MEMORIES) is NoMemory


def test_a_member_of_this_package_needs_no_entry_point() -> None:
    assert find("memory", "stack", MEMORIES) is Stack


def test_an_unknown_name_is_refused_with_the_nearest_of_both() -> None:
    with pytest.raises(
        UnknownNameError,
        match=r"dnc, forgetful, least_recently_used, .*none, ntm, stack.*Did you mean 'forgetful'",
    ):
        find("memory", "forgetfull", MEMORIES)


@pytest.mark.parametrize(
    ("kind", "name"),
    [("memory", "memories"), ("task", "tasks"), ("analysis", "analyses"), ("controller", "controllers")],
)
def test_the_group_of_a_kind_is_its_plural(kind: str, name: str) -> None:
    assert group(kind) == f"mannscope.{name}"
