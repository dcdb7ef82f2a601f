"""Observational evidence: do the actions separate by category, are they the policy's, do they stay?"""

from typing import Any

import numpy as np
import xarray as xr
from jaxtyping import Bool

from mannscope.analyses import Separation, bootstrap_interval_by_episode, holm
from mannscope.analyses.mining import usual_actions
from mannscope.arrays import PADDING
from mannscope.hypotheses.evidence import AGREEMENT, INVARIANCE, LEVEL, SEPARATION, SYMBOL_RATIO, Evidence
from mannscope.hypotheses.experiment import Experiment
from mannscope.hypotheses.hypothesis import FREE, Hypothesis, Table, before, positions, prescribe
from mannscope.traces import label


def separation(experiment: Experiment, hypothesis: Hypothesis, table: Table) -> Evidence:
    """Ask the paper's own question with a held-out half: does the policy's site separate by category only?

    Categories with one and the same action are one class here: the policy cannot distinguish them.
    """
    prescribed = prescribe(table, experiment.situations(experiment.trace), hypothesis.from_step)
    trace, classes = _situated(experiment, table)
    claimed = np.any(prescribed != FREE, axis=-1)
    question = "Do the actions separate by category, held out, better than by any random partition?"
    if claimed.any(axis=1).sum() < 2:
        note = {"note": "the policy says nothing of these episodes"}
        return Evidence("separation", question, None, None, SEPARATION, "at least", False, note)
    results = {
        site: Separation(site=site, max_points=2000, seed=experiment.seed)(trace, classes, mask=claimed)
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
    return Evidence("separation", question, score, control, SEPARATION, "at least", bool(passed), details)


def agreement(experiment: Experiment, hypothesis: Hypothesis, table: Table) -> Evidence:
    """Compare the discretised action with the policy's at sizes never trained on."""
    actions, claimed, agrees = _comparison(experiment, table, hypothesis.from_step)
    rows = np.flatnonzero(claimed.any(axis=-1))
    right = (agrees | ~claimed).all(-1).ravel()[rows].astype(float)
    score = float(right.mean()) if len(rows) else None
    details = {}
    if len(rows):
        episode = rows // claimed.shape[1]
        details["interval"] = bootstrap_interval_by_episode(right, episode, seed=experiment.seed)
    constant = np.array(usual_actions(actions.reshape(-1, actions.shape[-1])))
    control = float(((actions == constant) | ~claimed).all(-1).ravel()[rows].mean()) if len(rows) else None
    passed = score is not None and score >= AGREEMENT
    question = (
        "Is the action the policy's, at twice the size trained on? (Control: always the commonest action.)"
    )
    return Evidence("agreement", question, score, control, AGREEMENT, "at least", passed, details)


def invariance(experiment: Experiment, hypothesis: Hypothesis, table: Table) -> Evidence:
    """Swap one symbol an episode for another of its category, and compare every action from there on.

    The larger share counts, of actions changed at the swap itself or later: in a long episode, what is later
    would hide what is done at the symbol. Left out are steps for which the policy itself says another action
    after the swap.
    """
    symbols, random = experiment.symbols, np.random.default_rng(experiment.seed)
    named = [hypothesis.places(symbols, (category,)) for category in hypothesis.categories]
    within = np.any([np.einsum("ip,jp->pij", one, one) for one in named], axis=0)
    known = np.any(named, axis=0)
    across = np.einsum("ip,jp->pij", known, known) & ~within
    within &= ~np.eye(len(symbols), dtype=bool)
    score, control = (_change(experiment, hypothesis, table, swaps, random) for swaps in (within, across))
    passed = score is None or score <= INVARIANCE
    question = "Does swapping a symbol within its category change actions? (Control: with another category.)"
    details = {} if score is not None else {"note": "no category has two symbols"}
    return Evidence("invariance", question, score, control, INVARIANCE, "at most", passed, details)


def disagreements(
    experiment: Experiment, table: Table, from_step: int = 0, most: int = 5
) -> list[dict[str, Any]]:
    """List steps at which the network does not do what the policy says, at most one an episode."""
    actions, claimed, agrees = _comparison(experiment, table, from_step)
    inputs, found = experiment.trace["input"].values, []
    prescribed = prescribe(table, experiment.situations(experiment.trace), from_step)
    task = experiment.network.task
    for episode in np.flatnonzero((claimed & ~agrees).any((1, 2)))[:most]:
        step, actor = np.argwhere((claimed & ~agrees)[episode])[0]
        found.append(
            {
                "input": task.text(inputs[episode]),
                "step": int(step),
                "symbol": task.symbols[inputs[episode, step]],
                "actor": experiment.actors[actor].name,
                "expected": experiment.action_name(int(actor), int(prescribed[episode, step, actor])),
                "got": experiment.action_name(int(actor), int(actions[episode, step, actor])),
            }
        )
    return found


def _comparison(
    experiment: Experiment, table: Table, from_step: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give the actions, where the policy claims one, and where the two agree: (episode, step, actor) each."""
    actions = experiment.trace["action"].values
    prescribed = prescribe(table, experiment.situations(experiment.trace), from_step)
    return actions, prescribed != FREE, prescribed == actions


def _change(
    experiment: Experiment,
    hypothesis: Hypothesis,
    table: Table,
    swaps: Bool[np.ndarray, "previous symbol other"],
    random: np.random.Generator,
) -> float | None:
    """Swap one symbol an episode, and give the larger share of claimed actions changed, there or later."""
    inputs, situation = experiment.trace["input"].values, experiment.situations(experiment.trace)
    swappable = positions(np.asarray(swaps.any(-1)).T, situation)
    chosen = np.flatnonzero(swappable.any(1))
    if not len(chosen):
        return None
    task = experiment.network.task
    swapped, previous = inputs[chosen].copy(), before(situation[chosen])
    places = np.array([random.choice(np.flatnonzero(swappable[episode])) for episode in chosen])
    for row, (episode, place) in enumerate(zip(chosen, places, strict=True)):
        others = np.flatnonzero(swaps[previous[row, place], situation[episode, place]])
        swapped[row, place] = task.situations[random.choice(others)][0]
    prescribed = prescribe(table, situation[chosen], hypothesis.from_step)
    steps, here = np.arange(inputs.shape[1]), places[:, None]
    same = prescribed == prescribe(table, task.situate(swapped), hypothesis.from_step)
    claimed = (prescribed != FREE) & (same | (steps == here)[..., None])
    changed = experiment.network.actions(swapped) != experiment.trace["action"].values[chosen]
    parts = [claimed & when[..., None] for when in (steps == here, steps > here)]
    return max((float(changed[part].mean()) for part in parts if part.any()), default=None)


def _situated(experiment: Experiment, table: Table) -> tuple[xr.Dataset, dict[int, str]]:
    """Count a symbol as several where the policy depends on what stands before it, and name their actions.

    The trace that is given back has these symbols as its input.
    """
    trace, inputs = experiment.trace, experiment.situations(experiment.trace)
    situation, labels, classes = np.full_like(inputs, PADDING), [], {}
    named = _class_names(experiment, table)
    for row, symbol in enumerate(experiment.symbols):
        rules, which = np.unique(table[row], axis=0, return_inverse=True)
        for place, rule in enumerate(rules):
            here = positions(np.outer(np.arange(len(table)) == row, which == place), inputs)
            if here.any():
                situation[here] = len(labels)
                classes[len(labels)] = named[tuple(rule.tolist())]
                labels.append(symbol if len(rules) == 1 else f"{symbol} ({classes[len(labels)]})")
    situated = trace.assign(input=(("episode", "step"), situation))
    return label(situated, symbols=labels), classes


def _class_names(experiment: Experiment, table: Table) -> dict[tuple[int, ...], str]:
    """Name the actions of every row of a table; rows that contradict each other nowhere share a name."""
    rows = np.unique(table.reshape(-1, table.shape[-1]), axis=0)
    found: dict[tuple[int, ...], str] = {}
    classes: list[np.ndarray] = []
    for row in sorted(rows, key=lambda row: int((row == FREE).sum())):
        like = (one for one in classes if ((one == row) | (one == FREE) | (row == FREE)).all())
        if (one := next(like, None)) is None:
            classes.append(one := row)
        name = ", ".join(
            "free" if action == FREE else experiment.action_name(actor, action)
            for actor, action in enumerate(one.tolist())
        )
        found[tuple(row.tolist())] = name
    return found
