"""Memories: parameter-free machines that every controller can drive.

- `memory`: what a memory is; `choices`, `successive_gates`, `transitions`, `realisations`: what it is made of
- `stack`, `ntm`, `none`, `stratification_stack`, `stratification_queue`, `deque`, `delta`, `additive`,
  `attention`, `dnc`, `least_recently_used`: the memories
- `tape`, `baby_ntm`: memories under one head that moves them
- `nondeterministic_stack`: a stack that takes many runs at once; `pushdown_runs`: how these are added up
- `strata`: vectors with strengths, for memories of which parts of a vector are popped
- `associative`: what memories of keys and values have in common
- `allocation`, `links`: what a DNC knows of its slots
- `addressing`: addressing by content and location, for memories with heads
- `follow`: every written value followed through a memory that is linear
"""

from mannscope.memories.additive import Additive as Additive
from mannscope.memories.addressing import HeadMove as HeadMove
from mannscope.memories.attention import Attention as Attention
from mannscope.memories.baby_ntm import BabyNTM as BabyNTM
from mannscope.memories.choices import Distribution as Distribution
from mannscope.memories.choices import GatedShift as GatedShift
from mannscope.memories.choices import Gates as Gates
from mannscope.memories.choices import Levels as Levels
from mannscope.memories.delta import Delta as Delta
from mannscope.memories.deque import Deque as Deque
from mannscope.memories.dnc import DNC as DNC
from mannscope.memories.follow import follow as follow
from mannscope.memories.least_recently_used import LeastRecentlyUsed as LeastRecentlyUsed
from mannscope.memories.memory import AbstractMemory as AbstractMemory
from mannscope.memories.memory import Body as Body
from mannscope.memories.memory import Field as Field
from mannscope.memories.memory import Role as Role
from mannscope.memories.memory import Write as Write
from mannscope.memories.memory import choose_slots as choose_slots
from mannscope.memories.nondeterministic_stack import NondeterministicStack as NondeterministicStack
from mannscope.memories.none import NoMemory as NoMemory
from mannscope.memories.ntm import NTM as NTM
from mannscope.memories.stack import Stack as Stack
from mannscope.memories.stack import StackAction as StackAction
from mannscope.memories.stratification_queue import StratificationQueue as StratificationQueue
from mannscope.memories.stratification_stack import StratificationStack as StratificationStack
from mannscope.memories.successive_gates import SuccessiveGates as SuccessiveGates
from mannscope.memories.table import build as build
from mannscope.memories.table import describe as describe
from mannscope.memories.tape import Tape as Tape
from mannscope.memories.transitions import Transitions as Transitions
from mannscope.tables import members

MEMORIES: dict[str, type[AbstractMemory]] = members(globals(), AbstractMemory)
"""The memories by name: those that are imported above."""
