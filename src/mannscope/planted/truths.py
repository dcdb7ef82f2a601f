"""What is true of each kind of planted network: names of hypotheses that must hold, and of no other."""

from collections.abc import Mapping
from typing import Final

MINED = "mined"
"""The policy read off the network's own actions: it holds wherever the memory decides the answer."""

_REVERSED = "push symbols, pop blanks"
_WALK = "walk out over symbols, back over blanks"
_QUIET, _BUSY = "brackets push and pop, operands stay off", "brackets and digits push, operators pop"
_SYMBOLS, _TAPE = "; the stack keeps the symbols", "; the tape keeps the symbols"
_WAITING, _SIGNS = "; the stack keeps what waits", "; the stack keeps signs"

TRUTHS: Final[Mapping[str, tuple[str, ...]]] = {
    "reverser": (_REVERSED, _REVERSED + _SYMBOLS, MINED),
    "symbol-specific reverser": (),
    "always-push": (),
    "scrambling reverser": (_REVERSED, MINED),
    "unused-stack": (),
    "walker to the right": (_RIGHT, _RIGHT + _TAPE, MINED),
    "walker to the left": (_LEFT, _LEFT + _TAPE, MINED),
    "recursive evaluator": (_QUIET, _QUIET + _WAITING, MINED),
    "pushing recursive evaluator": (_BUSY, _BUSY + _WAITING, MINED),
    "cumulative evaluator": (_QUIET, _QUIET + _SIGNS, MINED),
    "symbol-specific evaluator": (MINED,),
    "scrambling evaluator": (_QUIET, MINED),
    "left evaluator": (),
}
"""Kind -> the hypotheses that are true of it, by the names of those that come with the package.

A strategy that cannot do the task is none: of such a network no hypothesis may hold, whatever it does to its
memory.
"""
