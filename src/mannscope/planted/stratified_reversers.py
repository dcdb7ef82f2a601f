"""Planted networks that reverse, or do as if, on memories whose vectors have strengths."""

from dataclasses import replace
from typing import Final

from mannscope.machines import REPLACE
from mannscope.planted.machine import Machine
from mannscope.planted.reversers import reverser
from mannscope.planted.reversing import BLANK, DELIMITER, NO_OP, POP, PUSH, SYMBOLS, acting, writing

STACK: Final = "stratification_stack"


def stratified_reverser() -> Machine:
    """Is the reverser, on a stratification stack."""
    return replace(reverser(), name="stratified reverser", memory=STACK)


def replacing_reverser() -> Machine:
    """Replaces the top by each symbol, so that the last one alone is left: its stack is a register."""
    honest = stratified_reverser()
    acts = dict.fromkeys(SYMBOLS, REPLACE) | {DELIMITER: PUSH, BLANK: POP}
    actions = (REPLACE, PUSH, POP, NO_OP)
    return replace(
        honest,
        name="replacing reverser",
        registers={**honest.registers, "action": actions},
        rules=(*acting(acts), *writing(honest.contents)),
        acts={("action", action): {"stack 0": action} for action in actions},
    )
