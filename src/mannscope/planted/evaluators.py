"""Planted networks that evaluate expressions, each with a stack of its own use."""

from mannscope.planted.evaluating import (
    CLOSE,
    END,
    MODULUS,
    NO_OP,
    NOTHING,
    OPEN,
    POP,
    PUSH,
    SIGNS,
    VALUES,
    acting,
    by_result,
    closing,
    evaluating,
    holding,
    operands,
    waiting_for,
)
from mannscope.planted.machine import EMPTY, Machine, Rule


def recursive(operators: str = "+-*") -> Machine:
    """Evaluates each bracket by itself; brackets push and pop what waits, operands stay off the stack."""
    waiting = waiting_for(operators)
    rules = [*acting(operators, digit=NO_OP, operator=NO_OP), *holding(OPEN, waiting)]
    rules.append(Rule("state", NOTHING, (OPEN,)))
    rules += operands(waiting)
    rules += [
        Rule("state", value + sign, (sign,), {"state": (value,)}) for value in VALUES for sign in operators
    ]
    rules += closing(waiting)
    return evaluating("recursive evaluator", operators, (*VALUES, *waiting), waiting, rules)


def pushing_recursive(operators: str = "+-*") -> Machine:
    """Evaluates each bracket by itself; what waits is pushed at operands, and popped at operators and ")"."""
    waiting = waiting_for(operators)
    rules = [*acting(operators, digit=PUSH, operator=POP)]
    for symbol in (OPEN, *VALUES):
        rules += holding(symbol, waiting)
    rules.append(Rule("state", NOTHING, (OPEN,)))
    rules += [Rule("state", value, (value,)) for value in VALUES]
    for value in VALUES:
        for result, found in by_result(waiting, value).items():
            rules += [
                Rule("state", result + sign, (sign,), {"state": (value,)}, tuple(found)) for sign in operators
            ]
    rules += closing(waiting)
    return evaluating("pushing recursive evaluator", operators, (*VALUES, *waiting), waiting, rules)


def cumulative() -> Machine:
    """Adds every digit to one total, with the sign that the operators before it make; the stack keeps signs.

    Source: Hupkes, Veldhoen and Zuidema (2018), the cumulative strategy. https://arxiv.org/abs/1711.10203
    """
    operators = "+-"
    states = tuple(value + sign for value in VALUES for sign in SIGNS)
    start = {"state": (EMPTY, *(value + "+" for value in VALUES))}
    rules = [*acting(operators, digit=NO_OP, operator=NO_OP)]
    rules.append(Rule("held", "+", (OPEN,), start))
    rules.append(Rule("held", "-", (OPEN,), {"state": tuple(value + "-" for value in VALUES)}))
    rules.append(Rule("state", "0+", (OPEN,), {"state": (EMPTY,)}))
    rules += [Rule("state", state, (OPEN, "+", END), {"state": (state,)}) for state in states]
    for state in states:
        total, sign = int(state[0]), state[1]
        for digit in VALUES:
            added = (total + int(digit) * (1 if sign == "+" else -1)) % MODULUS
            rules.append(Rule("state", f"{added}{sign}", (digit,), {"state": (state,)}))
    for value in VALUES:
        held = {"state": tuple(value + sign for sign in SIGNS)}
        for sign, other in zip(SIGNS, reversed(SIGNS), strict=True):
            rules.append(Rule("state", value + sign, (CLOSE,), held, (sign,)))
            rules.append(Rule("state", value + other, ("-",), {"state": (value + sign,)}))
        rules.append(Rule("answer", value, (END,), held))
    return evaluating("cumulative evaluator", operators, states, SIGNS, rules, supervise_brackets=False)


def symbol_specific_evaluator(operators: str = "+-*") -> Machine:
    """Evaluates as the recursive evaluator does, with an idle push at some digits, taken back after.

    It pushes at 0 and 1 where they are a left operand, which an operator always follows: what it does depends
    on the digit and on the place, not on the category.
    """
    waiting = waiting_for(operators)
    idle = {value: f"{value} pushed" for value in VALUES[:2]}
    rules = [
        Rule("action", PUSH, (OPEN,)),
        Rule("action", POP, (CLOSE,)),
        Rule("action", NO_OP, (END, *VALUES[2:])),
        Rule("action", PUSH, tuple(idle), {"state": (NOTHING,)}),
        Rule("action", NO_OP, tuple(idle), {"state": waiting[1:]}),
        Rule("action", POP, tuple(operators), {"state": tuple(idle.values())}),
        Rule("action", NO_OP, tuple(operators), {"state": VALUES}),
        *holding(OPEN, waiting),
        *(Rule("held", NOTHING, (digit,), {"state": (NOTHING,)}) for digit in idle),
        Rule("state", NOTHING, (OPEN,)),
        *(Rule("state", idle.get(digit, digit), (digit,), {"state": (NOTHING,)}) for digit in VALUES),
        *operands(waiting[1:]),
        *(
            Rule(
                "state", value + sign, (sign,), {"state": (value, *([idle[value]] if value in idle else []))}
            )
            for value in VALUES
            for sign in operators
        ),
        *closing(waiting),
    ]
    states = (*VALUES, *idle.values(), *waiting)
    return evaluating("symbol-specific evaluator", operators, states, waiting, rules)
