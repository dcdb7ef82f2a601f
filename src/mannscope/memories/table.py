"""From a memory to its name and options, as traces carry them, and back."""

import inspect
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mannscope.anatomy import Anatomy
from mannscope.errors import MannscopeError, UnknownNameError
from mannscope.memories.memory import AbstractMemory
from mannscope.tables import find


def describe(memory: AbstractMemory) -> dict[str, Any]:
    """Give the name and the options of a memory."""
    options = inspect.signature(type(memory)).parameters
    return {"name": memory.NAME} | {name: getattr(memory, name) for name in options}


def build(described: Mapping[str, Any]) -> AbstractMemory:
    """Make the memory that `describe` described.

    Raises:
        MannscopeError: if nothing is described, or the options are not the memory's.
        UnknownNameError: if no memory has the name.
    """
    options = dict(described)
    if "name" not in options:
        raise MannscopeError(
            "the trace must say of which memory it is",
            "one whose anatomy names none",
            "Set Anatomy(memory={'name': …}) to a memory that it obeys the equations of",
        )
    from mannscope.memories import MEMORIES

    kind = find("memory", str(options.pop("name")), MEMORIES)
    for option in options.keys() - inspect.signature(kind).parameters.keys():
        raise UnknownNameError("option of the memory", option, inspect.signature(kind).parameters)
    return kind(**options)


def anatomy(memory: AbstractMemory) -> Anatomy:
    """Give the anatomy of a memory, with its name."""
    return replace(memory.anatomy, memory=describe(memory))


def recognise(dims: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    """Name a memory that writes as a trace with variables of these axes does; nothing where there is none.

    The memory is given by its name alone: how it writes does not depend on its options.
    """
    from mannscope.memories import MEMORIES

    for name, kind in MEMORIES.items():
        memory = kind()  # pyright: ignore[reportCallIssue]
        write = memory.body.write
        if write is None:
            continue
        needed = (write.contents, write.values, *write.addresses)
        parts = {memory.body.stores[0].parts}  # an axis that may be left out where there is one part
        if all({*dims.get(one, ())} | parts == {*_axes(memory, one)} | parts for one in needed):
            return {"name": name}
    return {}


def _axes(memory: AbstractMemory, name: str) -> tuple[str, ...]:
    return memory.dims[name.removesuffix("_before")]
