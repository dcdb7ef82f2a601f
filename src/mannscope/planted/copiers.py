"""Planted networks that copy a sequence, or do as if, and two that have two ends to choose from."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from mannscope.planted.machine import Machine
from mannscope.planted.reversing import (
    ALPHABET,
    ANSWERS,
    BLANK,
    DELIMITER,
    EVERYTHING,
    LARGEST,
    NO_OP,
    POP,
    PUSH,
    SYMBOLS,
    acting,
    answering,
    writing,
)

ENQUEUE, DEQUEUE = "ENQUEUE", "DEQUEUE"
_PUT, _TAKE = "put", "take"
_TEXTBOOK: Final = {**dict.fromkeys(SYMBOLS, _PUT), DELIMITER: NO_OP, BLANK: _TAKE}

Ways = Mapping[str, Mapping[str, str]]
"""What is to be done -> actor -> its action."""


def copier() -> Machine:
    """Enqueues symbols, dequeues at blanks, and answers what was in front: the textbook strategy."""
    return _machine("copier", "copy", "stratification_queue", _TEXTBOOK, _on_a_queue())


def keeping_copier() -> Machine:
    """Enqueues symbols and dequeues nothing, so that it answers the first symbol again and again."""
    acts = {**_TEXTBOOK, BLANK: NO_OP}
    return _machine("keeping copier", "copy", "stratification_queue", acts, _on_a_queue())


def two_ended_copier() -> Machine:
    """Pushes symbols at the top of a deque, and pops at its bottom."""
    ways = {_PUT: {"top": PUSH}, _TAKE: {"bottom": POP}, NO_OP: {}}
    return _machine("two-ended copier", "copy", "deque", _TEXTBOOK, ways, part=1)


def two_ended_reverser() -> Machine:
    """Uses the top of a deque alone, as a stack."""
    ways = {_PUT: {"top": PUSH}, _TAKE: {"top": POP}, NO_OP: {}}
    return _machine("two-ended reverser", "reversal", "deque", _TEXTBOOK, ways, part=0)


def _on_a_queue() -> Ways:
    return {_PUT: {"queue": ENQUEUE}, _TAKE: {"queue": DEQUEUE}, NO_OP: {"queue": NO_OP}}


def _machine(
    name: str, task: str, memory: str, acts: Mapping[str, str], ways: Ways, part: int = 0
) -> Machine:
    """Act by the symbol alone, and answer at a blank what was read of one part in the step before."""
    answers = [replace(rule, part=part) for rule in answering()]
    return Machine(
        name,
        {"name": task, "alphabet": ALPHABET},
        memory,
        {"action": tuple(ways), "content": SYMBOLS, "answer": SYMBOLS},
        (*acting({symbol: acts[symbol] for symbol in EVERYTHING}), *writing(SYMBOLS), *answers),
        contents=SYMBOLS,
        acts={("action", way): dict(by_actor) for way, by_actor in ways.items()},
        writes={("content", symbol): symbol for symbol in SYMBOLS},
        outputs=ANSWERS,
        largest=LARGEST,
    )
