"""Interventional evidence: what the policy costs, what a wrong action costs, and what the memory is worth."""

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from typing import Any

import numpy as np
from jaxtyping import Bool, Int

from mannscope.hypotheses.evidence import (
    NECESSITY,
    RELIANCE,
    SUFFICIENCY,
    WORST_LOSS,
    Evidence,
    Outcome,
    Part,
    beside,
    loss,
    weigh,
    weigh_shares,
)
from mannscope.hypotheses.experiment import Band, Experiment
from mannscope.hypotheses.policy import FREE, Policy
from mannscope.hypotheses.refusing import not_taken

TOUCHED = 0.4
"""Share of the episodes on which actions are forced wrong, contents exchanged, or the memory taken away."""
TOGETHER = 3
"""Actors at most that are forced wrong together."""

Rows = list[np.ndarray]
"""Some episodes of every band, as indices."""


def sufficiency(experiment: Experiment, policy: Policy) -> Evidence:
    """Force the policy's actions: every answer must stay as right or wrong as it is.

    If they become better, the network does something that the policy does not say.
    """
    stays = [_as_right(band, band.run(forced=policy.prescribe(band.situations))) for band in experiment.bands]
    exact = [band.exactly(band.run(forced=_shuffled(experiment, policy, band))) for band in experiment.bands]
    return weigh_shares(
        "sufficiency",
        "Force the policy: do all answers stay right or wrong? (Control: its actions in another order.)",
        np.concatenate(stays).astype(float),
        SUFFICIENCY,
        size=experiment.size,
        parts=_by_shape(experiment, stays),
        most=experiment.most,
        control=float(np.concatenate(exact).mean()),
    )


def _as_right(band: Band, outputs: Int[np.ndarray, "episode step"]) -> Bool[np.ndarray, " episode"]:
    """Mark the episodes in which every answer is as right, or as wrong, as without an edit."""
    targets = np.asarray(band.episodes.targets)
    return (((outputs == targets) == (band.outputs == targets)) | ~band.answer).all(1)


def _by_shape(experiment: Experiment, shares: Sequence[np.ndarray]) -> dict[str, np.ndarray]:
    shapes = experiment.network.task.shapes
    shape, all_ = np.concatenate([band.shape for band in experiment.bands]), np.concatenate(list(shares))
    if len(shapes) == 1:
        return {}
    return {f"shape {name}": np.where(shape == number, all_, np.nan) for number, name in enumerate(shapes)}


def _shuffled(experiment: Experiment, policy: Policy, band: Band) -> Int[np.ndarray, "episode step actor"]:
    """Prescribe the policy's actions of each episode in another order."""
    random = np.random.default_rng(experiment.seed)
    prescribed = policy.prescribe(band.situations)
    claimed = (prescribed != FREE).any(-1)
    for actions, here in zip(prescribed, claimed, strict=True):
        actions[here] = random.permutation(actions[here])
    return prescribed


def necessity(experiment: Experiment, policy: Policy) -> Evidence:
    """Force a wrong action of an actor on a category: the worst one must cost half of what can be lost.

    Actors may stand in for each other. One whose wrong actions alone cost too little is forced wrong together
    with others: it is needed if that costs half, and does not without it. That is asked of all sizes
    together; at each of them, some wrong action must cost something.
    """
    question = "What share of the accuracy is lost, at least, to the worst wrong action on a category?"
    losses = Losses(experiment, policy)
    if not losses.claims or not any(len(rows) for rows in losses.rows):
        note = {"note": "the network does its task at no size, so that nothing can be lost"}
        return Evidence("necessity", question, Outcome.UNDECIDED, threshold=NECESSITY, details=note)
    found = {claim: needed(losses, claim) for claim in losses.claims}
    parts = [one for one, _ in found.values() if one is not None]
    sizes: dict[int, Part | None] = {}
    for _, by_size in found.values():
        for size, one in by_size.items():
            best = sizes.get(size)
            sizes[size] = one if best is None or (one and one.score > best.score) else best
    return weigh(
        "necessity",
        question,
        min(parts, key=lambda one: one.score, default=None),
        sizes,
        parts,
        threshold=NECESSITY,
        worst=NECESSITY,
        control=losses.of_the_policy(),
        details={"lost_share": losses.found},
    )


