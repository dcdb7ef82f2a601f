"""The two textbook algorithms for expressions, and what each keeps on an ideal stack."""

from mannscope.tasks.expression_reading import CLOSE, OPEN, read
from mannscope.tasks.expression_writing import Grammar
from mannscope.tasks.task import OracleStep

NOTHING_PENDING = "·"
SIGNS = ("+", "-")


def recursive(symbols: tuple[str, ...], grammar: Grammar) -> tuple[OracleStep, ...]:
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
    readings = read(symbols, grammar)
    waiting = NOTHING_PENDING
    steps: list[OracleStep] = []
    stack: list[str] = []
    for place, symbol in enumerate(symbols):
        if symbol == OPEN:
            stack.append(waiting)
            waiting = NOTHING_PENDING
        elif symbol == CLOSE:
            stack.pop()
        elif symbol in grammar.operators:
            waiting = f"{readings[place - 1].partial_value}{symbol}"
        steps.append(OracleStep(_action(symbol), tuple(stack)))
    return tuple(steps)


def cumulative(symbols: tuple[str, ...], grammar: Grammar) -> tuple[OracleStep, ...]:
    """Add every digit to one running total at once, with the sign that the brackets around it give.

    The state holds the total and the current sign. "(" pushes the sign, ")" pops it back, "-" flips it, and
    a digit is added with it. It is right only where the operators are + and -.

        symbol   (   9   -   (   2   -   4   )   )   =
        sign     +   +   -   -   -   +   +   -   +   +
        total    0   9   9   9   7   7  11  11  11  11
        top      +   +   +   -   -   -   -   +

    Source: Hupkes, Veldhoen and Zuidema (2018), the cumulative strategy. https://arxiv.org/abs/1711.10203

    Raises:
        MannscopeError: if the expression is not well formed.
    """
    steps: list[OracleStep] = []
    stack: list[str] = []
    for symbol, reading in zip(symbols, read(symbols, grammar), strict=True):
        if symbol == OPEN:
            stack.append(SIGNS[reading.sign])
        elif symbol == CLOSE:
            stack.pop()
        steps.append(OracleStep(_action(symbol), tuple(stack)))
    return tuple(steps)


def _action(symbol: str) -> str:
    return {OPEN: "PUSH", CLOSE: "POP"}.get(symbol, "NO_OP")
