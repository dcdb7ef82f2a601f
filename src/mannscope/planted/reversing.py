"""What the machines that reverse a sequence have in common: their alphabet, and parts of their rules."""

from collections.abc import Mapping, Sequence
from typing import Any

from mannscope.planted.machine import EMPTY, Machine, Rule

ALPHABET, LARGEST = 4, 6
ROOM = 5 * LARGEST
"""Symbols for which a hidden state has room that is to suffice at every size that is tested."""
SYMBOLS = tuple(str(number) for number in range(ALPHABET))
DELIMITER, BLANK = "#", "_"
EVERYTHING = (*SYMBOLS, DELIMITER, BLANK)
PUSH, POP, NO_OP = ACTIONS = ("PUSH", "POP", "NO_OP")
MARK = "#"
"""The content that is written at the delimiter, so that the first blank uncovers the last symbol."""
ANSWERS = {("answer", symbol): symbol for symbol in SYMBOLS}

Registers = Mapping[str, tuple[str, ...]]
When = Mapping[str, tuple[str, ...]]


def acting(acts: Mapping[str, str]) -> list[Rule]:
    """Act by the symbol alone."""
    return [Rule("action", action, (symbol,)) for symbol, action in acts.items()]


def textbook(delimiter: str = NO_OP) -> list[Rule]:
    """Push symbols, pop blanks, and write each symbol as itself."""
    acts = dict.fromkeys(SYMBOLS, PUSH) | {DELIMITER: delimiter, BLANK: POP}
    return [*acting(acts), *writing((*SYMBOLS, MARK))]


def writing(contents: Sequence[str]) -> list[Rule]:
    """Write each symbol as itself."""
    return [Rule("content", symbol, (symbol,)) for symbol in contents]


def answering(when: When | None = None) -> list[Rule]:
    """Answer at a blank what was on top before it."""
    return [Rule("answer", symbol, (BLANK,), when or {}, (symbol,)) for symbol in SYMBOLS]


def keeping(register: str, values: Sequence[str], symbols: Sequence[str] = EVERYTHING) -> list[Rule]:
    """Keep what a register holds."""
    return [Rule(register, value, tuple(symbols), {register: (value,)}) for value in values]


def numbers(most: int) -> tuple[str, ...]:
    """Give the values of a counter: the last one stands for all from there on."""
    return tuple(str(number) for number in range(1, most + 1))


def counting(register: str, symbols: Sequence[str], most: int) -> list[Rule]:
    """Count symbols, and keep the number at others."""
    values = (EMPTY, *numbers(most))
    others = [symbol for symbol in EVERYTHING if symbol not in symbols]
    return [
        *(
            Rule(register, after, tuple(symbols), {register: (before,)})
            for before, after in zip(values, (*values[1:], values[-1]), strict=True)
        ),
        *keeping(register, values[1:], others),
    ]


def remembering(room: int) -> tuple[dict[str, tuple[str, ...]], list[Rule]]:
    """Keep the last symbols in registers, the next one to be given back in `register 0`."""
    names = [f"register {place}" for place in range(room)]
    rules = [Rule("register 0", symbol, (symbol,)) for symbol in SYMBOLS]
    for name, above, below in zip(names, [None, *names], [*names[1:], None], strict=False):
        rules += keeping(name, SYMBOLS, (DELIMITER,))
        for symbol in SYMBOLS:
            rules += [Rule(name, symbol, SYMBOLS, {above: (symbol,)})] if above else []
            rules += [Rule(name, symbol, (BLANK,), {below: (symbol,)})] if below else []
    return dict.fromkeys(names, SYMBOLS), rules


def reversing(
    name: str,
    rules: Sequence[Rule],
    registers: Registers | None = None,
    *,
    outputs: Mapping[tuple[str, str], str] = ANSWERS,
    contents: tuple[str, ...] = (*SYMBOLS, MARK),
    acts: Mapping[str, Mapping[str, Any]] | None = None,
    stacks: int = 1,
    alphabet: int = ALPHABET,
) -> Machine:
    """Make a machine with one or more stacks.

    Args:
        name: Name of the kind.
        rules: They set the registers `action`, `content`, `answer` where it is put out, and others.
        registers: The others.
        outputs: What is put out.
        contents: What can lie on a stack; `content` has the same values.
        acts: Value of `action` -> stack -> action; by default, each action is done to every stack.
        stacks: Number of stacks.
        alphabet: Number of symbols.
    """
    names = [f"stack {number}" for number in range(stacks)]
    done = acts or {action: dict.fromkeys(names, action) for action in ACTIONS}
    answers = {"answer": SYMBOLS} if outputs is ANSWERS else {}
    return Machine(
        name,
        {"name": "reversal", "alphabet": alphabet},
        "stack",
        {"action": tuple(done), "content": contents, **answers, **(registers or {})},
        tuple(rules),
        contents=contents,
        acts={("action", value): by_stack for value, by_stack in done.items()},
        writes={("content", content): content for content in contents},
        outputs=outputs,
        largest=LARGEST,
        options={"stacks": stacks} if stacks > 1 else {},
    )
