"""Controls: where no hypothesis about a memory can be true, so that a verdict that holds there is wrong."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

import jax.numpy as jnp
import numpy as np

from mannscope.anatomy import Action, Actor
from mannscope.arrays import START
from mannscope.hypotheses.experiment import Experiment
from mannscope.hypotheses.hypothesis import Hypothesis
from mannscope.hypotheses.policy import FREE, Policy
from mannscope.hypotheses.verdict import Verdict, judge
from mannscope.models import AbstractIntervention
from mannscope.training.subject import Inputs, Subject

Log = Callable[[str], None]

CONTROLS = {
    "untrained": "on its untrained control",
    "elsewhere": "with answers from elsewhere",
    "shuffled": "with shuffled categories",
}
"""Control -> what a log says of it."""


class Elsewhere:
    """A network that acts on its memory as another one does, and whose answers do not come from there.

    It answers what that network answers when nothing is edited. So it does the task as well, and its actions
    are the same; what is written, forced or taken away changes nothing that it says. A test of strategies
    must tell the two apart.
    """

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.name = f"{subject.name} (answers from elsewhere)"

    def __getattr__(self, name: str) -> Any:
        """Be like the network in everything else."""
        return getattr(self.subject, name)

    def logits(
        self, inputs: Inputs, interventions: tuple[AbstractIntervention, ...] = (), **options: Any
    ) -> np.ndarray:
        """Give the outputs without the edits."""
        nothing = tuple(_without_effect(one) for one in interventions)
        return self.subject.logits(inputs, nothing, **options)


def _without_effect(edit: Any) -> Any:
    """Keep an edit's form, so that nothing is compiled anew, and let it do nothing."""
    if hasattr(edit, "actions"):
        return replace(edit, actions=jnp.full_like(edit.actions, FREE))
    if getattr(edit, "where", None) is not None:
        return replace(edit, where=jnp.zeros_like(edit.where))
    return edit


def shuffle(hypothesis: Hypothesis, seed: int) -> Hypothesis:
    """Deal the symbols out again to categories of the same sizes, so that some actions are contradicted.

    A deal that only swaps symbols of one and the same action would state the same policy again. Contexts are
    dealt out alike, and states turn at the symbol that is dealt to the place of theirs.
    """
    symbols = sorted({symbol for block in hypothesis.categories.values() for symbol in block})
    random = np.random.default_rng(seed)
    dealt = hypothesis
    for _ in range(1000):
        other = dict(zip(symbols, map(str, random.permutation(symbols)), strict=True))
        dealt = replace(
            hypothesis,
            name=f"{hypothesis.name} (shuffled)",
            categories=_dealt(hypothesis.categories, other),
            after=_dealt(hypothesis.after, other),
            tops=_dealt(hypothesis.tops, other),
            states={
                state: {other.get(symbol, symbol): after for symbol, after in turns.items()}
                for state, turns in hypothesis.states.items()
            },
        )
        if _contradict(hypothesis, dealt, symbols):
            break
    return dealt


def _dealt(named: Mapping[str, Sequence[str]], other: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(other.get(symbol, symbol) for symbol in block) for name, block in named.items()}


def _contradict(one: Hypothesis, other: Hypothesis, symbols: Sequence[str]) -> bool:
    """Whether there is a symbol for which two policies name different actions."""
    given = (*one.after.values(), *one.tops.values())
    symbols = sorted({*symbols, *(symbol for of in given for symbol in of)} - {START})
    actions = sorted({action for rules in one.policy.values() for action in rules.values()})
    acting = [Actor(name, tuple(map(Action, actions))) for name in one.policy]
    mine, theirs = (Policy(claim, symbols, acting).table for claim in (one, other))
    if one.states != other.states:
        return True
    return bool(((mine != theirs) & (mine != FREE) & (theirs != FREE)).any())


def on_controls(own: Experiment, claims: Sequence[Hypothesis], say: Log) -> dict[str, tuple[Verdict, ...]]:
    """Judge claims on every control; in a quick look on shuffled categories alone."""
    network, episodes, seed = own.network, own.episodes, own.seed
    subjects = {"shuffled": own}
    if not own.quick:
        if "untrained" not in network.refusals:
            subjects["untrained"] = Experiment(network.untrained_control(), episodes, seed)
        subjects["elsewhere"] = Experiment(cast(Subject, Elsewhere(network)), episodes, seed)
    verdicts: dict[str, list[Verdict]] = {name: [] for name in CONTROLS}
    for name, experiment in subjects.items():
        for claim in claims:
            say(f"{claim.name}: {CONTROLS[name]}")
            shown = shuffle(claim, seed) if name == "shuffled" else claim
            verdicts[name].append(judge(experiment, shown, bare=True, until_failed=own.quick))
    return {name: tuple(of) for name, of in verdicts.items()}


def on_others(
    others: Mapping[str, Experiment], claims: Sequence[Hypothesis], say: Log
) -> dict[str, tuple[Verdict, ...]]:
    """Judge claims on other trained networks."""
    verdicts: dict[str, list[Verdict]] = {name: [] for name in others}
    for name, experiment in others.items():
        for claim in claims:
            say(f"{claim.name}: on {name}")
            shown = _on_its_task(experiment.network, claim)
            verdicts[name].append(judge(experiment, shown, bare=True, until_failed=experiment.quick))
    return {name: tuple(of) for name, of in verdicts.items()}


def _on_its_task(subject: Subject, claim: Hypothesis) -> Hypothesis:
    """Leave out what a claim says of algorithms and variables that another task does not have."""
    algorithms, task = subject.task.oracles(), subject.task
    known = {*task.variables, "input"}
    return replace(
        claim,
        carries=tuple(name for name in claim.carries if name in algorithms),
        contents=tuple(one for one in claim.contents if one.variable in known),
        algorithm=claim.algorithm if claim.algorithm in algorithms else "",
    )
