"""Planted networks: weights compiled from a strategy that is spelled out, so that it is known.

Each kind is a machine with registers and a table of rules; each basis is another network of it, with random
codes for everything that its hidden state and its memory hold, and if wanted with noise on every weight.

- `machine`: what a machine is
- `weights`: from a machine to a network of the same classes as trained ones
- `reversers`, `evaluators`: the kinds
- `truths`: which hypotheses are true of each
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from mannscope.planted.evaluators import (
    cumulative,
    left_evaluator,
    pushing_recursive,
    recursive,
    scrambling_evaluator,
    symbol_specific_evaluator,
)
from mannscope.planted.machine import Machine, Rule
from mannscope.planted.reversers import (
    always_push,
    reverser,
    scrambling_reverser,
    symbol_specific_reverser,
    unused_stack,
    walker,
)
from mannscope.planted.trained_truths import TRAINED_TRUTHS
from mannscope.planted.truths import TRUTHS
from mannscope.planted.weights import compile_machine
from mannscope.tables import find
from mannscope.training import Network

PLANTED: Final[Mapping[str, Callable[[], Machine]]] = {
    "reverser": reverser,
    "symbol-specific reverser": symbol_specific_reverser,
    "always-push": always_push,
    "scrambling reverser": scrambling_reverser,
    "unused-stack": unused_stack,
    "walker to the right": walker,
    "walker to the left": partial(walker, "LEFT", "RIGHT"),
    "recursive evaluator": recursive,
    "pushing recursive evaluator": pushing_recursive,
    "cumulative evaluator": cumulative,
    "symbol-specific evaluator": symbol_specific_evaluator,
    "scrambling evaluator": scrambling_evaluator,
    "left evaluator": left_evaluator,
}
"""Kind -> the machine that its networks are compiled from."""


def plant(kind: str, basis: int = 0, noise: float = 0.0) -> Network:
    """Make a network whose strategy is known.

    Args:
        kind: One of `PLANTED`.
        basis: Seed of the codes that its hidden state and its memory are made of.
        noise: Standard deviation of the noise on every weight, as a share of the weight's own size.

    Raises:
        UnknownNameError: if there is no such kind.
        MannscopeError: if the noise is negative.
    """
    return compile_machine(find("planted network", kind, PLANTED)(), basis, noise)


__all__ = ["PLANTED", "TRAINED_TRUTHS", "TRUTHS", "Machine", "Rule", "compile_machine", "plant"]
