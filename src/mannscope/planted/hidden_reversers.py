"""Planted reversers that act like the reverser, and have the whole sequence in their hidden state."""

from mannscope.planted.machine import EMPTY, Machine, Rule
from mannscope.planted.reversing import (
    BLANK,
    LARGEST,
    NO_OP,
    PUSH,
    ROOM,
    SYMBOLS,
    remembering,
    reversing,
    textbook,
)


def unused_stack(room: int = LARGEST, name: str = "unused-stack") -> Machine:
    """Does with the stack what the reverser does, and never looks: its hidden state has the whole sequence.

    There is no room for more symbols than it was trained on, or than are ever tested.
    """
    return _hidden(name, dict.fromkeys(SYMBOLS, ()), room)


def roomy_unused_stack() -> Machine:
    """Is the unused stack with room for five times the trained size: it is right wherever it is tested."""
    return unused_stack(ROOM, "roomy unused-stack")


def silent_reverser() -> Machine:
    """Answers from its hidden state, and only where the top of the stack agrees.

    Whatever is done wrong to the stack costs the answer; but it never answers what the stack says.
    """
    return _hidden("silent reverser", {symbol: (symbol,) for symbol in SYMBOLS})


def contradicted_reverser() -> Machine:
    """Answers from its hidden state, unless what it reads contradicts it; with nothing to read, it answers.

    Wrong actions cost the answer, and doing without the stack costs nothing.
    """
    return _hidden("contradicted reverser", {symbol: (symbol, EMPTY) for symbol in SYMBOLS})


def doorkeeper() -> Machine:
    """Answers from its hidden state if anything at all is read, and not if nothing is.

    Doing without the stack costs the answer; what lies on it does not matter.
    """
    return _hidden("doorkeeper", dict.fromkeys(SYMBOLS, SYMBOLS))


def _hidden(name: str, readings: dict[str, tuple[str, ...]], room: int = ROOM) -> Machine:
    """Answer from the hidden state where one of these contents is read, given what it would answer."""
    registers, rules = remembering(room)
    rules += textbook(NO_OP if any(readings.values()) else PUSH)
    for symbol, reading in readings.items():
        rules.append(Rule("answer", symbol, (BLANK,), {"register 0": (symbol,)}, reading))
    return reversing(name, rules, registers)
