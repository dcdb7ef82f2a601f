"""The textbook algorithms for expressions: what each keeps on an ideal stack, and what it outputs."""

from collections.abc import Callable, Mapping

from mannscope.tasks.expression_reading import CLOSE, END, OPEN, combine, read
from mannscope.tasks.expression_writing import Grammar
from mannscope.tasks.task import FREE, NOTHING, Algorithm, OracleStep

SIGNS = ("+", "-")

Replaced = Mapping[int, str]


def recursive(
    symbols: tuple[str, ...], grammar: Grammar, replaced: Replaced | None = None
) -> tuple[OracleStep, ...]:
    """Evaluate each bracket by itself, keeping what waits for its value on the stack.

    The state holds the left value and the operator read so far in the innermost bracket, and the last value
    completed. "(" pushes that left value and operator, as in `7*`, and starts afresh (`·` where nothing was
    waiting); ")" computes the bracket's value, then pops, so that the value becomes the right operand, or
    the left one. Digits and operators change the state alone.

        symbol   (   (   3   +   4   )   *   (   2   -   9   )   )   =
        top      ·   ·   ·   ·   ·   ·   ·   7*  7*  7*  7*  ·

    Source: Hupkes, Veldhoen and Zuidema (2018), the recursive strategy. https://arxiv.org/abs/1711.10203

    Raises:
        MannscopeError: if the expression is not well formed.
    """
    read(symbols, grammar)
    waiting, value = NOTHING, ""
    steps: list[OracleStep] = []
    stack: list[str] = []
    for place, symbol in enumerate(symbols):
        if symbol == OPEN:
            stack.append((replaced or {}).get(place, waiting))
            waiting = NOTHING
        elif symbol == CLOSE:
            value, waiting = _apply(waiting, value, grammar), stack.pop()
        elif symbol in grammar.operators:
            waiting = f"{value}{symbol}"
        elif symbol != END:
            value = symbol
        written = stack[-1] if symbol == OPEN else ""
        output = _completed(symbol, grammar, value)
        steps.append(OracleStep((_action(symbol),), tuple(stack), output, written))
    return tuple(steps)


def pushing(
    symbols: tuple[str, ...], grammar: Grammar, replaced: Replaced | None = None
) -> tuple[OracleStep, ...]:
    """Push what waits at every operand, and pop it when the operand is complete.

    "(" and digits push the left value and operator that wait for them (`·` where nothing does); an operator
    or ")" pops what waits for the value before it, and applies it. A bracket's own entry is popped by what
    comes after the bracket, so that the outermost one stays.

        symbol   (   (   3   +   4   )   *   (   2   -   9   )   )   =
        top      ·   ·   ·   ·   3+  ·   ·   7*  ·   7*  2-  7*  ·   ·

    Raises:
        MannscopeError: if the expression is not well formed.
    """
    read(symbols, grammar)
    waiting, value = NOTHING, ""
    steps: list[OracleStep] = []
    stack: list[str] = []
    for place, symbol in enumerate(symbols):
        if symbol == END:
            action = FREE
        elif symbol == CLOSE or symbol in grammar.operators:
            action, value = "POP", _apply(stack.pop(), value, grammar)
            waiting = f"{value}{symbol}" if symbol in grammar.operators else waiting
        else:
            action = "PUSH"
            stack.append((replaced or {}).get(place, waiting))
            waiting, value = NOTHING, symbol
        written = stack[-1] if action == "PUSH" else ""
        steps.append(OracleStep((action,), tuple(stack), _completed(symbol, grammar, value), written))
    return tuple(steps)


def cumulative(
    symbols: tuple[str, ...], grammar: Grammar, replaced: Replaced | None = None
) -> tuple[OracleStep, ...]:
    """Add every digit to one running total at once, with the sign that the brackets around it give.

    The state holds the total and the current sign. "(" pushes the sign, ")" pops it back, "-" flips it, and
    a digit is added with it. It is right only where the operators are + and -, and outputs nothing before
    the end.

        symbol   (   9   -   (   2   -   4   )   )   =
        sign     +   +   -   -   -   +   +   -   +   +
        total    0   9   9   9   7   7  11  11  11  11
        top      +   +   +   -   -   -   -   +

    Source: Hupkes, Veldhoen and Zuidema (2018), the cumulative strategy. https://arxiv.org/abs/1711.10203

    Raises:
        MannscopeError: if the expression is not well formed.
    """
    read(symbols, grammar)
    total, sign = 0, SIGNS[0]
    steps: list[OracleStep] = []
    stack: list[str] = []
    for place, symbol in enumerate(symbols):
        if symbol == OPEN:
            stack.append((replaced or {}).get(place, sign))
        elif symbol == CLOSE:
            sign = stack.pop()
        elif symbol == "-":
            sign = SIGNS[1 - SIGNS.index(sign)]
        elif symbol not in (*SIGNS, END):
            total += int(symbol) if sign == SIGNS[0] else -int(symbol)
        output = str(total % grammar.modulus) if symbol == END else ""
        written = stack[-1] if symbol == OPEN else ""
        steps.append(OracleStep((_action(symbol),), tuple(stack), output, written))
    return tuple(steps)


_QUIET = (
    "brackets push and pop, operands stay off",
    "At ( what is pending is pushed, at ) it is popped; the hidden state keeps digits and operators.",
)
_BUSY = (
    "brackets and digits push, operators pop",
    "A digit is put on top of the stack, and the operator after it takes it off again.",
)
_WAITING = {"keeps": "what waits", "variable": "waiting"}

Run = Callable[[tuple[str, ...], Grammar, Replaced | None], tuple[OracleStep, ...]]

ALGORITHMS: Mapping[str, tuple[Algorithm, Run]] = {
    "recursive": (Algorithm("stack", *_QUIET, **_WAITING), recursive),
    "pushing": (Algorithm("stack", *_BUSY, **_WAITING), pushing),
    "cumulative": (Algorithm("stack", *_QUIET, keeps="signs", variable="sign"), cumulative),
}
"""The algorithms by name, each with the function that runs it."""


def _apply(waiting: str, value: str, grammar: Grammar) -> str:
    if waiting == NOTHING:
        return value
    return str(combine(int(waiting[:-1]), waiting[-1], int(value)) % grammar.modulus)


def _action(symbol: str) -> str:
    return {OPEN: "PUSH", CLOSE: "POP", END: FREE}.get(symbol, "NO_OP")


def _completed(symbol: str, grammar: Grammar, value: str) -> str:
    return "" if symbol == OPEN or symbol in grammar.operators else value
