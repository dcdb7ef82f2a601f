"""Interventional evidence: what the policy costs, what a wrong action costs, and what the memory is worth."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from jaxtyping import Bool

from mannscope.analyses import bootstrap_difference_by_episode
from mannscope.hypotheses.evidence import DISCRETISATION, NECESSITY, RELIANCE, SUFFICIENCY, Evidence
from mannscope.hypotheses.experiment import Experiment
from mannscope.hypotheses.hypothesis import FREE, Hypothesis, Table, prescribe
from mannscope.interventions import ABLATIONS, Ablation


def sufficiency(experiment: Experiment, hypothesis: Hypothesis, table: Table) -> Evidence:
    """Force the policy's actions, and see whether the network still gives its answers."""
    exact = _forced(experiment, hypothesis, table)
    lost = experiment.exact - float(exact.mean())
    claimed = (table != FREE).any((1, 2))
    rotated = table.copy()
    rotated[claimed] = np.random.default_rng(experiment.seed).permutation(table[claimed])
    control = _lost(experiment, hypothesis, rotated)
    question = (
        "How much accuracy does forcing the policy cost? (Control: its actions, dealt to other symbols.)"
    )
    passed = experiment.works and lost <= SUFFICIENCY
    details = _accuracy(experiment) | _compared(experiment, exact)
    return Evidence("sufficiency", question, lost, control, SUFFICIENCY, "at most", passed, details)


def necessity(experiment: Experiment, hypothesis: Hypothesis, table: Table) -> Evidence:
    """Force every wrong action on one category at a time: each must cost something, and one of them half.

    Half is of what can be lost, the distance to the base rate. Not every wrong action costs that much where a
    claim is true: for a network that keeps signs on its stack, it is mostly harmless not to pop.
    """
    room = experiment.exact - experiment.base_rate
    lost = losses(experiment, hypothesis, table)
    shares = {
        f"{actor}: {wrong} on {category}": share
        for (actor, category), wrongs in lost.items()
        for wrong, share in wrongs.items()
    }
    score = min((max(wrongs.values()) for wrongs in lost.values()), default=None)
    costly = all(share > SUFFICIENCY for share in shares.values())
    passed = experiment.works and score is not None and score >= NECESSITY and costly
    question = "What share of the accuracy is lost, at least, to the worst wrong action on a category?"
    details = _accuracy(experiment) | {"lost_share": shares, "every_wrong_action_costs": costly}
    right = _lost(experiment, hypothesis, table)
    control = right / room if room > 0 else 0.0
    return Evidence("necessity", question, score, control, NECESSITY, "at least", passed, details)


def losses(
    experiment: Experiment, hypothesis: Hypothesis, table: Table
) -> dict[tuple[str, str], dict[str, float]]:
    """Give, for each actor and category that a policy has an action for, what each other action costs.

    Nothing but this actor's action on this category is forced. The cost is a share of what can be lost, the
    distance of the exact accuracy to the base rate, over the episodes in which the category occurs.
    """
    found: dict[tuple[str, str], dict[str, float]] = {}
    for actor, category, wrong, table_forced in _wrong(experiment, hypothesis, table):
        forced = prescribe(table_forced, experiment.situations(experiment.near_trace), hypothesis.from_step)
        touched = (forced != FREE).any((1, 2))
        share = 0.0
        if touched.any():
            exact = experiment.exact_episodes[touched].mean()
            room = exact - experiment.base_rate
            share = float((exact - experiment.forced(forced)[touched].mean()) / room) if room > 0 else 0.0
        found.setdefault((actor, category), {})[wrong] = share
    return found


def discretisation(experiment: Experiment, hypothesis: Hypothesis, table: Table) -> Evidence:
    """Take the most probable action at every step instead of a mixture."""
    exact = experiment.exact_discrete_episodes
    lost = experiment.exact - float(exact.mean())
    passed = experiment.works and lost <= DISCRETISATION
    question = "How much exact accuracy is lost when every action is the most probable one?"
    details = _accuracy(experiment) | _compared(experiment, exact)
    return Evidence("discretisation", question, lost, None, DISCRETISATION, "at most", passed, details)


def reliance(experiment: Experiment, hypothesis: Hypothesis, table: Table) -> Evidence:
    """Take the memory away, by freezing it and by reading zeros; each must cost half of what can be lost.

    What cutting the recurrence of the hidden state costs is given beside, and decides nothing: a strategy may
    use both.
    """
    room = experiment.exact - experiment.base_rate
    lost = {
        kind: (experiment.exact - float(experiment.edited(edit).mean())) / room if room > 0 else 0.0
        for kind, edit in ABLATIONS.items()
    }
    score = min(lost[Ablation.FREEZE_MEMORY], lost[Ablation.ZERO_READING])
    passed = experiment.works and score >= RELIANCE
    question = "What share of the accuracy is lost, at least, when the memory is frozen or reads zeros?"
    details = _accuracy(experiment) | {"lost_share": {kind.value: share for kind, share in lost.items()}}
    return Evidence("reliance", question, score, None, RELIANCE, "at least", passed, details)


def _lost(experiment: Experiment, hypothesis: Hypothesis, table: Table) -> float:
    """Force a policy, and give the exact accuracy that this costs."""
    return experiment.exact - float(_forced(experiment, hypothesis, table).mean())


def _forced(experiment: Experiment, hypothesis: Hypothesis, table: Table) -> Bool[np.ndarray, " episode"]:
    """Force a policy, and mark the episodes that are exact then."""
    return experiment.forced(
        prescribe(table, experiment.situations(experiment.near_trace), hypothesis.from_step)
    )


def _compared(experiment: Experiment, exact: Bool[np.ndarray, " episode"]) -> dict[str, Any]:
    """Give the loss with its interval and its effect size, by bootstrap over episodes."""
    before, after = experiment.exact_episodes.astype(float), np.asarray(exact).astype(float)
    return {"lost": vars(bootstrap_difference_by_episode(before, after, seed=experiment.seed))}


def _wrong(
    experiment: Experiment, hypothesis: Hypothesis, table: Table
) -> Iterator[tuple[str, str, str, Table]]:
    """Give every policy that forces one wrong action on one category, and leaves all else free."""
    names = [actor.name for actor in experiment.actors]
    for actor, rules in hypothesis.policy.items():
        column = names.index(actor)
        for category, right in rules.items():
            places = hypothesis.places(experiment.symbols, (category,))
            for number, wrong in enumerate(experiment.actors[column].labels):
                if wrong != right:
                    forced = np.full_like(table, FREE)
                    forced[places, column] = number
                    yield actor, category, wrong, forced


def _accuracy(experiment: Experiment) -> dict[str, Any]:
    known = {"exact": experiment.exact, "base_rate": experiment.base_rate}
    note = "the network does not do its task, so that nothing can be shown by what it loses"
    return known if experiment.works else known | {"note": note}
