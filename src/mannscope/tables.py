"""Tables of members by name: built-in ones, and those that other packages add by entry points."""

from collections.abc import Mapping
from importlib.metadata import entry_points
from inspect import isabstract, signature
from typing import Any, TypeVar

from mannscope.errors import MannscopeError, UnknownNameError, cut

Member = TypeVar("Member")
LARGEST = 100_000
"""The largest whole number that an option of a member may be."""


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


def require_kinds(kind: str, owner: type, options: Mapping[str, Any]) -> None:
    """Make sure that options are of the kinds that a member's constructor takes, as its defaults tell.

    Raises:
        MannscopeError: if one is not.
    """
    for option, parameter in signature(owner).parameters.items():
        if option in options:
            require_kind(f"{kind}.{option}", options[option], parameter.default)


def require_kind(option: str, value: Any, default: Any) -> None:
    """Make sure that an option is of the kind of its default, and no number beyond all reason.

    Raises:
        MannscopeError: if it is not.
    """
    kinds = {bool: bool, int: int, float: int | float, str: str}
    right = not (type(default) in kinds and not isinstance(value, kinds[type(default)]))
    right &= not (type(default) in (int, float) and isinstance(value, bool))
    if not right:
        must = f"{option} must be of the kind of {default!r}"
        raise MannscopeError(must, cut(repr(value)), f"Pass --{option} {default}")
    if isinstance(value, int) and abs(value) > LARGEST:
        raise MannscopeError(f"{option} must be at most {LARGEST}", cut(repr(value)), "Pass less")
