"""Reads an expression that a person typed, in plain Python: its values and variables, or what is wrong."""

from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from mannscope.arrays import PADDING
from mannscope.errors import MannscopeError
from mannscope.tasks.expression_writing import Grammar

OPEN, CLOSE, END = "(", ")", "="


class Reading(NamedTuple):
    """The structural variables after one symbol, as in `Expressions.variables`; -1 where undefined."""

    depth: int
    partial_value: int
    pending_operator: int
    waiting: int
    sign: int


class _Due(Enum):
    """What must come next, as an error puts it."""

    OPERAND = "an operand, that is a digit or an opening bracket, must come next"
    OPERATOR = "an operator must come next, since every bracket holds one operation"
    CLOSE = "a closing bracket must come next, since every bracket holds one operation"
    END = "the expression must end after a lone digit or its outermost bracket"
    NOTHING = "nothing must come after '='"


class _Bracket(NamedTuple):
    """An open bracket: the sign before it, and its left value and operator once they have been read."""

    sign: int
    left: int = PADDING
    operator: int = PADDING


OUTSIDE = _Bracket(0)


def tokenise(text: str, grammar: Grammar) -> tuple[str, ...]:
    """Cut a typed expression into symbols, ignoring spaces, and end it with "=" if there is none.

    Raises:
        MannscopeError: if a symbol is not of the alphabet, or nothing was typed.
    """
    symbols = tuple("".join(text.split()))
    for position, symbol in enumerate(symbols, start=1):
        if symbol not in grammar.symbols:
            raise MannscopeError(
                f"each symbol must be one of {' '.join(grammar.symbols)}",
                f"{symbol!r} at position {position} of {''.join(symbols)!r}",
                "Type digits, operators and brackets of this alphabet only.",
            )
    if symbols in ((), (END,)):
        raise MannscopeError("an expression must have a digit", repr(text), "Type one such as '(3+4)'.")
    return symbols if END in symbols else (*symbols, END)


@lru_cache(maxsize=4096)
def read(symbols: tuple[str, ...], grammar: Grammar) -> tuple[Reading, ...]:
    """Follow an expression symbol by symbol, up to and including its "=".

    Raises:
        MannscopeError: if it is not well formed; positions count symbols from 1.
    """
    brackets: list[_Bracket] = []
    value, sign = PADDING, 0
    readings = []
    for position, symbol in enumerate(symbols):
        _check(symbols, position, _due(symbols, position, brackets, value), len(brackets), grammar)
        around = brackets[-1] if brackets else OUTSIDE
        if symbol == OPEN:
            brackets.append(_Bracket(sign))
        elif symbol == CLOSE:
            closed = brackets.pop()
            value = combine(closed.left, grammar.operators[closed.operator], value) % grammar.modulus
            sign = closed.sign
        elif symbol in grammar.operators:
            operator = grammar.operators.index(symbol)
            brackets[-1] = brackets[-1]._replace(left=value, operator=operator)
            value, sign = PADDING, 1 - sign if symbol == "-" else sign
        elif symbol != END:
            value = int(symbol)
        inside = brackets[-1] if brackets else OUTSIDE
        waiting = PADDING
        if symbol != END and symbol not in grammar.operators:
            waiting = _waiting(around if symbol == OPEN else inside, grammar)
        readings.append(Reading(len(brackets), value, inside.operator, waiting, sign))
    if symbols[-1:] != (END,):
        raise MannscopeError("an expression must end with '='", repr("".join(symbols)), "Append '='.")
    return tuple(readings)


def _waiting(bracket: _Bracket, grammar: Grammar) -> int:
    """Give the value of the variable `waiting` for an operand of this bracket."""
    return 0 if bracket.operator == PADDING else 1 + bracket.left + grammar.modulus * bracket.operator


def _due(symbols: tuple[str, ...], position: int, brackets: list[_Bracket], value: int) -> _Due:
    if position and symbols[position - 1] == END:
        return _Due.NOTHING
    if value == PADDING:
        return _Due.OPERAND
    if not brackets:
        return _Due.END
    return _Due.OPERATOR if brackets[-1].operator == PADDING else _Due.CLOSE


def _check(symbols: tuple[str, ...], position: int, due: _Due, depth: int, grammar: Grammar) -> None:
    symbol = symbols[position]
    if not _fits(symbol, due, grammar):
        name = "the end" if symbol == END else repr(symbol)
        raise MannscopeError(
            _requirement(symbols, position, due, depth, grammar),
            f"{name} at position {position + 1} of {''.join(symbols)!r}, at bracket depth {depth}",
            "Bracket every operation, and nothing else, as in '((3+4)*2)'.",
        )


def _fits(symbol: str, due: _Due, grammar: Grammar) -> bool:
    if due is _Due.OPERAND:
        return symbol == OPEN or symbol.isdigit()
    if due is _Due.OPERATOR:
        return symbol in grammar.operators
    return (due is _Due.CLOSE and symbol == CLOSE) or (due is _Due.END and symbol == END)


def _requirement(symbols: tuple[str, ...], position: int, due: _Due, depth: int, grammar: Grammar) -> str:
    symbol = symbols[position]
    if (symbol == CLOSE and depth == 0) or (symbol == END and depth > 0):
        return "brackets must be balanced"
    if symbol in grammar.operators and due in (_Due.CLOSE, _Due.END):
        return "every operation must stand in brackets of its own"
    if symbol.isdigit() and symbols[position - 1].isdigit():
        return "a number must be a single digit"
    return due.value


def combine(left: int, operator: str, right: int) -> int:
    """Apply an operator, without the modulus."""
    return {"+": left + right, "-": left - right, "*": left * right}[operator]
