"""Planted networks that evaluate expressions, or do as if."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from mannscope.planted.machine import EMPTY, Machine, Rule

MODULUS, LARGEST = 5, 4
OPEN, CLOSE, END = "(", ")", "="
STACK = "stack 0"
PUSH, POP, NO_OP = "PUSH", "POP", "NO_OP"
NOTHING = "·"
"""Where no value and operator wait for the next operand."""
VALUES = tuple(str(value) for value in range(MODULUS))
SIGNS = ("+", "-")


def recursive(operators: str = "+-*") -> Machine:
    """Evaluates each bracket by itself; brackets push and pop what waits, operands stay off the stack."""
    waiting = _waiting(operators)
    rules = [*_acting(operators, digit=NO_OP, operator=NO_OP), *_holding(OPEN, waiting)]
    rules.append(Rule("state", NOTHING, (OPEN,)))
    rules += _operands(waiting)
    rules += [
        Rule("state", value + sign, (sign,), {"state": (value,)}) for value in VALUES for sign in operators
    ]
    rules += _closing(waiting)
    return _machine("recursive evaluator", operators, (*VALUES, *waiting), waiting, rules)


def pushing_recursive(operators: str = "+-*") -> Machine:
    """Evaluates each bracket by itself; what waits is pushed at operands, and popped at operators and ")"."""
    waiting = _waiting(operators)
    rules = [*_acting(operators, digit=PUSH, operator=POP)]
    for symbol in (OPEN, *VALUES):
        rules += _holding(symbol, waiting)
    rules.append(Rule("state", NOTHING, (OPEN,)))
    rules += [Rule("state", value, (value,)) for value in VALUES]
    for value in VALUES:
        for result, found in _by_result(waiting, value).items():
            rules += [
                Rule("state", result + sign, (sign,), {"state": (value,)}, tuple(found)) for sign in operators
            ]
    rules += _closing(waiting)
    return _machine("pushing recursive evaluator", operators, (*VALUES, *waiting), waiting, rules)


def cumulative() -> Machine:
    """Adds every digit to one total, with the sign that the operators before it make; the stack keeps signs.

    Source: Hupkes, Veldhoen and Zuidema (2018), the cumulative strategy. https://arxiv.org/abs/1711.10203
    """
    operators = "+-"
    states = tuple(value + sign for value in VALUES for sign in SIGNS)
    start = {"state": (EMPTY, *(value + "+" for value in VALUES))}
    rules = [*_acting(operators, digit=NO_OP, operator=NO_OP)]
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
    return _machine("cumulative evaluator", operators, states, SIGNS, rules, supervise_brackets=False)


def symbol_specific_evaluator(operators: str = "+-*") -> Machine:
    """Evaluates as the recursive evaluator does, with an idle push at some digits, taken back after.

    It pushes at 0 and 1 where they are a left operand, which an operator always follows: what it does depends
    on the digit and on the place, not on the category.
    """
    waiting = _waiting(operators)
    idle = {value: f"{value} pushed" for value in VALUES[:2]}
    rules = [
        Rule("action", PUSH, (OPEN,)),
        Rule("action", POP, (CLOSE,)),
        Rule("action", NO_OP, (END, *VALUES[2:])),
        Rule("action", PUSH, tuple(idle), {"state": (NOTHING,)}),
        Rule("action", NO_OP, tuple(idle), {"state": waiting[1:]}),
        Rule("action", POP, tuple(operators), {"state": tuple(idle.values())}),
        Rule("action", NO_OP, tuple(operators), {"state": VALUES}),
        *_holding(OPEN, waiting),
        *(Rule("held", NOTHING, (digit,), {"state": (NOTHING,)}) for digit in idle),
        Rule("state", NOTHING, (OPEN,)),
        *(Rule("state", idle.get(digit, digit), (digit,), {"state": (NOTHING,)}) for digit in VALUES),
        *_operands(waiting[1:]),
        *(
            Rule(
                "state", value + sign, (sign,), {"state": (value, *([idle[value]] if value in idle else []))}
            )
            for value in VALUES
            for sign in operators
        ),
        *_closing(waiting),
    ]
    states = (*VALUES, *idle.values(), *waiting)
    return _machine("symbol-specific evaluator", operators, states, waiting, rules)


def scrambling_evaluator(operators: str = "+-*") -> Machine:
    """Does what the recursive evaluator does, and pushes at every second depth under other names.

    There a value v is written as v + 1. The hidden state knows whether the depth is even, and undoes it; what
    is on the stack does not alone say which value it stands for.
    """
    honest = recursive(operators)
    names = {
        one: one if one == NOTHING else f"{(int(one[0]) + 1) % MODULUS}{one[1]}" for one in honest.contents
    }
    turns, after = ("even", "odd"), {"even": "odd", "odd": "even"}
    rules = [Rule("turn", "odd", (OPEN,), {"turn": (EMPTY,)})]
    rules += [Rule("turn", after[turn], (OPEN, CLOSE), {"turn": (turn,)}) for turn in turns]
    rules += [Rule("turn", turn, (*VALUES, *operators, END), {"turn": (turn,)}) for turn in turns]
    for rule in honest.rules:
        if rule.register == "held":
            rules.append(replace(rule, when={**rule.when, "turn": (EMPTY, "even")}))
            rules.append(replace(rule, value=names[rule.value], when={**rule.when, "turn": ("odd",)}))
        elif rule.reading:
            renamed = tuple(names[one] for one in rule.reading)
            rules.append(replace(rule, when={**rule.when, "turn": ("odd",)}))
            rules.append(replace(rule, when={**rule.when, "turn": ("even",)}, reading=renamed))
        else:
            rules.append(rule)
    registers = {**honest.registers, "turn": turns}
    return replace(honest, name="scrambling evaluator", registers=registers, rules=tuple(rules))


def left_evaluator(operators: str = "+-*") -> Machine:
    """Treats the stack as the recursive evaluator does, and never looks.

    It is right where every right operand is a digit.
    """
    honest = recursive(operators)
    rules = [rule for rule in honest.rules if not (rule.register == "state" and rule.symbols == (CLOSE,))]
    rules += [Rule("state", value, (CLOSE,), {"state": (value,)}) for value in VALUES]
    return replace(honest, name="left evaluator", rules=tuple(rules))


def _waiting(operators: str) -> tuple[str, ...]:
    return (NOTHING, *(value + sign for value in VALUES for sign in operators))


def apply(waiting: str, value: str) -> str:
    """Give the value of what waits with its right operand."""
    if waiting == NOTHING:
        return value
    left, right = int(waiting[0]), int(value)
    results = {"+": left + right, "-": left - right, "*": left * right}
    return str(results[waiting[1]] % MODULUS)


def _by_result(waiting: Iterable[str], value: str) -> Mapping[str, list[str]]:
    """Gather what can wait by the result that it has with a value."""
    found: dict[str, list[str]] = {}
    for one in waiting:
        found.setdefault(apply(one, value), []).append(one)
    return found


def _acting(operators: str, *, digit: str, operator: str) -> list[Rule]:
    return [
        Rule("action", PUSH, (OPEN,)),
        Rule("action", POP, (CLOSE,)),
        Rule("action", digit, VALUES),
        Rule("action", operator, tuple(operators)),
        Rule("action", NO_OP, (END,)),
    ]


def _holding(symbol: str, waiting: tuple[str, ...]) -> list[Rule]:
    """Write what waits, also at the first step, where nothing does."""
    values = {one: (one, EMPTY) if one == NOTHING else (one,) for one in waiting}
    return [Rule("held", one, (symbol,), {"state": states}) for one, states in values.items()]


def _operands(waiting: tuple[str, ...]) -> list[Rule]:
    """Let a digit meet what waits in the state."""
    return [
        Rule("state", result, (digit,), {"state": tuple(found)})
        for digit in VALUES
        for result, found in _by_result(waiting, digit).items()
    ]


def _closing(waiting: tuple[str, ...]) -> list[Rule]:
    """Let a bracket's value meet what waited for it on the stack, and put the value out."""
    rules = [Rule("answer", value, (CLOSE, END), {"state": (value,)}) for value in VALUES]
    rules += [
        Rule("state", result, (CLOSE,), {"state": (value,)}, tuple(found))
        for value in VALUES
        for result, found in _by_result(waiting, value).items()
    ]
    return rules


def _machine(
    name: str,
    operators: str,
    states: tuple[str, ...],
    contents: tuple[str, ...],
    rules: list[Rule],
    *,
    supervise_brackets: bool = True,
) -> Machine:
    return Machine(
        name,
        {
            "name": "expressions",
            "operators": operators,
            "modulus": MODULUS,
            "supervise_brackets": supervise_brackets,
        },
        "stack",
        {"action": (PUSH, POP, NO_OP), "state": states, "held": contents, "answer": VALUES},
        tuple(rules),
        contents=contents,
        acts={("action", action): {STACK: action} for action in (PUSH, POP, NO_OP)},
        writes={("held", content): content for content in contents},
        outputs={("answer", value): value for value in VALUES},
        largest=LARGEST,
    )
