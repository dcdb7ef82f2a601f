"""The pieces of evidence: one function each, with thresholds that were fixed before looking."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from jaxtyping import Int

from mannscope.analyses import Probe, Separation, holm
from mannscope.hypotheses.experiment import Experiment
from mannscope.hypotheses.hypothesis import FREE, Hypothesis, prescribe

Direction = Literal["at least", "at most"]

SEPARATION, LEVEL, SYMBOL_RATIO = 0.95, 0.05, 0.1
AGREEMENT = 0.99
INVARIANCE = 0.01
SUFFICIENCY = 0.01
NECESSITY = 0.5
DISCRETISATION = 0.01
SELECTIVITY = 0.2


@dataclass(frozen=True)
class Evidence:
    """One measurement for or against a hypothesis."""

    kind: str
    question: str
    score: float | None
    control: float | None
    """The same score where the hypothesis should fail."""
    threshold: float
    passes_when: Direction
    """Which side of the threshold passes."""
    passed: bool
    details: dict[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        return dict(vars(self))


Table = Int[np.ndarray, "symbol actor"]


def separation(experiment: Experiment, hypothesis: Hypothesis, table: Table) -> Evidence:
    """Ask the paper's own question with a held-out half: does the policy's site separate by category only?

    Categories with one and the same action are one class here: the policy cannot tell them apart.
    """
    inputs = experiment.trace["input"].values
    classes = {int(row): _class_name(experiment, table[row]) for row in np.unique(inputs[inputs >= 0])}
    claimed = np.any(prescribe(table, inputs, hypothesis.from_step) != FREE, axis=-1)
    results = {
        site: Separation(site=site, max_points=2000, seed=experiment.seed)(
            experiment.trace, classes, mask=claimed
        )
        for site in ("policy", "hidden")
    }
    corrected = dict(zip(results, holm([r.permutation.p_value for r in results.values()]), strict=True))
    result, p_value = results["policy"], float(corrected["policy"])
    score, control = result.probe.value, max(result.probe.controls or (), default=None)
    passed = (
        score is not None
        and score >= SEPARATION
        and result.probe.beats_controls
        and p_value <= LEVEL
        and result.symbol_ratio <= SYMBOL_RATIO
    )
    details = {
        "p_value": p_value,
        "symbol_ratio": result.symbol_ratio,
        "silhouette": result.silhouette.value,
        "purity": result.purity.value,
        "hidden": {"probe": results["hidden"].probe.value, "symbol_ratio": results["hidden"].symbol_ratio},
        "held_out_episodes": result.held_out_episodes,
    }
    question = "Do the actions separate by category, held out, better than by any random partition?"
    return Evidence("separation", question, score, control, SEPARATION, "at least", bool(passed), details)


def agreement(experiment: Experiment, hypothesis: Hypothesis, table: Table) -> Evidence:
    """Compare the discretised action with the policy's at sizes never trained on."""
    actions, claimed, agrees = _comparison(experiment, table, hypothesis.from_step)
    rows = np.flatnonzero(claimed.any(axis=-1))
    score = float((agrees | ~claimed).all(-1).ravel()[rows].mean()) if len(rows) else None
    constant = np.stack([np.bincount(column).argmax() for column in actions.reshape(-1, actions.shape[-1]).T])
    control = float(((actions == constant) | ~claimed).all(-1).ravel()[rows].mean()) if len(rows) else None
    passed = score is not None and score >= AGREEMENT
    question = (
        "Is the action the policy's, at twice the size trained on? (Control: always the commonest action.)"
    )
    return Evidence("agreement", question, score, control, AGREEMENT, "at least", passed)


