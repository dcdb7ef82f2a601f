"""Planted reversers with several stacks, which vote or take turns."""

from mannscope.planted.machine import EMPTY, READING, Machine, Rule
from mannscope.planted.reversing import (
    ACTIONS,
    BLANK,
    DELIMITER,
    NO_OP,
    POP,
    PUSH,
    SYMBOLS,
    counting,
    keeping,
    numbers,
    reversing,
    textbook,
    writing,
)

VOTES = {(READING, symbol): symbol for symbol in SYMBOLS}
WORDS = {2: "two", 3: "three"}
STRAY, PLACE = "stray", 3


def voting_stacks(stacks: int = 2) -> Machine:
    """Does what the reverser does to every one of its stacks, and answers what most of them read."""
    return reversing(f"{WORDS[stacks]} voting stacks", textbook(PUSH), outputs=VOTES, stacks=stacks)


def straying_third_stack() -> Machine:
    """Has three stacks that vote, the third of which does nothing at the third symbol.

    Below that symbol it is one too high, and the two others outvote it: no answer ever shows it.
    """
    names = [f"stack {number}" for number in range(3)]
    counts = numbers(PLACE)
    acts = {action: dict.fromkeys(names, action) for action in ACTIONS}
    acts[STRAY] = {**acts[PUSH], names[-1]: NO_OP}
    now = {"count": counts[PLACE - 2 : PLACE - 1]}
    rules = [
        *textbook(PUSH),
        *counting("count", SYMBOLS, PLACE),
        Rule("action", STRAY, SYMBOLS, now, weight=4),
    ]
    return reversing("straying third stack", rules, {"count": counts}, outputs=VOTES, acts=acts, stacks=3)


def alternating_reverser() -> Machine:
    """Pushes symbols on two stacks in turn, and pops them in turn; the other one is left as it is."""
    names: tuple[str, ...] = ("stack 0", "stack 1")
    acts: dict[str, dict[str, str]] = {NO_OP: dict.fromkeys(names, NO_OP)}
    for place, name in enumerate(names):
        acts |= {f"{action} {place}": {**acts[NO_OP], name: action} for action in (PUSH, POP)}
    turn = "turn"
    rules = [
        Rule("action", NO_OP, (DELIMITER,)),
        *writing(SYMBOLS),
        *keeping(turn, names, (DELIMITER,)),
        Rule(turn, names[0], (*SYMBOLS, BLANK), {turn: (EMPTY, names[1])}),
        Rule(turn, names[1], (*SYMBOLS, BLANK), {turn: names[:1]}),
        Rule("action", f"{PUSH} 0", SYMBOLS, {turn: (EMPTY, names[1])}),
        Rule("action", f"{PUSH} 1", SYMBOLS, {turn: names[:1]}),
    ]
    for place, name in enumerate(names):
        held = {turn: (name,)}
        rules.append(Rule("action", f"{POP} {place}", (BLANK,), held))
        rules += [Rule("answer", symbol, (BLANK,), held, (symbol,), part=place) for symbol in SYMBOLS]
    return reversing("alternating reverser", rules, {turn: names}, acts=acts, stacks=2)
