"""Planted reversers that change with the size: textbook on few symbols, and something else on more."""

from mannscope.planted.machine import EMPTY, READING, Machine, Rule
from mannscope.planted.reversing import (
    BLANK,
    DELIMITER,
    MARK,
    NO_OP,
    POP,
    PUSH,
    SYMBOLS,
    answering,
    counting,
    keeping,
    numbers,
    remembering,
    reversing,
    textbook,
)

REACH, DEPTH, FEW, PLACE = 10, 9, 4, 5


def short_range_reverser() -> Machine:
    """Is the reverser for up to 10 symbols, and pushes none that comes after."""
    counts = numbers(REACH)
    rules = [
        *(rule for rule in textbook(PUSH) if rule.register != "action" or rule.symbols[0] not in SYMBOLS),
        *counting("count", SYMBOLS, REACH),
        Rule("action", PUSH, SYMBOLS, {"count": (EMPTY, *counts[:-1])}),
        Rule("action", NO_OP, SYMBOLS, {"count": counts[-1:]}),
    ]
    outputs = {(READING, symbol): symbol for symbol in SYMBOLS}
    return reversing("short-range reverser", rules, {"count": counts}, outputs=outputs)


def forgetful_reverser() -> Machine:
    """Pushes and pops like the reverser at any size; after 9 pops its answer is always 0."""
    counts = numbers(DEPTH)
    rules = [
        *textbook(),
        *counting("count", (BLANK,), DEPTH),
        *answering({"count": (EMPTY, *counts[:-1])}),
        Rule("answer", SYMBOLS[0], (BLANK,), {"count": counts[-1:]}),
    ]
    return reversing("forgetful reverser", rules, {"count": counts})


def hybrid_reverser() -> Machine:
    """Acts like the reverser; answers up to 4 symbols from its hidden state, and more from its stack.

    So doing without the stack costs nothing where there are few.
    """
    counts = numbers(FEW + 1)
    registers, rules = remembering(FEW)
    rules += [*textbook(), *counting("count", SYMBOLS, FEW + 1), *answering({"count": counts[-1:]})]
    rules += [
        Rule("answer", symbol, (BLANK,), {"count": counts[:-1], "register 0": (symbol,)})
        for symbol in SYMBOLS
    ]
    return reversing("hybrid reverser", rules, {**registers, "count": counts})


def fifth_symbol_reverser() -> Machine:
    """Keeps the fifth symbol in its hidden state, and marks the sixth, to know when the fifth is due."""
    counts = numbers(PLACE + 1)
    this, next_one = counts[PLACE - 2], counts[PLACE - 1]
    rest = {"count": (EMPTY, *(count for count in counts if count != next_one))}
    due, not_due = {"due": ("yes",)}, {"due": (EMPTY,)}
    marked = {symbol: f"{symbol} above the fifth" for symbol in SYMBOLS}
    rules = [
        *counting("count", SYMBOLS, PLACE + 1),
        Rule("action", PUSH, SYMBOLS, {"count": (EMPTY, *(one for one in counts if one != this))}),
        Rule("action", NO_OP, SYMBOLS, {"count": (this,)}),
        Rule("action", NO_OP, (DELIMITER,)),
        Rule("action", POP, (BLANK,), not_due),
        Rule("action", NO_OP, (BLANK,), due),
        Rule("due", "yes", (DELIMITER,), {"count": (next_one,)}),
        Rule("due", "yes", (BLANK,), not_due, tuple(marked.values())),
        *keeping("kept", SYMBOLS),
    ]
    for symbol in SYMBOLS:
        rules.append(Rule("content", symbol, (symbol,), rest))
        rules.append(Rule("content", marked[symbol], (symbol,), {"count": (next_one,)}))
        rules.append(Rule("kept", symbol, (symbol,), {"count": (this,)}))
        rules.append(Rule("answer", symbol, (BLANK,), not_due, (symbol, marked[symbol])))
        rules.append(Rule("answer", symbol, (BLANK,), {**due, "kept": (symbol,)}))
    contents = (*SYMBOLS, *marked.values(), MARK)
    registers = {"count": counts, "due": ("yes",), "kept": SYMBOLS}
    return reversing("fifth-symbol reverser", rules, registers, contents=contents)
