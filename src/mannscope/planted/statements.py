"""Hypotheses that a person could state about planted networks, true and false, beside the derived ones."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from mannscope.hypotheses.hypothesis import Contents, Hypothesis
from mannscope.planted.reversing import BLANK, DELIMITER, NO_OP, POP, PUSH, SYMBOLS

STACK = "stack 0"
_PLACES = {"symbol": ("^", *SYMBOLS), "blank": (DELIMITER, BLANK)}
_PUSHING = Hypothesis(
    "push until #, whatever is read",
    categories={"before #": (*SYMBOLS, BLANK), "#": (DELIMITER,)},
    policy={STACK: {"before #": PUSH}},
    states={"before": {DELIMITER: "after"}, "after": {}},
    during={"before #": ("before",), "#": ("before",)},
    carries=("stack",),
    description="Of what happens after # nothing is claimed.",
)
_KEPT = Hypothesis(
    "push symbols, pop blanks; what is pushed tells the symbol",
    categories={"symbol": SYMBOLS, "blank": (BLANK,)},
    policy={STACK: {"symbol": PUSH, "blank": POP}},
    after=_PLACES,
    contents=(Contents("push_value", "input", ("symbol",)),),
    carries=("stack",),
    description="The symbol can be read off what is pushed, by a linear map.",
)
_COUNTED = replace(
    _KEPT,
    name="push symbols, pop blanks; the stack keeps the symbols one by one",
    algorithm="stack",
    description="What is pushed at a symbol says that symbol, wherever it is put.",
)

_TURNS = {"even": dict.fromkeys((*SYMBOLS, BLANK), "odd"), "odd": dict.fromkeys((*SYMBOLS, BLANK), "even")}
_IN_TURN = Hypothesis(
    "push and pop two stacks in turn",
    categories={
        "even symbol": SYMBOLS,
        "odd symbol": SYMBOLS,
        "even blank": (BLANK,),
        "odd blank": (BLANK,),
    },
    policy={
        "stack 0": {"even symbol": PUSH, "odd symbol": NO_OP, "odd blank": POP, "even blank": NO_OP},
        "stack 1": {"even symbol": NO_OP, "odd symbol": PUSH, "odd blank": NO_OP, "even blank": POP},
    },
    states=_TURNS,
    during={
        **dict.fromkeys(("even symbol", "even blank"), ("even",)),
        **dict.fromkeys(("odd symbol", "odd blank"), ("odd",)),
    },
    after={
        **dict.fromkeys(("even symbol", "odd symbol"), _PLACES["symbol"]),
        **dict.fromkeys(("even blank", "odd blank"), _PLACES["blank"]),
    },
    carries=("stack",),
    description="A symbol goes to the stack whose turn it is, by parity, and comes back from there.",
)
_LATE = Hypothesis(
    "push symbols, pop blanks but the first",
    categories={"symbol": SYMBOLS, "first blank": (BLANK,), "later blank": (BLANK,)},
    policy={STACK: {"symbol": PUSH, "first blank": NO_OP, "later blank": POP}},
    after={"symbol": _PLACES["symbol"], "first blank": (DELIMITER,), "later blank": (BLANK,)},
    carries=("stack",),
    description="The first blank leaves the last symbol on top.",
)

STATED: Final[Mapping[str, tuple[Hypothesis, ...]]] = {
    "reverser": (_PUSHING, _KEPT, _COUNTED),
    "phase reverser": (_PUSHING, _KEPT, _COUNTED),
    "scrambling reverser": (_KEPT, _COUNTED),
    "double-coding reverser": (_KEPT, _COUNTED),
    "alternating reverser": (_IN_TURN,),
    "late popper": (_LATE,),
}
"""Kind -> hypotheses that are judged of it as well; those that are true are among `TRUTHS`."""
