"""Planted reversers that have something twice: a second stack, a second way to the answer, a second code."""

from mannscope.planted.machine import EMPTY, READING, Machine, Rule
from mannscope.planted.reversing import (
    ALPHABET,
    ANSWERS,
    BLANK,
    DELIMITER,
    NO_OP,
    POP,
    PUSH,
    ROOM,
    SYMBOLS,
    acting,
    keeping,
    remembering,
    reversing,
    textbook,
)


def decorated_reverser() -> Machine:
    """Does to a second stack what the textbook says to the first, and reads the first alone.

    Everything that is said of the second stack is true, and makes no difference.
    """
    answers = [Rule("answer", symbol, (BLANK,), {}, (symbol,), part=0) for symbol in SYMBOLS]
    return reversing("decorated reverser", [*textbook(), *answers], stacks=2)


def backed_up_reverser() -> Machine:
    """Answers what is on top of the stack, and from its hidden state where nothing is read at all.

    Whatever is done wrong to the stack costs the answer, and so does what is written there; doing without
    the stack costs nothing.
    """
    registers, rules = remembering(ROOM)
    rules += textbook(PUSH)
    for symbol in SYMBOLS:
        rules.append(Rule("answer", symbol, (BLANK,), {"register 0": (symbol,)}, (EMPTY,)))
    outputs = {**ANSWERS, **{(READING, symbol): symbol for symbol in SYMBOLS}}
    return reversing("backed-up reverser", rules, {**registers, "answer": SYMBOLS}, outputs=outputs)


def double_coding_reverser() -> Machine:
    """Writes each symbol together with the name that the scrambling reverser gives it, and uses the name.

    The symbol can be read off what is pushed; put in another place, it is answered as another one.
    """
    turns = {"even": "odd", "odd": "even"}
    names = {
        (symbol, turn): f"{symbol} as {SYMBOLS[(place + (turn == 'odd')) % ALPHABET]}"
        for place, symbol in enumerate(SYMBOLS)
        for turn in turns
    }
    rules = [*acting(dict.fromkeys(SYMBOLS, PUSH) | {DELIMITER: NO_OP, BLANK: POP})]
    rules += [Rule("turn", "odd", SYMBOLS, {"turn": (EMPTY,)})]
    rules += [Rule("turn", after, (*SYMBOLS, BLANK), {"turn": (before,)}) for before, after in turns.items()]
    rules += keeping("turn", tuple(turns), (DELIMITER,))
    for place, symbol in enumerate(SYMBOLS):
        moved = SYMBOLS[(place + 1) % ALPHABET]
        rules.append(Rule("content", names[symbol, "even"], (symbol,), {"turn": (EMPTY, "even")}))
        rules.append(Rule("content", names[symbol, "odd"], (symbol,), {"turn": ("odd",)}))
        for turn, code in (("odd", symbol), ("even", moved)):
            called = tuple(name for name in names.values() if name.endswith(f" as {code}"))
            rules.append(Rule("answer", symbol, (BLANK,), {"turn": (turn,)}, called))
    return reversing(
        "double-coding reverser", rules, {"turn": ("even", "odd")}, contents=tuple(names.values())
    )
