"""Planted networks: weights compiled from a strategy that is spelled out, so that it is known.

Each kind is a machine with registers and a table of rules; each basis is another network of it, with random
codes for everything that its hidden state and its memory hold, and if wanted with noise on every weight.

- `machine`: what a machine is
- `weights`: from a machine to a network of the same classes as trained ones
- `reversers`, `cued_reversers`, `sized_reversers`, `hidden_reversers`, `redundant_reversers`,
  `coded_reversers`, `stratified_reversers`: the kinds that reverse; `reversing` is what they have in common
- `copiers`: the kinds that copy
- `evaluators`, `varied_evaluators`: the kinds that evaluate; `evaluating` is what they have in common
- `truths`: which hypotheses are true of each
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from mannscope.planted.coded_reversers import (
    scrambling_reverser,
    soft_coding_reverser,
    weakly_marking_reverser,
)
from mannscope.planted.copiers import copier, keeping_copier, two_ended_copier, two_ended_reverser
from mannscope.planted.cued_reversers import (
    first_symbol_reverser,
    lagging_reverser,
    late_popper,
    phase_reverser,
    repetition_sensitive_reverser,
    two_cue_reverser,
)
from mannscope.planted.doubled_reversers import (
    backed_up_reverser,
    decorated_reverser,
    double_coding_reverser,
)
from mannscope.planted.evaluators import (
    cumulative,
    pushing_recursive,
    recursive,
    symbol_specific_evaluator,
)
from mannscope.planted.hidden_reversers import (
    contradicted_reverser,
    doorkeeper,
    roomy_unused_stack,
    silent_reverser,
    unused_stack,
)
from mannscope.planted.machine import Machine, Rule
from mannscope.planted.redundant_reversers import (
    alternating_reverser,
    straying_third_stack,
    voting_stacks,
)
from mannscope.planted.reversers import (
    always_push,
    delimiter_free_reverser,
    rare_symbol_reverser,
    reverser,
    symbol_specific_reverser,
    walker,
)
from mannscope.planted.sized_reversers import (
    fifth_symbol_reverser,
    forgetful_reverser,
    hybrid_reverser,
    short_range_reverser,
)
from mannscope.planted.statements import STATED
from mannscope.planted.stratified_reversers import replacing_reverser, stratified_reverser
from mannscope.planted.trained_truths import TRAINED_TRUTHS
from mannscope.planted.truths import TRUTHS
from mannscope.planted.varied_evaluators import (
    end_pusher,
    hybrid_evaluator,
    left_evaluator,
    operator_sensitive_evaluator,
    scrambling_evaluator,
    shallow_evaluator,
    voting_evaluator,
)
from mannscope.planted.weights import compile_machine
from mannscope.tables import find
from mannscope.training import Network

PLANTED: Final[Mapping[str, Callable[[], Machine]]] = {
    "reverser": reverser,
    "delimiter-free reverser": delimiter_free_reverser,
    "symbol-specific reverser": symbol_specific_reverser,
    "rare-symbol reverser": rare_symbol_reverser,
    "always-push": always_push,
    "phase reverser": phase_reverser,
    "two-cue reverser": two_cue_reverser,
    "late popper": late_popper,
    "first-symbol reverser": first_symbol_reverser,
    "lagging reverser": lagging_reverser,
    "repetition-sensitive reverser": repetition_sensitive_reverser,
    "short-range reverser": short_range_reverser,
    "forgetful reverser": forgetful_reverser,
    "hybrid reverser": hybrid_reverser,
    "fifth-symbol reverser": fifth_symbol_reverser,
    "unused-stack": unused_stack,
    "roomy unused-stack": roomy_unused_stack,
    "silent reverser": silent_reverser,
    "contradicted reverser": contradicted_reverser,
    "doorkeeper": doorkeeper,
    "two voting stacks": voting_stacks,
    "three voting stacks": partial(voting_stacks, 3),
    "straying third stack": straying_third_stack,
    "alternating reverser": alternating_reverser,
    "decorated reverser": decorated_reverser,
    "backed-up reverser": backed_up_reverser,
    "double-coding reverser": double_coding_reverser,
    "scrambling reverser": scrambling_reverser,
    "soft-coding reverser": soft_coding_reverser,
    "weakly marking reverser": weakly_marking_reverser,
    "stratified reverser": stratified_reverser,
    "replacing reverser": replacing_reverser,
    "two-ended reverser": two_ended_reverser,
    "copier": copier,
    "keeping copier": keeping_copier,
    "two-ended copier": two_ended_copier,
    "walker to the right": walker,
    "walker to the left": partial(walker, "LEFT", "RIGHT"),
    "recursive evaluator": recursive,
    "pushing recursive evaluator": pushing_recursive,
    "cumulative evaluator": cumulative,
    "symbol-specific evaluator": symbol_specific_evaluator,
    "scrambling evaluator": scrambling_evaluator,
    "left evaluator": left_evaluator,
    "end pusher": end_pusher,
    "voting evaluator": voting_evaluator,
    "shallow evaluator": shallow_evaluator,
    "hybrid evaluator": hybrid_evaluator,
    "operator-sensitive evaluator": operator_sensitive_evaluator,
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


__all__ = ["PLANTED", "STATED", "TRAINED_TRUTHS", "TRUTHS", "Machine", "Rule", "compile_machine", "plant"]
