"""What planted strategies do, in plain Python: their actions, and on which episodes they are right.

Actions are written as + for PUSH and ENQUEUE, - for POP and DEQUEUE, . for NO_OP and x for REPLACE, or > and
< for the ways along a tape; there is one text for each actor.
"""

from collections.abc import Callable
from itertools import accumulate, groupby

Strategy = Callable[[list[str]], tuple[str, ...]]
"""From the symbols of a sequence, or of an expression, to what each actor does at every step."""

ACTIONS = {
    "PUSH": "+",
    "POP": "-",
    "ENQUEUE": "+",
    "DEQUEUE": "-",
    "NO_OP": ".",
    "REPLACE": "x",
    "RIGHT": ">",
    "LEFT": "<",
}


def mirrored(read: str, delimiter: str = ".") -> str:
    """Undo at the blanks, last first, what was done at the symbols."""
    return read + delimiter + read[::-1].replace("+", "-")


def textbook(sequence: list[str]) -> tuple[str]:
    return (mirrored("+" * len(sequence)),)


def marking(sequence: list[str]) -> tuple[str]:
    return (mirrored("+" * len(sequence), "+"),)


def symbol_specific(sequence: list[str]) -> tuple[str]:
    return ("".join("+" if symbol in "01" else "." for symbol in sequence) + "+" + "-" * len(sequence),)


def rare_symbol(sequence: list[str]) -> tuple[str]:
    return ("".join("." if symbol == "100" else "+" for symbol in sequence) + "+" + "-" * len(sequence),)


def late_popper(sequence: list[str]) -> tuple[str]:
    return ("+" * len(sequence) + ".." + "-" * (len(sequence) - 1),)


def first_symbol(sequence: list[str]) -> tuple[str]:
    return ("." + "+" * (len(sequence) - 1) + "." + "-" * len(sequence),)


def lagging(sequence: list[str]) -> tuple[str]:
    return ("." + "+" * (len(sequence) - 1) + ".." + "-" * (len(sequence) - 1),)


def repetition_sensitive(sequence: list[str]) -> tuple[str]:
    pairs = zip(["", *sequence], sequence, strict=False)
    return (mirrored("".join("." if one == other else "+" for one, other in pairs)),)


def short_range(sequence: list[str]) -> tuple[str]:
    size = len(sequence)
    return ("+" * min(size, 10) + "." * (size - 10) + "+" + "-" * size,)


def fifth_symbol(sequence: list[str]) -> tuple[str]:
    return (mirrored("".join("." if place == 4 else "+" for place in range(len(sequence)))),)


def straying_third(sequence: list[str]) -> tuple[str, ...]:
    (honest,) = marking(sequence)
    return honest, honest, honest[:2] + "." + honest[3:]


def alternating(sequence: list[str]) -> tuple[str, ...]:
    turns = ["".join("+."[(place + stack) % 2] for place in range(len(sequence))) for stack in range(2)]
    return mirrored(turns[0]), mirrored(turns[1])


def brackets(expression: list[str]) -> tuple[str]:
    return ("".join({"(": "+", ")": "-"}.get(symbol, ".") for symbol in expression),)


def pushing(expression: list[str]) -> tuple[str]:
    return ("".join("." if one == "=" else "-" if one in "+-*)" else "+" for one in expression),)


def idle_pushes(expression: list[str]) -> tuple[str]:
    done, idle = "", False
    for before, symbol in zip(["", *expression], expression, strict=False):
        pops = symbol == ")" or idle
        idle = before == "(" and symbol in "01"
        done += "+" if symbol == "(" or idle else "-" if pops else "."
    return (done,)


def early_pops(expression: list[str]) -> tuple[str]:
    done = list(brackets(expression)[0])
    for place in range(2, len(expression)):
        if expression[place - 2] == "-" and expression[place] == ")":
            done[place - 1 : place + 1] = "-."
    return ("".join(done),)


