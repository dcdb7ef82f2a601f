"""From a memory to its name and options, as traces carry them, and back."""

import inspect
from collections.abc import Mapping
from dataclasses import replace
from importlib.metadata import entry_points
from typing import Any

from mannscope.anatomy import Anatomy
from mannscope.errors import MannscopeError, UnknownNameError
from mannscope.memories import MEMORIES, AbstractMemory
from mannscope.tables import find, group


def describe(memory: AbstractMemory) -> dict[str, Any]:
    """Give the name and the options of a memory of the table; nothing of another one."""
    kind = type(memory)
    names = [name for name, member in MEMORIES.items() if member is kind]
    if not names:
        plugins = entry_points(group=group("memory"))
        names = [point.name for point in plugins if point.value.endswith(f":{kind.__name__}")]
    if not names:
        return {}
    return {"name": names[0]} | {name: getattr(memory, name) for name in inspect.signature(kind).parameters}


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
            "List the memory in the table of memories, or add it by an entry point, and record again",
        )
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
    for name, kind in MEMORIES.items():
        memory = kind()
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
