"""What a mined policy leaves open: what is done to an empty stack, and what is put in where it takes out."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from mannscope.anatomy import Actor
from mannscope.errors import MannscopeError
from mannscope.hypotheses.evidence import AGREEMENT
from mannscope.hypotheses.experiment import Experiment
from mannscope.hypotheses.hypothesis import Hypothesis
from mannscope.hypotheses.observational import compared
from mannscope.hypotheses.policy import Policy
from mannscope.machines import MACHINES, StackMachine

MOST = 64
"""Symbols at most of which each can be on top."""


def with_open_parts(experiment: Experiment, found: Hypothesis) -> Hypothesis:
    """Give a policy as it was found, or with parts left open where the network's actions vary there.

    A queue that dequeues at every blank, and now and then enqueues something that nobody will reach, is not
    told by one action. Neither is a stack that pops at every blank and pushes once nothing is left. The first
    claim that agrees at every category is taken; where none does, the policy stays as it was found.

    Args:
        experiment: The network, with the episodes that the policy was read off.
        found: The policy.
    """
    for claim in (found, *_opened(experiment, found)):
        if _agrees(experiment, claim):
            return claim
    return found


def _opened(experiment: Experiment, found: Hypothesis) -> Iterator[Hypothesis]:
    claims = [found]
    for counts in _counts(experiment.actors):
        claims.append(replace(found, alike=counts))
    for claim in claims:
        if claim.alike:
            yield claim
        while_any = _while_anything_is_there(experiment, claim)
        if while_any is not None:
            yield while_any


def _counts(actors: tuple[Actor, ...]) -> Iterator[dict[str, dict[str, str]]]:
    """Let what takes out and puts in at once count as taking out, or as putting in."""
    for what in ("takes", "puts"):
        counts: dict[str, dict[str, str]] = {}
        for actor in actors:
            for machine in MACHINES.values():
                both, labels = machine.writing & machine.taking, {*actor.labels}
                if both & labels and labels <= {*machine.actions[0]}:
                    kept = ((machine.taking if what == "takes" else machine.writing) - both) & labels
                    counts |= {actor.name: dict.fromkeys(both, min(kept))} if kept else {}
        if counts:
            yield counts


def _while_anything_is_there(experiment: Experiment, claim: Hypothesis) -> Hypothesis | None:
    """Claim what takes out only where the stack holds anything; None where there is no such thing."""
    actors = {actor.name: actor for actor in experiment.actors}
    first, symbols = next(iter(claim.policy), ""), experiment.symbols
    stack = first in actors and set(actors[first].labels) <= {*StackMachine.actions[0]}
    if not stack or len(symbols) > MOST:
        return None
    counts = claim.alike.get(first, {})
    taking = [
        category
        for category, action in claim.policy[first].items()
        if counts.get(action, action) in StackMachine.taking - StackMachine.writing
    ]
    return replace(claim, tops=dict.fromkeys(taking, tuple(symbols))) if taking else None


def _agrees(experiment: Experiment, claim: Hypothesis) -> bool:
    """Whether actions are the policy's at every category, at the sizes trained on."""
    band = experiment.near
    here = band.size <= experiment.network.trained_size
    try:
        policy = Policy(claim, experiment.symbols, experiment.actors)
    except MannscopeError:
        return False
    right, claimed = compared(band, policy)
    for category in claim.categories:
        steps = (claimed & policy.positions(band.situations, (category,)))[here]
        if steps.any() and float(np.mean(right[here][steps])) < AGREEMENT:
            return False
    return True
