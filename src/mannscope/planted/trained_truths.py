"""What is true of each kind of trained network: names of hypotheses that must hold, and of no other."""

from collections.abc import Mapping
from typing import Final

from mannscope.planted.truths import BY_PHASE, BY_SYMBOL, IN_CONTEXT, MINED

_QUIET = "brackets push and pop, operands stay off"
_SYMBOLS, _WAITING, _SIGNS = (f"; the stack keeps {kept}" for kept in ("the symbols", "what waits", "signs"))

TRAINED_TRUTHS: Final[Mapping[str, tuple[str, ...]]] = {
    "trained reverser": (
        BY_SYMBOL,
        BY_SYMBOL + IN_CONTEXT,
        BY_SYMBOL + IN_CONTEXT + _SYMBOLS,
        MINED,
    ),
    "trained phase reverser": (BY_PHASE, BY_SYMBOL + IN_CONTEXT, BY_SYMBOL + IN_CONTEXT + _SYMBOLS, MINED),
    "trained scrambling reverser": (BY_SYMBOL, BY_SYMBOL + IN_CONTEXT, MINED),
    "trained recursive evaluator": (_QUIET, _QUIET + IN_CONTEXT, _QUIET + IN_CONTEXT + _WAITING, MINED),
    "trained cumulative evaluator": (_QUIET, _QUIET + IN_CONTEXT, _QUIET + IN_CONTEXT + _SIGNS, MINED),
    "trained unused-stack": (),
}
"""Kind -> the hypotheses that are true of it, as in `TRUTHS`.

Hypotheses by category or by phase alone speak of every sequence, those "in context" of episodes only.
"""
