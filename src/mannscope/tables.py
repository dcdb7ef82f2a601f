"""Tables of members by name: built-in ones, and those that other packages add by entry points."""

from collections.abc import Mapping
from importlib.metadata import entry_points
from inspect import isabstract
from typing import Any, TypeVar

from mannscope.errors import UnknownNameError

Member = TypeVar("Member")


def find(kind: str, name: str, members: Mapping[str, Member]) -> Member:
    """Look a member up by name, among the built-in ones and then among installed entry points.

    An entry point of the group ``mannscope.<kind in the plural>`` adds a member by its own name.

    Raises:
        UnknownNameError: if neither has the name.
    """
    if name in members:
        return members[name]
    plugins = {point.name: point for point in entry_points(group=group(kind))}
    if name in plugins:
        return plugins[name].load()
    raise UnknownNameError(kind, name, [*members, *plugins])


def members(namespace: Mapping[str, Any], base: type[Member]) -> dict[str, type[Member]]:
    """Gather the concrete subclasses of a base that a folder's `__init__` imports, by their `NAME`.

    So a new member needs one file, and the one line that imports it.
    """
    found = [kind for kind in namespace.values() if isinstance(kind, type) and issubclass(kind, base)]
    return {kind.NAME: kind for kind in found if not isabstract(kind)}  # pyright: ignore[reportAttributeAccessIssue]


def group(kind: str) -> str:
    """Name the entry point group of a kind: `memory` gives `mannscope.memories`."""
    return "mannscope." + (
        kind[:-1] + "ies" if kind.endswith("y") else kind[:-2] + "es" if kind.endswith("is") else kind + "s"
    )
