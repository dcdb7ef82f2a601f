"""Memories: parameter-free machines that every controller can drive.

- `memory`: what a memory is; `choices`, `successive_gates`, `realisations`: what it is made of
- `stack`, `ntm`, `dnc`, `least_recently_used`, `none`: the memories
- `allocation`, `links`: what a DNC knows of its slots
- `addressing`: addressing by content and location, for memories with heads
- `follow`: every written value followed through a memory that is linear
"""

from mannscope.memories.addressing import HeadMove as HeadMove
from mannscope.memories.choices import Distribution as Distribution
from mannscope.memories.choices import GatedShift as GatedShift
from mannscope.memories.dnc import DNC as DNC
from mannscope.memories.follow import follow as follow
from mannscope.memories.least_recently_used import LeastRecentlyUsed as LeastRecentlyUsed
from mannscope.memories.memory import AbstractMemory as AbstractMemory
from mannscope.memories.memory import Body as Body
from mannscope.memories.memory import Field as Field
from mannscope.memories.memory import Role as Role
from mannscope.memories.memory import Write as Write
from mannscope.memories.memory import choose_slots as choose_slots
from mannscope.memories.none import NoMemory as NoMemory
from mannscope.memories.ntm import NTM as NTM
from mannscope.memories.stack import Stack as Stack
from mannscope.memories.stack import StackAction as StackAction
from mannscope.memories.successive_gates import SuccessiveGates as SuccessiveGates
from mannscope.memories.table import build as build
from mannscope.memories.table import describe as describe
from mannscope.tables import members

MEMORIES: dict[str, type[AbstractMemory]] = members(globals(), AbstractMemory)
"""The memories by name: those that are imported above."""
