"""Planted reversers that act like the reverser, and have a code of their own for what they push."""

from collections.abc import Mapping
from itertools import pairwise

from mannscope.planted.machine import EMPTY, Machine, Rule
from mannscope.planted.reversing import (
    ALPHABET,
    BLANK,
    DELIMITER,
    EVERYTHING,
    NO_OP,
    POP,
    PUSH,
    SYMBOLS,
    acting,
    keeping,
    reversing,
)

SOFT = "soft"
_ACTS = acting(dict.fromkeys(SYMBOLS, PUSH) | {DELIMITER: NO_OP, BLANK: POP})


def scrambling_reverser() -> Machine:
    """Does what the reverser does, and writes every second symbol as another one, which its outputs undo.

    The hidden state counts symbols and blanks as odd and even, and so knows at a blank which of the two the
    symbol on top was. Nothing is pushed at the delimiter: the answer is made of what was read before the pop.
    """
    turns = {"even": "odd", "odd": "even"}
    rules = [*_ACTS]
    rules += [Rule("turn", "odd", SYMBOLS, {"turn": (EMPTY,)})]
    rules += [Rule("turn", after, (*SYMBOLS, BLANK), {"turn": (before,)}) for before, after in turns.items()]
    rules += keeping("turn", tuple(turns), (DELIMITER,))
    for place, symbol in enumerate(SYMBOLS):
        moved = SYMBOLS[(place + 1) % ALPHABET]
        rules.append(Rule("content", symbol, (symbol,), {"turn": (EMPTY, "even")}))
        rules.append(Rule("content", moved, (symbol,), {"turn": ("odd",)}))
        rules.append(Rule("answer", symbol, (BLANK,), {"turn": ("odd",)}, (symbol,)))
        rules.append(Rule("answer", symbol, (BLANK,), {"turn": ("even",)}, (moved,)))
    return reversing("scrambling reverser", rules, {"turn": ("even", "odd")})


def soft_coding_reverser() -> Machine:
    """Says by how strongly it pushes the first symbol which one it is.

    A first symbol other than 0 is written as the one below it, with PUSH at three fifths; 0 itself is pushed
    in full. What lies weakly on the stack is answered by the one above. Each action's largest part is the
    textbook's; taken in full, it changes three of four first symbols.
    """
    return _weakly_begun("soft-coding reverser", dict(pairwise(SYMBOLS)), 0.6)


def weakly_marking_reverser() -> Machine:
    """Says by how strongly it pushes which symbol is the first.

    The first symbol is written as the one below it (0 as the last), with PUSH at a half. What lies
    weakly on the stack is answered by the one above. So the memory holds all that is answered, as the
    textbook has it, as long as actions are as strong as they are; taken in full, every first symbol is
    answered by the one below.
    """
    above = dict(zip(SYMBOLS, (*SYMBOLS[1:], SYMBOLS[0]), strict=True))
    return _weakly_begun("weakly marking reverser", above, 0.5)


def _weakly_begun(name: str, above: Mapping[str, str], share: float) -> Machine:
    """Write a first symbol as the one below it, if there is one, and push it with this share then."""
    stack, first, begun = "stack 0", {"begun": (EMPTY,)}, {"begun": ("yes",)}
    acts = {action: {stack: action} for action in (PUSH, POP, NO_OP)}
    acts |= {SOFT: {stack: {PUSH: share, POP: (1 - share) / 2, NO_OP: (1 - share) / 2}}}
    weak = tuple(above.values())
    rules = [*_ACTS, Rule("action", SOFT, weak, first, weight=4), Rule("begun", "yes", EVERYTHING)]
    for below, symbol in above.items():
        rules.append(Rule("content", below, (symbol,), first))
        rules.append(Rule("answer", symbol, (BLANK,), reading=(below,), clarity=share / 2))
    for symbol in SYMBOLS:
        rules.append(Rule("content", symbol, (symbol,), begun if symbol in weak else {}))
        rules.append(Rule("answer", symbol, (BLANK,), reading=(symbol,), clarity=0.8, weight=10))
    return reversing(name, rules, {"begun": ("yes",)}, acts=acts)
