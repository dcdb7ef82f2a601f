"""What the machines that evaluate expressions have in common: their alphabet, and parts of their rules."""

from collections.abc import Iterable, Mapping

from mannscope.planted.machine import EMPTY, Machine, Rule

MODULUS, LARGEST = 5, 4
OPEN, CLOSE, END = "(", ")", "="
STACK = "stack 0"
PUSH, POP, NO_OP = "PUSH", "POP", "NO_OP"
NOTHING = "·"
"""Where no value and operator wait for the next operand."""
VALUES = tuple(str(value) for value in range(MODULUS))
SIGNS = ("+", "-")


def waiting_for(operators: str) -> tuple[str, ...]:
    """List what can wait for its right operand: nothing, or a value and an operator."""
    return (NOTHING, *(value + sign for value in VALUES for sign in operators))


def apply(waiting: str, value: str) -> str:
    """Give the value of what waits with its right operand."""
    if waiting == NOTHING:
        return value
    left, right = int(waiting[0]), int(value)
    results = {"+": left + right, "-": left - right, "*": left * right}
    return str(results[waiting[1]] % MODULUS)


def by_result(waiting: Iterable[str], value: str) -> Mapping[str, list[str]]:
    """Gather what can wait by the result that it has with a value."""
    found: dict[str, list[str]] = {}
    for one in waiting:
        found.setdefault(apply(one, value), []).append(one)
    return found


def acting(operators: str, *, digit: str, operator: str) -> list[Rule]:
    """Push and pop at brackets; at "=" nothing is done."""
    return [
        Rule("action", PUSH, (OPEN,)),
        Rule("action", POP, (CLOSE,)),
        Rule("action", digit, VALUES),
        Rule("action", operator, tuple(operators)),
        Rule("action", NO_OP, (END,)),
    ]


def holding(symbol: str, waiting: tuple[str, ...]) -> list[Rule]:
    """Write what waits, also at the first step, where nothing does."""
    values = {one: (one, EMPTY) if one == NOTHING else (one,) for one in waiting}
    return [Rule("held", one, (symbol,), {"state": states}) for one, states in values.items()]


def operands(waiting: tuple[str, ...]) -> list[Rule]:
    """Let a digit meet what waits in the state."""
    return [
        Rule("state", result, (digit,), {"state": tuple(found)})
        for digit in VALUES
        for result, found in by_result(waiting, digit).items()
    ]


def closing(waiting: tuple[str, ...]) -> list[Rule]:
    """Let a bracket's value meet what waited for it on the stack, and put the value out."""
    rules = [Rule("answer", value, (CLOSE, END), {"state": (value,)}) for value in VALUES]
    rules += [
        Rule("state", result, (CLOSE,), {"state": (value,)}, tuple(found))
        for value in VALUES
        for result, found in by_result(waiting, value).items()
    ]
    return rules


def evaluating(
    name: str,
    operators: str,
    states: tuple[str, ...],
    contents: tuple[str, ...],
    rules: list[Rule],
    *,
    supervise_brackets: bool = True,
) -> Machine:
    """Make a machine with one stack: `state` is what it works on, `held` is what it pushes."""
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
