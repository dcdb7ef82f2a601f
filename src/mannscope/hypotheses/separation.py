"""The paper's own evidence: do the actions separate by category? It is said, and decides nothing."""

from typing import Any

import numpy as np
import xarray as xr
from jaxtyping import Bool

from mannscope.analyses import Separation, holm
from mannscope.arrays import PADDING
from mannscope.hypotheses.evidence import Evidence, Outcome, beside
from mannscope.hypotheses.experiment import Experiment
from mannscope.hypotheses.policy import FREE, Policy
from mannscope.traces import label


def separation(experiment: Experiment, policy: Policy) -> Evidence:
    """Ask the paper's own question with a held-out half: does the policy's site separate by category only?

    Categories with one and the same action are one class here: the policy cannot distinguish them. What is
    found is said and decides nothing: actions that agree with a policy always separate by it.
    """
    question = "Do the actions separate by category, held out? (Control: the best random partition.)"
    if not experiment.network.anatomy.policy:
        note = {"note": "it is not said which operations decide the actions"}
        return Evidence("separation", question, Outcome.UNDECIDED, decides=False, details=note)
    largest = experiment.near.size == experiment.near.size.max()
    band = experiment.near
    prescribed = policy.prescribe(band.situations)[largest]
    trace, classes = _situated(experiment, policy, largest)
    claimed = np.any(prescribed != FREE, axis=-1)
    if claimed.any(axis=1).sum() < 4:
        note = {"note": "the policy says nothing of these episodes"}
        return Evidence("separation", question, Outcome.UNDECIDED, decides=False, details=note)
    results = {
        site: Separation(site=site, max_points=2000, seed=experiment.seed)(trace, classes, mask=claimed)
        for site in ("policy", "hidden")
    }
    corrected = dict(zip(results, holm([r.permutation.p_value for r in results.values()]), strict=True))
    result = results["policy"]
    details: dict[str, Any] = {
        "p_value": float(corrected["policy"]),
        "symbol_ratio": result.symbol_ratio,
        "silhouette": result.silhouette.value,
        "purity": result.purity.value,
        "hidden": {"probe": results["hidden"].probe.value, "symbol_ratio": results["hidden"].symbol_ratio},
        "held_out_episodes": result.held_out_episodes,
    }
    control = max(result.probe.controls or (), default=None)
    score = result.probe.value
    outcome = (
        Outcome.UNDECIDED
        if score is None
        else Outcome.PASSED
        if result.probe.beats_controls
        else Outcome.FAILED
    )
    return beside(Evidence("separation", question, outcome, score, control=control, details=details))


def _situated(
    experiment: Experiment, policy: Policy, rows: Bool[np.ndarray, " episode"]
) -> tuple[xr.Dataset, dict[int, str]]:
    """Count a symbol as several where the policy depends on the context, and name their actions.

    The trace that is given back has these symbols as its input.
    """
    band = experiment.near
    inputs, context = band.situations[rows], policy.in_context(band.situations)[rows]
    situation, labels, classes = np.full_like(inputs, PADDING), [], {}
    named = _class_names(experiment, policy)
    for row, symbol in enumerate(experiment.symbols):
        rules, which = np.unique(policy.table[row], axis=0, return_inverse=True)
        for place, rule in enumerate(rules):
            here = (inputs == row) & (which.ravel()[context] == place)
            if here.any():
                situation[here] = len(labels)
                classes[len(labels)] = named[tuple(rule.tolist())]
                labels.append(symbol if len(rules) == 1 else f"{symbol} ({classes[len(labels)]})")
    trace = band.trace.isel(episode=np.flatnonzero(rows))
    return label(trace.assign(input=(("episode", "step"), situation)), symbols=labels), classes


def _class_names(experiment: Experiment, policy: Policy) -> dict[tuple[int, ...], str]:
    """Name the actions of every row of a table; rows that contradict each other nowhere share a name."""
    rows = np.unique(policy.table.reshape(-1, policy.table.shape[-1]), axis=0)
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