def invariance(experiment: Experiment, hypothesis: Hypothesis, table: Table) -> Evidence:
    """Swap one symbol an episode for another of its category, and compare every action from there on.

    The larger share counts, of actions changed at the swap itself or later: in a long episode, what is later
    would hide what is done at the symbol.
    """
    symbols, random = experiment.network.task.symbols, np.random.default_rng(experiment.seed)
    blocks = [[symbols.index(symbol) for symbol in block] for block in hypothesis.categories.values()]
    own = {row: [other for other in block if other != row] for block in blocks for row in block}
    others = {row: [other for other in own if other != row and other not in own[row]] for row in own}
    score, control = (_change(experiment, hypothesis, table, choices, random) for choices in (own, others))
    passed = score is None or score <= INVARIANCE
    question = "Does swapping a symbol within its category change actions? (Control: with another category.)"
    details = {} if score is not None else {"note": "no category has two symbols"}
    return Evidence("invariance", question, score, control, INVARIANCE, "at most", passed, details)


def sufficiency(experiment: Experiment, hypothesis: Hypothesis, table: Table) -> Evidence:
    """Force the policy's actions, and see whether the network still gives its answers."""
    lost = _lost(experiment, hypothesis, table)
    mixed = np.random.default_rng(experiment.seed).permutation(table[(table != FREE).any(-1)])
    rotated = table.copy()
    rotated[(table != FREE).any(-1)] = mixed
    control = _lost(experiment, hypothesis, rotated)
    question = (
        "How much accuracy does forcing the policy cost? (Control: its actions, dealt to other symbols.)"
    )
    passed = experiment.works and lost <= SUFFICIENCY
    return Evidence(
        "sufficiency", question, lost, control, SUFFICIENCY, "at most", passed, _accuracy(experiment)
    )


def necessity(experiment: Experiment, hypothesis: Hypothesis, table: Table) -> Evidence:
    """Force every wrong action on one category at a time; each must cost half of what can be lost."""
    room = experiment.exact - experiment.base_rate
    losses = {}
    for actor, category, wrong, forced in _wrong(experiment, hypothesis, table):
        lost = _lost(experiment, hypothesis, forced)
        losses[f"{actor}: {wrong} on {category}"] = lost / room if room > 0 else 0.0
    score = min(losses.values()) if losses else None
    passed = experiment.works and score is not None and score >= NECESSITY
    question = "What share of the accuracy is lost, at least, when one category is forced to a wrong action?"
    details = _accuracy(experiment) | {"lost_share": losses}
    right = _lost(experiment, hypothesis, table)
    control = right / room if room > 0 else 0.0
    return Evidence("necessity", question, score, control, NECESSITY, "at least", passed, details)


def discretisation(experiment: Experiment, hypothesis: Hypothesis, table: Table) -> Evidence:
    """Take the most probable action at every step instead of a mixture."""
    lost = experiment.exact - experiment.exact_discrete
    passed = experiment.works and lost <= DISCRETISATION
    question = "How much exact accuracy is lost when every action is the most probable one?"
    details = _accuracy(experiment)
    return Evidence("discretisation", question, lost, None, DISCRETISATION, "at most", passed, details)


def contents(experiment: Experiment, hypothesis: Hypothesis, table: Table) -> Iterator[Evidence]:
    """Probe every site that is claimed to hold a variable, beside a control task of the same size."""
    for claim in hypothesis.contents:
        inputs = experiment.trace["input"].values
        symbols = [s for name in claim.at or hypothesis.categories for s in hypothesis.categories[name]]
        rows = [experiment.network.task.symbols.index(symbol) for symbol in symbols]
        probe = Probe(claim.site, claim.variable, seed=experiment.seed)
        result = probe(experiment.trace, mask=np.isin(inputs, rows))
        question = (
            f"Does {claim.site} hold {claim.variable}: probe accuracy above that of a random control task?"
        )
        passed = result.selectivity >= SELECTIVITY
        details = {
            "accuracy": result.accuracy,
            "control_accuracy": result.control_accuracy,
            "base_rate": result.base_rate,
            "claim": vars(claim),
        }
        yield Evidence(
            "contents", question, result.selectivity, None, SELECTIVITY, "at least", passed, details
        )


