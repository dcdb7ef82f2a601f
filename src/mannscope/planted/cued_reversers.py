"""Planted reversers that go by the phase, by the place of a symbol, or by the symbol before it."""

from itertools import pairwise

from mannscope.planted.machine import EMPTY, READING, Machine, Rule
from mannscope.planted.reversing import (
    BLANK,
    DELIMITER,
    EVERYTHING,
    MARK,
    NO_OP,
    POP,
    PUSH,
    SYMBOLS,
    answering,
    keeping,
    numbers,
    reversing,
    textbook,
    writing,
)

RUN = 6
"""Most repeats in a row that the repetition-sensitive reverser counts."""
TOP = {(READING, symbol): symbol for symbol in SYMBOLS}
_PHASE = [Rule("phase", "after", (DELIMITER,)), *keeping("phase", ("after",))]
_BEFORE, _AFTER = {"phase": (EMPTY,)}, {"phase": ("after",)}


def phase_reverser() -> Machine:
    """Pushes whatever comes until `#`, and pops after it, whatever comes.

    In an episode of the task that cannot be told from pushing symbols and popping blanks.
    """
    rules = [Rule("action", PUSH, EVERYTHING, _BEFORE), Rule("action", POP, EVERYTHING, _AFTER)]
    rules += [*_PHASE, *writing((*SYMBOLS, MARK)), Rule("content", MARK, (BLANK,))]
    return reversing("phase reverser", rules, {"phase": ("after",)}, outputs=TOP)


def two_cue_reverser() -> Machine:
    """Pushes symbols before `#`, pops blanks after it, and does nothing at one in the other phase."""
    rules = [
        Rule("action", PUSH, (*SYMBOLS, DELIMITER), _BEFORE),
        Rule("action", NO_OP, (BLANK,), _BEFORE),
        Rule("action", NO_OP, (*SYMBOLS, DELIMITER), _AFTER),
        Rule("action", POP, (BLANK,), _AFTER),
        *_PHASE,
        *writing((*SYMBOLS, MARK)),
    ]
    return reversing("two-cue reverser", rules, {"phase": ("after",)}, outputs=TOP)


def late_popper() -> Machine:
    """Answers at the first blank from the top as it is, and pops from the second blank on."""
    rules = [
        *(rule for rule in textbook() if rule.symbols != (BLANK,)),
        Rule("last", DELIMITER, (DELIMITER,)),
        Rule("action", NO_OP, (BLANK,), {"last": (DELIMITER,)}),
        Rule("action", POP, (BLANK,), {"last": (EMPTY,)}),
    ]
    return reversing("late popper", rules, {"last": (DELIMITER,)}, outputs=TOP)


def first_symbol_reverser() -> Machine:
    """Keeps the first symbol in its hidden state alone, and answers it where the stack is empty."""
    rules = [
        *(rule for rule in textbook() if rule.register != "action" or rule.symbols[0] not in SYMBOLS),
        Rule("action", NO_OP, SYMBOLS, {"kept": (EMPTY,)}),
        Rule("action", PUSH, SYMBOLS, {"kept": SYMBOLS}),
        *(Rule("kept", symbol, (symbol,), {"kept": (EMPTY,)}) for symbol in SYMBOLS),
        *keeping("kept", SYMBOLS),
        *answering(),
        *(Rule("answer", symbol, (BLANK,), {"kept": (symbol,)}, (EMPTY,)) for symbol in SYMBOLS),
    ]
    return reversing("first-symbol reverser", rules, {"kept": SYMBOLS})


def lagging_reverser() -> Machine:
    """Pushes each symbol when the next one comes; the last one it keeps, and answers it without a pop."""
    newest, none = {"newest": SYMBOLS}, {"newest": (EMPTY,)}
    rules = [
        Rule("action", NO_OP, SYMBOLS, none),
        Rule("action", PUSH, SYMBOLS, newest),
        Rule("action", NO_OP, (DELIMITER,)),
        Rule("action", NO_OP, (BLANK,), newest),
        Rule("action", POP, (BLANK,), none),
        *answering(none),
        *keeping("newest", SYMBOLS, (DELIMITER,)),
    ]
    for symbol in SYMBOLS:
        rules.append(Rule("newest", symbol, (symbol,)))
        rules.append(Rule("content", symbol, SYMBOLS, {"newest": (symbol,)}))
        rules.append(Rule("answer", symbol, (BLANK,), {"newest": (symbol,)}))
    return reversing("lagging reverser", rules, {"newest": SYMBOLS})


def repetition_sensitive_reverser() -> Machine:
    """Pushes a symbol only where it differs from the one before, and counts repeats, up to 6 in a row.

    With each symbol it writes how often the one below it came, so that it can give that one as often.
    """
    runs = numbers(RUN)
    contents = {f"{symbol} on {below}": (symbol, below) for symbol in SYMBOLS for below in ("none", *runs)}
    rules = [Rule("action", NO_OP, (DELIMITER,)), *keeping("run", runs, (DELIMITER,))]
    rules += [
        Rule("content", content, (symbol,), {"run": (EMPTY if below == "none" else below,)})
        for content, (symbol, below) in contents.items()
    ]
    for symbol in SYMBOLS:
        others = {"newest": (EMPTY, *(other for other in SYMBOLS if other != symbol))}
        same = {"newest": (symbol,)}
        rules += [Rule("newest", symbol, (symbol,)), Rule("run", "1", (symbol,), others)]
        rules += [Rule("action", PUSH, (symbol,), others), Rule("action", NO_OP, (symbol,), same)]
        for run, longer in zip(runs, (*runs[1:], runs[-1]), strict=True):
            rules.append(Rule("run", longer, (symbol,), {**same, "run": (run,)}))
        on_top = tuple(content for content, (top, _) in contents.items() if top == symbol)
        rules.append(Rule("answer", symbol, (BLANK,), reading=on_top))
    rules.append(Rule("action", POP, (BLANK,), {"run": runs[:1]}))
    rules.append(Rule("action", NO_OP, (BLANK,), {"run": runs[1:]}))
    for shorter, run in pairwise(runs):
        rules.append(Rule("run", shorter, (BLANK,), {"run": (run,)}))
    for run in runs:
        uncovered = tuple(content for content, (_, below) in contents.items() if below == run)
        rules.append(Rule("run", run, (BLANK,), {"run": runs[:1]}, uncovered))
    registers = {"newest": SYMBOLS, "run": runs}
    return reversing("repetition-sensitive reverser", rules, registers, contents=tuple(contents))
