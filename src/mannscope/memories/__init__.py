"""Memories: parameter-free machines that every controller can drive.

- `memory`: what a memory is; `choices`, `realisations`: what it is made of
- `stack`, `ntm`, `none`: the memories
- `addressing`: addressing by content and location, for memories with heads
- `follow`: every written value followed through a memory that is linear
"""

from mannscope.memories.addressing import HeadMove
from mannscope.memories.memory import AbstractMemory, Body, Field, Role, Write, choose_slots
from mannscope.memories.none import NoMemory
from mannscope.memories.ntm import NTM
from mannscope.memories.stack import Stack, StackAction

MEMORIES: dict[str, type[AbstractMemory]] = {"none": NoMemory, "stack": Stack, "ntm": NTM}

__all__ = [
    "MEMORIES",
    "NTM",
    "AbstractMemory",
    "Body",
    "Field",
    "HeadMove",
    "NoMemory",
    "Role",
    "Stack",
    "StackAction",
    "Write",
    "choose_slots",
]
