"""Planted networks on a differentiable neural computer that give a sequence back along its links."""

from typing import Final

from mannscope.planted.machine import EMPTY, READING, Machine, Rule
from mannscope.planted.reversing import (
    ALPHABET,
    BLANK,
    DELIMITER,
    EVERYTHING,
    LARGEST,
    MARK,
    SYMBOLS,
    keeping,
    writing,
)

_FIRST: Final = {symbol: f"first {symbol}" for symbol in SYMBOLS}
_CONTENTS: Final = (*SYMBOLS, *_FIRST.values(), MARK)


def linked_reverser() -> Machine:
    """Gives each symbol a slot of its own, and goes back over the links from a mark behind the last one.

    Each slot is free again once the head leaves it.
    """
    return _linked("linked reverser", "reversal", "BACKWARD", "BACKWARD")


def linked_copier() -> Machine:
    """Is the linked reverser but for the mode of its read head: it goes on, from the slot of the first."""
    return _linked("linked copier", "copy", "CONTENT", "FORWARD")


def _linked(name: str, task: str, first_mode: str, mode: str) -> Machine:
    """Write what is read, the first symbol as the first, and look for that at every blank.

    Args:
        name: Name of the kind.
        task: Name of the task.
        first_mode: Mode of the read head at the first blank.
        mode: Mode at the other blanks.
    """
    rules = [
        Rule("action", "write", (*SYMBOLS, DELIMITER)),
        Rule("action", "start", (BLANK,), {"action": ("write",)}),
        Rule("action", "go", (BLANK,), {"action": ("start", "go")}),
        *writing((MARK,)),
        *(Rule("content", _FIRST[symbol], (symbol,), {"first": (EMPTY,)}) for symbol in SYMBOLS),
        *(Rule("content", symbol, (symbol,), {"first": SYMBOLS}) for symbol in SYMBOLS),
        *(Rule("first", symbol, (symbol,), {"first": (EMPTY,)}) for symbol in SYMBOLS),
        *keeping("first", SYMBOLS, EVERYTHING),
        *(Rule("sought", _FIRST[symbol], (BLANK,), {"first": (symbol,)}) for symbol in SYMBOLS),
        Rule("sought", MARK, (DELIMITER,)),
    ]
    answering = {"write head": "KEEP", "free gate 0": "FREE"}
    outputs = {(READING, symbol): symbol for symbol in SYMBOLS}
    return Machine(
        name,
        {"name": task, "alphabet": ALPHABET},
        "dnc",
        {
            "action": ("write", "start", "go"),
            "content": _CONTENTS,
            "first": SYMBOLS,
            "sought": (*_FIRST.values(), MARK),
        },
        tuple(rules),
        contents=_CONTENTS,
        acts={
            ("action", "write"): {"write head": "ALLOCATE", "read head 0": "CONTENT"},
            ("action", "start"): {**answering, "read head 0": first_mode},
            ("action", "go"): {**answering, "read head 0": mode},
        },
        writes={("content", content): content for content in _CONTENTS},
        seeks={("sought", content): content for content in (*_FIRST.values(), MARK)},
        outputs=outputs | {(READING, content): symbol for symbol, content in _FIRST.items()},
        largest=LARGEST,
    )
