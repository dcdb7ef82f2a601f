"""Networks whose strategy is known, compiled from machines: those of the package, and two that it lacks.

All of them are about reversal over the symbols `0 1 2 3 # _`.
"""

from collections.abc import Iterator
from dataclasses import replace

from mannscope.planted import PLANTED, Machine, Rule, compile_machine, hidden_reversers
from mannscope.planted.machine import EMPTY, READING
from mannscope.training import Network

SYMBOLS = ("0", "1", "2", "3", "#", "_")
ALPHABET, BLANK = 4, 5
LARGEST = 4


def reverser() -> Network:
    """Pushes symbols, pops at blanks, and puts out the top: the textbook strategy."""
    return _named("reverser", PLANTED["reverser"]())


def babbler() -> Network:
    """Treats the stack as the reverser does, and puts out the next symbol of the alphabet instead."""
    digits = SYMBOLS[:ALPHABET]
    outputs = {(READING, digit): digits[(place + 1) % ALPHABET] for place, digit in enumerate(digits)}
    return _named("babbler", replace(PLANTED["reverser"](), outputs=outputs))


def symbol_specific() -> Network:
    """Pushes the symbols 0 and 1 only: it monitors single symbols, not the category."""
    return _named("symbol-specific", PLANTED["symbol-specific reverser"]())


def alternating() -> Network:
    """Pushes at every other step only: what it does at a symbol depends on more than the symbol."""
    honest, turns = PLANTED["reverser"](), ("even", "odd")
    registers = {**honest.registers, "turn": turns}
    rules = (
        Rule("turn", "odd", SYMBOLS, {"turn": (EMPTY, "even")}),
        Rule("turn", "even", SYMBOLS, {"turn": ("odd",)}),
        *_at_every_other_step(honest),
    )
    return _named("alternating", replace(honest, registers=registers, rules=rules))


def _at_every_other_step(honest: Machine) -> Iterator[Rule]:
    """Let the machine push only where the step before was not the first, the third, and so on."""
    for rule in honest.rules:
        if rule.value == "PUSH":
            yield replace(rule, when={"turn": (EMPTY, "even")})
            yield replace(rule, value="NO_OP", when={"turn": ("odd",)})
        else:
            yield rule


def unused_stack() -> Network:
    """Treats the stack as the reverser does, and never looks: its hidden state has the answer.

    There is no room for more than 4 symbols.
    """
    return _named("unused-stack", hidden_reversers.unused_stack(LARGEST))


def _named(name: str, machine: Machine) -> Network:
    return replace(compile_machine(replace(machine, largest=LARGEST)), name=name)