EVIDENCE: tuple[Callable[[Experiment, Hypothesis, Table], Evidence], ...] = (
    separation,
    agreement,
    invariance,
    sufficiency,
    necessity,
    discretisation,
)


def disagreements(
    experiment: Experiment, table: Table, from_step: int = 0, most: int = 5
) -> list[dict[str, Any]]:
    """List steps at which the network does not do what the policy says, at most one an episode."""
    actions, claimed, agrees = _comparison(experiment, table, from_step)
    inputs, found = experiment.trace["input"].values, []
    task = experiment.network.task
    for episode in np.flatnonzero((claimed & ~agrees).any((1, 2)))[:most]:
        step, actor = np.argwhere((claimed & ~agrees)[episode])[0]
        found.append(
            {
                "input": task.text(inputs[episode]),
                "step": int(step),
                "symbol": task.symbols[inputs[episode, step]],
                "actor": experiment.actors[actor],
                "expected": experiment.actions[table[inputs[episode, step], actor]],
                "got": experiment.actions[actions[episode, step, actor]],
            }
        )
    return found


def _comparison(
    experiment: Experiment, table: Table, from_step: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give the actions, where the policy claims one, and where the two agree: (episode, step, actor) each."""
    actions = experiment.trace["action"].values
    prescribed = prescribe(table, experiment.trace["input"].values, from_step)
    return actions, prescribed != FREE, prescribed == actions


def _lost(experiment: Experiment, hypothesis: Hypothesis, table: Table) -> float:
    """Force a policy, and give the exact accuracy that this costs."""
    forced = prescribe(table, np.asarray(experiment.near.inputs), hypothesis.from_step)
    return experiment.exact - float(experiment.forced(forced).mean())


def _change(
    experiment: Experiment,
    hypothesis: Hypothesis,
    table: Table,
    choices: dict[int, list[int]],
    random: np.random.Generator,
) -> float | None:
    """Swap one symbol an episode, and give the larger share of claimed actions changed, there or later."""
    inputs = experiment.trace["input"].values
    swappable = np.isin(inputs, [row for row, block in choices.items() if block])
    chosen = np.flatnonzero(swappable.any(1))
    if not len(chosen):
        return None
    swapped = inputs[chosen].copy()
    places = np.array([random.choice(np.flatnonzero(swappable[episode])) for episode in chosen])
    for row, place in enumerate(places):
        swapped[row, place] = random.choice(choices[int(swapped[row, place])])
    claimed = prescribe(table, inputs[chosen], hypothesis.from_step) != FREE
    changed = experiment.network.actions(swapped) != experiment.trace["action"].values[chosen]
    steps = np.arange(inputs.shape[1])
    parts = [claimed & when[..., None] for when in (steps == places[:, None], steps > places[:, None])]
    return max((float(changed[part].mean()) for part in parts if part.any()), default=None)


def _wrong(
    experiment: Experiment, hypothesis: Hypothesis, table: Table
) -> Iterator[tuple[str, str, str, Table]]:
    """Give every policy that forces one wrong action on one category, and leaves all else free."""
    symbols = experiment.network.task.symbols
    for actor, rules in hypothesis.policy.items():
        for category, right in rules.items():
            rows = [symbols.index(symbol) for symbol in hypothesis.categories[category]]
            for number, wrong in enumerate(experiment.actions):
                if wrong != right:
                    forced = np.full_like(table, FREE)
                    forced[rows, experiment.actors.index(actor)] = number
                    yield actor, category, wrong, forced


def _class_name(experiment: Experiment, row: Int[np.ndarray, " actor"]) -> str:
    return ", ".join("free" if action == FREE else experiment.actions[action] for action in row)


def _accuracy(experiment: Experiment) -> dict[str, Any]:
    known = {"exact": experiment.exact, "base_rate": experiment.base_rate}
    note = "the network does not do its task, so that nothing can be shown by what it loses"
    return known if experiment.works else known | {"note": note}
