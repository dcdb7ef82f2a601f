"""What is true of each kind of planted network: names of hypotheses that must hold, and of no other."""

from collections.abc import Mapping
from typing import Final

MINED = "mined"
"""The policy read off the network's own actions, by the symbol and the symbol before it."""

IN_CONTEXT = " in context"
"""Says that a policy is claimed only where the symbol before is one that the task itself puts there."""

BY_SYMBOL = "push symbols, pop blanks"
"""By the symbol's category alone, whatever the phase."""
BY_PHASE = "push until #, pop after"
"""By the phase alone, whatever the symbol."""
BOTH_CUES = BY_SYMBOL + IN_CONTEXT
"""The weakest: it says nothing where symbol and phase disagree."""
PUSHING = "push until #, whatever is read"
KEPT = "push symbols, pop blanks; what is pushed tells the symbol"
LATE = "push symbols, pop blanks but the first"
IN_TURN = "push symbols on two stacks in turn"
COUNTED = "push symbols, pop blanks; the stack keeps the symbols one by one"
_WALK = "walk out over symbols, back over blanks"
_QUIET, _BUSY = "brackets push and pop, operands stay off", "brackets and digits push, operators pop"
_SYMBOLS, _TAPE = "; the stack keeps the symbols", "; the tape keeps the symbols"
_WAITING, _SIGNS = "; the stack keeps what waits", "; the stack keeps signs"


def _keeping(contents: str, *policies: str) -> tuple[str, ...]:
    """Name policies, the last of them also with what is kept, and the mined one."""
    return (*policies, policies[-1] + contents, MINED)


def _anywhere(policy: str) -> tuple[str, str]:
    return policy, policy + IN_CONTEXT


_TEXTBOOK = _keeping(_SYMBOLS, *_anywhere(BY_SYMBOL))
_RECURSIVE = _keeping(_WAITING, *_anywhere(_QUIET))

TRUTHS: Final[Mapping[str, tuple[str, ...]]] = {
    "reverser": (*_TEXTBOOK, KEPT, COUNTED),
    "delimiter-free reverser": _TEXTBOOK,
    "symbol-specific reverser": (),
    "rare-symbol reverser": (MINED,),
    "always-push": (),
    "phase reverser": (*_keeping(_SYMBOLS, BY_PHASE, BOTH_CUES), PUSHING, KEPT, COUNTED),
    "two-cue reverser": _keeping(_SYMBOLS, BOTH_CUES),
    "late popper": (LATE, MINED),
    "first-symbol reverser": (),
    "lagging reverser": (),
    "repetition-sensitive reverser": (),
    "short-range reverser": (),
    "forgetful reverser": (),
    "hybrid reverser": (),
    "fifth-symbol reverser": (),
    "unused-stack": (),
    "roomy unused-stack": (),
    "silent reverser": (),
    "contradicted reverser": (),
    "doorkeeper": (),
    "two voting stacks": _TEXTBOOK,
    "three voting stacks": _TEXTBOOK,
    "straying third stack": (MINED,),
    "alternating reverser": (IN_TURN,),
    "decorated reverser": (MINED,),
    "backed-up reverser": (),
    "double-coding reverser": (*_anywhere(BY_SYMBOL), KEPT, MINED),
    "scrambling reverser": (*_anywhere(BY_SYMBOL), MINED),
    "soft-coding reverser": (),
    "weakly marking reverser": (),
    "stratified reverser": (*_TEXTBOOK, KEPT, COUNTED),
    "replacing reverser": (),
    "two-ended reverser": (*_anywhere("the top pushes at symbols, pops at _"), MINED),
    "copier": _keeping("; the queue keeps the symbols", *_anywhere("enqueue symbols, dequeue at blanks")),
    "keeping copier": (),
    "two-ended copier": (*_anywhere("in at the top at symbols, out at the bottom at _"), MINED),
    "walker to the right": _keeping(_TAPE, *_anywhere(_WALK)),
    "walker to the left": _keeping(_TAPE, *_anywhere(_WALK)),
    "recursive evaluator": _RECURSIVE,
    "pushing recursive evaluator": _keeping(_WAITING, *_anywhere(_BUSY)),
    "cumulative evaluator": _keeping(_SIGNS, *_anywhere(_QUIET)),
    "symbol-specific evaluator": (MINED,),
    "scrambling evaluator": (*_anywhere(_QUIET), MINED),
    "left evaluator": (),
    "end pusher": _RECURSIVE,
    "voting evaluator": _RECURSIVE,
    "shallow evaluator": (),
    "hybrid evaluator": (),
    "operator-sensitive evaluator": (),
}
"""Kind -> the hypotheses that are true of it, by the names of those that come with the package.

A hypothesis is true if at half, once, twice and five times the size that the network counts as trained on,
it does its task, acts as claimed, and its answers come from the memory under that policy. A strategy that
cannot do the task is none: of such a network no hypothesis may hold, whatever it does to its memory.
"""
