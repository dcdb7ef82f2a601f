"""Planted evaluators that are the recursive one with one thing changed."""

from dataclasses import replace

from mannscope.planted.evaluating import CLOSE, END, LARGEST, MODULUS, NO_OP, NOTHING, OPEN, POP, PUSH, VALUES
from mannscope.planted.evaluators import recursive
from mannscope.planted.machine import EMPTY, Machine, Rule

SHALLOW, DEEPEST = 4, 5 * LARGEST


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


def end_pusher(operators: str = "+-*") -> Machine:
    """Is the recursive evaluator that also pushes at "=", where it makes no difference."""
    honest = recursive(operators)
    rules = [rule for rule in honest.rules if not (rule.register == "action" and rule.symbols == (END,))]
    rules.append(Rule("action", PUSH, (END,)))
    return replace(honest, name="end pusher", rules=tuple(rules))


def voting_evaluator(operators: str = "+-*") -> Machine:
    """Is the recursive evaluator with two stacks, treated alike, and goes by the sum of what they read."""
    honest = recursive(operators)
    acts = {
        ("action", action): {"stack 0": action, "stack 1": action} for action in honest.registers["action"]
    }
    return replace(honest, name="voting evaluator", acts=acts, options={"stacks": 2})


def shallow_evaluator(operators: str = "+-*") -> Machine:
    """Acts like the recursive evaluator at any depth, and forgets what waits for a bracket deeper than 4.

    There it pushes that nothing waits.
    """
    honest = recursive(operators)
    depths, rules = _depth()
    reach = {"depth": (EMPTY, *depths[: SHALLOW - 1])}
    for rule in honest.rules:
        holds = rule.register == "held"
        rules.append(replace(rule, when={**rule.when, **reach}) if holds else rule)
    rules.append(Rule("held", NOTHING, (OPEN,), {"depth": depths[SHALLOW - 1 :]}))
    registers = {**honest.registers, "depth": depths}
    return replace(honest, name="shallow evaluator", registers=registers, rules=tuple(rules))


def hybrid_evaluator(operators: str = "+-*") -> Machine:
    """Acts like the recursive evaluator; what waits for a bracket of depth 2 it takes from its hidden state.

    So it needs its stack only where brackets are nested three deep, which two operators cannot do.
    """
    honest = recursive(operators)
    depths, rules = _depth()
    waiting, outermost, second = honest.contents, {"depth": depths[:1]}, {"depth": depths[1:2]}
    for rule in honest.rules:
        if not rule.reading:
            rules.append(rule)
            continue
        rules.append(replace(rule, when={**rule.when, "depth": depths[2:]}))
        rules.append(replace(rule, when={**rule.when, **second, "outer": rule.reading}, reading=()))
    rules += [Rule("state", value, (CLOSE,), {**outermost, "state": (value,)}) for value in VALUES]
    for one in waiting:
        rules.append(Rule("outer", one, (OPEN,), {**outermost, "state": (one,)}))
        rules.append(Rule("outer", one, (OPEN,), {"depth": depths[1:], "outer": (one,)}))
        rules.append(Rule("outer", one, (CLOSE, *VALUES, *operators), {"outer": (one,)}))
    registers = {**honest.registers, "depth": depths, "outer": waiting}
    return replace(honest, name="hybrid evaluator", registers=registers, rules=tuple(rules))


def operator_sensitive_evaluator(operators: str = "+-*") -> Machine:
    """Pops at a digit after "-", and so not at the bracket that closes next; else it is the recursive one.

    What it does at that bracket depends on the symbol two before it.
    """
    honest = recursive(operators)
    waiting = honest.contents
    minus = tuple(one for one in waiting if one.endswith("-"))
    others = tuple(one for one in waiting if one not in minus)
    rules = [
        Rule("action", POP, VALUES, {"state": minus}),
        Rule("action", NO_OP, VALUES, {"state": others}),
        Rule("action", NO_OP, (CLOSE,), {"taken": waiting}),
        Rule("action", POP, (CLOSE,), {"taken": (EMPTY,)}),
        *(Rule("taken", one, VALUES, {"state": minus}, (one,)) for one in waiting),
    ]
    for rule in honest.rules:
        if rule.register == "action" and rule.symbols in (VALUES, (CLOSE,)):
            continue
        if rule.reading:
            rules.append(replace(rule, when={**rule.when, "taken": (EMPTY,)}))
            rules.append(replace(rule, when={**rule.when, "taken": rule.reading}, reading=()))
        else:
            rules.append(rule)
    registers = {**honest.registers, "taken": waiting}
    return replace(honest, name="operator-sensitive evaluator", registers=registers, rules=tuple(rules))


def _depth() -> tuple[tuple[str, ...], list[Rule]]:
    """Count the open brackets."""
    depths = tuple(str(number) for number in range(1, DEEPEST + 1))
    levels = (EMPTY, *depths)
    rules = [Rule("depth", now, (*VALUES, *"+-*"), {"depth": (now,)}) for now in depths]
    for outer, inner in zip(levels, depths, strict=False):
        rules.append(Rule("depth", inner, (OPEN,), {"depth": (outer,)}))
        rules += [Rule("depth", outer, (CLOSE,), {"depth": (inner,)})] if outer else []
    return depths, rules
