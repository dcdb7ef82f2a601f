"""What is true of each kind of trained network: names of hypotheses that must hold, and of no other."""

from collections.abc import Mapping
from typing import Final

from mannscope.planted.truths import MINED

_BY_CATEGORY, _BY_PHASE = "push symbols, pop blanks", "push until #, pop after"
_QUIET = "brackets push and pop, operands stay off"
_CONTEXT = " in context"
_SYMBOLS, _WAITING, _SIGNS = (f"; the stack keeps {kept}" for kept in ("the symbols", "what waits", "signs"))

TRAINED_TRUTHS: Final[Mapping[str, tuple[str, ...]]] = {
    "trained reverser": (
        _BY_CATEGORY,
        _BY_CATEGORY + _CONTEXT,
        _BY_CATEGORY + _CONTEXT + _SYMBOLS,
        MINED,
    ),
    "trained phase reverser": (_BY_PHASE, _BY_CATEGORY + _CONTEXT, _BY_CATEGORY + _CONTEXT + _SYMBOLS, MINED),
    "trained scrambling reverser": (_BY_CATEGORY, _BY_CATEGORY + _CONTEXT, MINED),
    "trained recursive evaluator": (_QUIET, _QUIET + _CONTEXT, _QUIET + _CONTEXT + _WAITING, MINED),
    "trained cumulative evaluator": (_QUIET, _QUIET + _CONTEXT, _QUIET + _CONTEXT + _SIGNS, MINED),
    "trained unused-stack": (),
}
"""Kind -> the hypotheses that are true of it, as in `TRUTHS`.

Hypotheses by category or by phase alone speak of every sequence, those "in context" of episodes only.
"""