def needed(losses: "Losses", claim: tuple[str, str]) -> tuple[Part | None, dict[int, Part | None]]:
    """Give the largest loss by which an actor's claim is needed, at all sizes and at each."""
    actor, category = claim
    alone = max(losses.alone(claim), key=lambda one: one[0].score, default=None)
    if alone is None or alone[0].score >= NECESSITY:
        return alone or (None, {})
    others = [one for one in losses.claims if one[1] == category and one[0] != actor]
    for count in range(1, TOGETHER):
        for some in combinations(others, count):
            without, with_it = losses.joint(some), losses.joint((claim, *some))
            if with_it and with_it[0].score >= NECESSITY and (not without or without[0].score < NECESSITY):
                return with_it
    return alone


class Losses:
    """What wrong actions cost, on some episodes of every size at which the network does its task."""

    def __init__(self, experiment: Experiment, policy: Policy) -> None:
        self.experiment, self.policy = experiment, policy
        self.names = [actor.name for actor in experiment.actors]
        self.claims = [
            (actor, category) for actor, rules in policy.hypothesis.policy.items() for category in rules
        ]
        self.rows = some_rows(experiment)
        self.found: dict[str, float] = {}
        """What was forced -> the share of what can be lost that this costs."""
        self._worst: dict[tuple[str, str], int] = {}
        self._costs: dict[tuple[tuple[tuple[str, str], int], ...], tuple[Part, dict] | None] = {}

    def alone(self, claim: tuple[str, str]) -> Iterator[tuple[Part, dict[int, Part | None]]]:
        """Force each wrong action of one actor on one category, and nothing else."""
        actor, category = claim
        right = self.policy.hypothesis.policy[actor][category]
        worst, counts = -np.inf, self.policy.hypothesis.alike.get(actor, {})
        for number, wrong in enumerate(self.experiment.actors[self.names.index(actor)].labels):
            if counts.get(wrong, wrong) == counts.get(right, right):
                continue
            found = self._cost({claim: number}, f"{actor}: {wrong} on {category}")
            if found is not None:
                if found[0].score > worst:
                    worst, self._worst[claim] = found[0].score, number
                yield found

    def joint(self, claims: Sequence[tuple[str, str]]) -> tuple[Part, dict[int, Part | None]] | None:
        """Force the worst wrong action of several actors on one category."""
        for claim in claims:
            if claim not in self._worst:
                list(self.alone(claim))
        wrong = {claim: self._worst[claim] for claim in claims if claim in self._worst}
        if not wrong:
            return None
        if len(wrong) == 1:
            (claim,) = wrong
            return max(self.alone(claim), key=lambda one: one[0].score)
        return self._cost(wrong, f"{', '.join(actor for actor, _ in wrong)} together on {claims[0][1]}")

    def of_the_policy(self) -> float | None:
        """Force the policy itself, which must cost nothing."""
        exact = [
            band.exactly(band.run(rows, forced=self.policy.prescribe(band.situations[rows])), rows)
            for band, rows in zip(self.experiment.bands, self.rows, strict=True)
            if len(rows)
        ]
        before = [band.exact[rows] for band, rows in zip(self.experiment.bands, self.rows, strict=True)]
        lost = np.concatenate(before).mean() - np.concatenate(exact).mean() if exact else None
        return None if lost is None else float(lost)

    def _cost(
        self, wrong: dict[tuple[str, str], int], name: str
    ) -> tuple[Part, dict[int, Part | None]] | None:
        key = tuple(sorted(wrong.items()))
        if key not in self._costs:
            self._costs[key] = self._force(wrong, name)
        return self._costs[key]

    def _force(
        self, wrong: dict[tuple[str, str], int], name: str
    ) -> tuple[Part, dict[int, Part | None]] | None:
        category = next(iter(wrong))[1]

        def forced(band: Band, rows: Int[np.ndarray, " some"]) -> Int[np.ndarray, "some step actor"]:
            situations = band.situations[rows]
            here = self.policy.positions(situations, (category,))
            here &= np.arange(situations.shape[1]) >= self.policy.hypothesis.from_step
            made = np.full((*situations.shape, len(self.names)), FREE)
            for (actor, _), number in wrong.items():
                made[here, self.names.index(actor)] = number
            return made

        found = lost(self.experiment, self.rows, forced, name)
        if found is not None:
            self.found[name] = found[0].score
        return found