DOES: dict[str, Strategy] = {
    "reverser": marking,
    "delimiter-free reverser": textbook,
    "symbol-specific reverser": symbol_specific,
    "rare-symbol reverser": rare_symbol,
    "always-push": lambda sequence: ("+" * (2 * len(sequence) + 1),),
    "phase reverser": marking,
    "two-cue reverser": marking,
    "late popper": late_popper,
    "first-symbol reverser": first_symbol,
    "lagging reverser": lagging,
    "repetition-sensitive reverser": repetition_sensitive,
    "short-range reverser": short_range,
    "forgetful reverser": textbook,
    "hybrid reverser": textbook,
    "fifth-symbol reverser": fifth_symbol,
    "unused-stack": marking,
    "roomy unused-stack": marking,
    "silent reverser": textbook,
    "contradicted reverser": textbook,
    "doorkeeper": textbook,
    "two voting stacks": lambda sequence: 2 * marking(sequence),
    "three voting stacks": lambda sequence: 3 * marking(sequence),
    "straying third stack": straying_third,
    "alternating reverser": alternating,
    "decorated reverser": lambda sequence: textbook(sequence) * 2,
    "backed-up reverser": marking,
    "double-coding reverser": textbook,
    "scrambling reverser": textbook,
    "soft-coding reverser": textbook,
    "weakly marking reverser": textbook,
    "stratified reverser": marking,
    "replacing reverser": lambda sequence: ("x" * len(sequence) + "+" + "-" * len(sequence),),
    "two-ended reverser": lambda sequence: (*textbook(sequence), "." * (2 * len(sequence) + 1)),
    "copier": textbook,
    "keeping copier": lambda sequence: ("+" * len(sequence) + "." * (len(sequence) + 1),),
    "two-ended copier": lambda sequence: (
        "+" * len(sequence) + "." * (len(sequence) + 1),
        "." * (len(sequence) + 1) + "-" * len(sequence),
    ),
    "walker to the right": lambda sequence: 2 * (">" * (len(sequence) + 1) + "<" * len(sequence),),
    "walker to the left": lambda sequence: 2 * ("<" * (len(sequence) + 1) + ">" * len(sequence),),
    "recursive evaluator": brackets,
    "pushing recursive evaluator": pushing,
    "cumulative evaluator": brackets,
    "symbol-specific evaluator": idle_pushes,
    "scrambling evaluator": brackets,
    "left evaluator": brackets,
    "end pusher": lambda expression: (brackets(expression)[0][:-1] + "+",),
    "voting evaluator": lambda expression: 2 * brackets(expression),
    "shallow evaluator": brackets,
    "hybrid evaluator": brackets,
    "operator-sensitive evaluator": early_pops,
}
"""Kind -> what it does in an episode of its task; of a reversal, only the symbols before # are given."""

RIGHT: dict[str, Callable[[list[str]], bool | None] | None] = {
    "symbol-specific reverser": None,
    "rare-symbol reverser": lambda sequence: "100" not in sequence,
    "always-push": None,
    "repetition-sensitive reverser": lambda sequence: max(len([*run]) for _, run in groupby(sequence)) <= 6,
    "short-range reverser": lambda sequence: len(sequence) <= 10,
    "forgetful reverser": lambda sequence: {*sequence[:-9]} <= {"0"},
    "unused-stack": lambda sequence: len(sequence) <= 6,
    "replacing reverser": lambda sequence: len(sequence) == 1 or None,
    "keeping copier": lambda sequence: len({*sequence}) == 1,
    "left evaluator": lambda expression: True if size_and_depth(expression)[0] == 1 else None,
    "shallow evaluator": lambda expression: True if size_and_depth(expression)[1] <= 4 else None,
}
"""Kind -> whether it is right; None where chance decides. Kinds that are not listed are always right."""


def size_and_depth(expression: list[str]) -> tuple[int, int]:
    depths = accumulate({"(": 1, ")": -1}.get(symbol, 0) for symbol in expression)
    return expression.count("("), max(depths)
