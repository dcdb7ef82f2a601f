"""Memories: parameter-free machines that every controller can drive."""

from mannscope.memories.memory import AbstractMemory, Field, choose_slots
from mannscope.memories.none import NoAction, NoMemory
from mannscope.memories.ntm import NTM, HeadMove
from mannscope.memories.stack import Stack, StackAction

MEMORIES: dict[str, type[AbstractMemory]] = {"none": NoMemory, "stack": Stack, "ntm": NTM}

__all__ = [
    "MEMORIES",
    "NTM",
    "AbstractMemory",
    "Field",
    "HeadMove",
    "NoAction",
    "NoMemory",
    "Stack",
    "StackAction",
    "choose_slots",
]
