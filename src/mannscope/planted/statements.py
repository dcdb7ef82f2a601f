"""Hypotheses that a person could state about planted networks, true and false, beside the derived ones.

They are plain values, as a YAML file states them; `mannscope.hypotheses.stated` reads them.
"""

from collections.abc import Mapping
from typing import Any, Final

from mannscope.planted.reversing import BLANK, DELIMITER, NO_OP, POP, PUSH, SYMBOLS

Statement = Mapping[str, Any]

_AT_SYMBOLS, _AT_BLANKS = ["^", *SYMBOLS], [DELIMITER, BLANK]
_BOTH = {"symbol": list(SYMBOLS), "blank": [BLANK]}
_PUSHING: Statement = {
    "name": "push until #, whatever is read",
    "categories": {"before #": [*SYMBOLS, BLANK], "#": [DELIMITER]},
    "policy": {"before #": PUSH},
    "states": {"before": {DELIMITER: "after"}, "after": {}},
    "during": {"before #": ["before"], "#": ["before"]},
    "carries": ["stack"],
    "description": "Of what happens after # nothing is claimed.",
}
_KEPT: Statement = {
    "name": "push symbols, pop blanks; what is pushed tells the symbol",
    "categories": _BOTH,
    "policy": {"symbol": PUSH, "blank": POP},
    "after": {"symbol": _AT_SYMBOLS, "blank": _AT_BLANKS},
    "contents": [{"site": "push_value", "variable": "input", "at": ["symbol"]}],
    "carries": ["stack"],
    "description": "The symbol can be read off what is pushed, by a linear map.",
}
_COUNTED: Statement = {
    **_KEPT,
    "name": "push symbols, pop blanks; the stack keeps the symbols one by one",
    "algorithm": "stack",
    "description": "What is pushed at a symbol says that symbol, wherever it is put.",
}
_TURN = dict.fromkeys((*SYMBOLS, BLANK))
_IN_TURN: Statement = {
    "name": "push symbols on two stacks in turn",
    "categories": {"even symbol": list(SYMBOLS), "odd symbol": list(SYMBOLS)},
    "policy": {
        "stack 0": {"even symbol": PUSH, "odd symbol": NO_OP},
        "stack 1": {"even symbol": NO_OP, "odd symbol": PUSH},
    },
    "states": {"even": dict.fromkeys(_TURN, "odd"), "odd": dict.fromkeys(_TURN, "even")},
    "during": {"even symbol": ["even"], "odd symbol": ["odd"]},
    "after": {"even symbol": _AT_SYMBOLS, "odd symbol": _AT_SYMBOLS},
    "carries": ["stack"],
    "description": "A symbol goes to the stack whose turn it is, by parity.",
}
_LATE: Statement = {
    "name": "push symbols, pop blanks but the first",
    "categories": {"symbol": list(SYMBOLS), "first blank": [BLANK], "later blank": [BLANK]},
    "policy": {"symbol": PUSH, "first blank": NO_OP, "later blank": POP},
    "after": {"symbol": _AT_SYMBOLS, "first blank": [DELIMITER], "later blank": [BLANK]},
    "carries": ["stack"],
    "description": "The first blank leaves the last symbol on top.",
}

STATED: Final[Mapping[str, tuple[Statement, ...]]] = {
    "reverser": (_PUSHING, _KEPT, _COUNTED),
    "stratified reverser": (_PUSHING, _KEPT, _COUNTED),
    "phase reverser": (_PUSHING, _KEPT, _COUNTED),
    "scrambling reverser": (_KEPT, _COUNTED),
    "double-coding reverser": (_KEPT, _COUNTED),
    "alternating reverser": (_IN_TURN,),
    "late popper": (_LATE,),
}
"""Kind -> hypotheses that are judged of it as well; those that are true are among `TRUTHS`."""
