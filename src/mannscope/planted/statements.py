"""Hypotheses that a person could state about planted networks, true and false, beside the derived ones."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from mannscope.hypotheses.hypothesis import Contents, Hypothesis
from mannscope.planted.reversing import BLANK, DELIMITER, POP, PUSH, SYMBOLS

STACK = "stack 0"
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
    after={"symbol": ("^", *SYMBOLS), "blank": (DELIMITER, BLANK)},
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

STATED: Final[Mapping[str, tuple[Hypothesis, ...]]] = {
    "reverser": (_PUSHING, _KEPT, _COUNTED),
    "phase reverser": (_PUSHING, _KEPT, _COUNTED),
    "scrambling reverser": (_KEPT, _COUNTED),
}
"""Kind -> hypotheses that are judged of it as well; those that are true are among `TRUTHS`."""
