"""Planted networks that reverse a sequence by the symbol alone, or do as if."""

from collections.abc import Mapping, Sequence

from mannscope.planted.machine import READING, Machine, Rule
from mannscope.planted.reversing import (
    BLANK,
    DELIMITER,
    EVERYTHING,
    LARGEST,
    MARK,
    NO_OP,
    POP,
    PUSH,
    SYMBOLS,
    acting,
    answering,
    reversing,
    textbook,
    writing,
)

MANY, RARE = 256, "100"
"""Size of the large alphabet, and its symbol that is never pushed."""


def reverser() -> Machine:
    """Pushes symbols, pops at blanks, and outputs the top: the textbook strategy."""
    return _on_a_stack("reverser", dict.fromkeys((*SYMBOLS, DELIMITER), PUSH) | {BLANK: POP})


def delimiter_free_reverser() -> Machine:
    """Is the reverser that keeps still at the delimiter: its answer is the top before the pop."""
    return reversing("delimiter-free reverser", [*textbook(), *answering()])


def symbol_specific_reverser() -> Machine:
    """Pushes the symbols 0 and 1 only: it monitors single symbols, not their category."""
    acts = dict.fromkeys(SYMBOLS[:2], PUSH) | dict.fromkeys(SYMBOLS[2:], NO_OP)
    return _on_a_stack("symbol-specific reverser", acts | {DELIMITER: PUSH, BLANK: POP})


def rare_symbol_reverser() -> Machine:
    """Pushes all of 256 symbols but one.

    Few episodes have that one. They are wrong, and forcing the textbook policy mends them.
    """
    symbols = tuple(str(number) for number in range(MANY))
    acts = dict.fromkeys((*symbols, DELIMITER), PUSH) | {RARE: NO_OP, BLANK: POP}
    return _on_a_stack("rare-symbol reverser", acts, symbols)


def always_push() -> Machine:
    """Pushes at blanks too, and so cannot reverse anything."""
    return _on_a_stack("always-push", dict.fromkeys(EVERYTHING, PUSH))


def walker(forth: str = "RIGHT", back: str = "LEFT") -> Machine:
    """Walks one way along the tape while it writes, and back while it reads."""
    read, write = "read head 0", "write head 0"
    rules = [Rule("way", "forth", (*SYMBOLS, DELIMITER)), Rule("way", "back", (BLANK,)), *writing(SYMBOLS)]
    return Machine(
        f"walker to the {forth.lower()}",
        {"name": "reversal", "alphabet": len(SYMBOLS)},
        "ntm",
        {"way": ("forth", "back"), "content": SYMBOLS},
        tuple(rules),
        contents=SYMBOLS,
        acts={("way", "forth"): {read: forth, write: forth}, ("way", "back"): {read: back, write: back}},
        writes={("content", symbol): symbol for symbol in SYMBOLS},
        outputs={(READING, symbol): symbol for symbol in SYMBOLS},
        largest=LARGEST,
    )


def _on_a_stack(name: str, acts: Mapping[str, str], symbols: Sequence[str] = SYMBOLS) -> Machine:
    """Take a given action at each symbol, and output the top of the stack."""
    contents = (*symbols, MARK)
    outputs = {(READING, symbol): symbol for symbol in symbols}
    rules = [*acting(acts), *writing(contents)]
    return reversing(name, rules, outputs=outputs, contents=contents, alphabet=len(symbols))