def some_rows(experiment: Experiment) -> Rows:
    """Choose episodes of every size at which the network does its task, all shapes alike."""
    chosen: Rows = []
    for band in experiment.bands:
        rows = []
        for size in np.unique(band.size).tolist():
            if experiment.works_at[size]:
                here = np.flatnonzero(band.size == size)
                rows.append(here[:: max(1, int(1 / TOUCHED))])
        chosen.append(np.concatenate(rows) if rows else np.zeros(0, int))
    return chosen


def lost(
    experiment: Experiment,
    rows: Rows,
    forced: Callable[[Band, Int[np.ndarray, " some"]], np.ndarray] | None,
    name: str,
    **edits: Any,
) -> tuple[Part, dict[int, Part | None]] | None:
    """Run episodes with edits, and give what share of the accuracy is lost, at all sizes and at each."""
    before, after, sizes, rates = [], [], [], []
    for band, chosen in zip(experiment.bands, rows, strict=True):
        if not len(chosen):
            continue
        made = None if forced is None else forced(band, chosen)
        touched = np.ones(len(chosen), bool) if made is None else (made != FREE).any((1, 2))
        exact = band.exactly(band.run(chosen, forced=made, **edits), chosen)
        before.append(band.exact[chosen][touched])
        after.append(exact[touched])
        sizes.append(band.size[chosen][touched])
        rates.append(band.base_rates[chosen][touched])
    if not before or not sum(map(len, before)):
        return None
    was, now, size, rate = (np.concatenate(of) for of in (before, after, sizes, rates))
    whole = loss(name, float(was.mean()), now, float(rate.mean()), NECESSITY)
    by_size = {
        one: loss(
            f"{name}, size {one}", float(was[here].mean()), now[here], float(rate[here].mean()), WORST_LOSS
        )
        for one in np.unique(size).tolist()
        for here in [size == one]
    }
    return None if whole is None else (whole, by_size)


def reliance(experiment: Experiment, policy: Policy) -> Evidence:
    """Take the memory away, by freezing it and by reading zeros: each must cost half of what can be lost."""
    question = "What share of the accuracy is lost, at least, when the memory is frozen, or reads zeros?"
    refused = experiment.network.refusals
    ways = {"frozen": ("freeze_memory", {"frozen": True}), "reads zeros": ("zero_reading", {"zeroed": True})}
    kinds = {kind: edit for kind, (name, edit) in ways.items() if name not in refused}
    missing = {kind: refused[name] for kind, (name, _) in ways.items() if name in refused}
    if not kinds:
        return not_taken("reliance", question, "; ".join(dict.fromkeys(missing.values())))
    rows = some_rows(experiment)
    found = {kind: lost(experiment, rows, None, kind, **edit) for kind, edit in kinds.items()}
    known = {kind: one for kind, one in found.items() if one is not None}
    if len(known) < len(kinds):
        note = {"note": "the network does its task at no size, so that nothing can be lost"}
        return Evidence("reliance", question, Outcome.UNDECIDED, threshold=RELIANCE, details=note)
    sizes: dict[int, Part | None] = {}
    for size in next(iter(known.values()))[1]:
        of_size = [part for one in known.values() if (part := one[1][size])]
        sizes[size] = min(of_size, key=lambda part: part.score, default=None)
    return weigh(
        "reliance",
        question,
        min((one[0] for one in known.values()), key=lambda part: part.score),
        sizes,
        threshold=RELIANCE,
        worst=WORST_LOSS,
        details={"lost_share": {kind: one[0].score for kind, one in known.items()}}
        | ({"not taken": missing} if missing else {}),
    )


def discretisation(experiment: Experiment, policy: Policy) -> Evidence:
    """Take the most probable action at every step instead of a mixture; said, and decides nothing."""
    band = experiment.near
    kept = (band.exact_discretised >= band.exact).astype(float)
    question = "Take the most probable action everywhere: what share of the episodes is as right as before?"
    return beside(weigh_shares("discretisation", question, kept, SUFFICIENCY, size=band.size))
