"""Evidence of what the memory carries: write all that another episode wrote, and see what is answered.

That actions matter, and that the answer is lost without the memory, does not show that the answer is made of
what the memory holds: a network may answer from its hidden state, and be silent where the memory disagrees.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Int

from mannscope.arrays import PADDING
from mannscope.errors import MannscopeError
from mannscope.hypotheses.evidence import EXCHANGE, Evidence, Outcome, weigh_shares
from mannscope.hypotheses.experiment import Band, Experiment
from mannscope.hypotheses.interventional import some_rows
from mannscope.hypotheses.policy import Policy
from mannscope.hypotheses.refusing import not_taken
from mannscope.tasks import NOTHING, OracleStep

QUESTION = "Write all that another episode wrote: is the answer what an algorithm makes of it?"


def exchange(experiment: Experiment, policy: Policy) -> Evidence | None:
    """Put everything that another episode wrote into an episode of the same categories.

    An interchange intervention on the whole of the memory. The answer must be what one of the textbook
    algorithms with this policy gives, with the contents that it would have written in the other episode. How
    the network writes them is not asked: that is for a claim about contents. Counted are episodes after which
    the algorithm gives another answer than before.

    Source: Geiger et al. (2021), interchange interventions. https://arxiv.org/abs/2106.02997

    Returns:
        None where the hypothesis names no algorithm, so that there is nothing to compare with.
    """
    algorithms = policy.hypothesis.carries
    if not algorithms:
        return None
    if why := experiment.network.refusals.get("replace"):
        return not_taken("exchange", QUESTION, why)
    band = experiment.near
    rows, sources, outputs = experiment.once("exchanged", lambda: _exchanged(experiment))
    if not len(rows):
        note = {"note": "the network does its task at no size, or no other episode has the same categories"}
        return Evidence("exchange", QUESTION, Outcome.UNDECIDED, threshold=EXCHANGE, details=note)
    found = [
        experiment.once(f"exchanged: {name}", lambda: _compared(experiment, rows, sources, outputs, name))  # noqa: B023
        for name in algorithms
    ]
    scores = [float(np.nanmean(share)) if not np.isnan(share).all() else -1.0 for share in found]
    best = int(np.argmax(scores))
    kept = ((outputs == band.outputs[rows]) | ~band.answer[rows]).all(1)[~np.isnan(found[best])]
    return weigh_shares(
        "exchange",
        f"{QUESTION} (Control: the answer stays as it was.)",
        found[best],
        EXCHANGE,
        size=band.size[rows],
        most=experiment.most,
        control=float(kept.mean()) if len(kept) else None,
        details={"algorithm": algorithms[best], "exchanged": len(rows)},
    )


def _other(experiment: Experiment, band: Band, row: int) -> Int[np.ndarray, " step"] | None:
    """Make another episode with the same category at every step; None where the task has none.

    Every symbol is drawn by itself. Where that makes no episode, as with brackets that must match, symbols
    are renamed throughout, in categories of as many symbols alike.
    """
    task, random = experiment.network.task, np.random.default_rng((experiment.seed, row))
    situations, drawn = band.situations[row], band.inputs[row].copy()
    category = np.array([of for _, of in task.situations])
    symbol = np.array([of for of, _ in task.situations])
    renamed, steps = drawn.copy(), np.flatnonzero(situations != PADDING)
    members = [np.flatnonzero(category == category[situations[step]]) for step in steps]
    for step, alike in zip(steps, members, strict=True):
        drawn[step] = symbol[random.choice(alike)]
    turn = int(random.integers(len(symbol)))
    for step, alike in zip(steps, members, strict=True):
        place = int(np.flatnonzero(alike == situations[step])[0])
        renamed[step] = symbol[alike[(place + 1 + turn % max(1, len(alike) - 1)) % len(alike)]]
    return next((one for one in (drawn, renamed) if _is_alike(experiment, one, situations)), None)


def _is_alike(
    experiment: Experiment, inputs: Int[np.ndarray, " step"], situations: Int[np.ndarray, " step"]
) -> bool:
    """Whether these are an episode of the task, with the same category at every step."""
    task = experiment.network.task
    category = np.array([of for _, of in task.situations])
    try:
        for algorithm in task.oracles():
            task.oracle(tuple(inputs[inputs != PADDING].tolist()), algorithm)
    except MannscopeError:
        return False
    same = category[task.situate(inputs[None])[0]] == category[situations]
    return bool((same | (inputs == PADDING)).all())


class _Exchanged(NamedTuple):
    """Episodes, the other episodes of which they hold what was written, and what is put out then."""

    rows: Int[np.ndarray, " some"]
    sources: Int[np.ndarray, "some step"]
    outputs: Int[np.ndarray, "some step"]


def _exchanged(experiment: Experiment) -> _Exchanged:
    """Run episodes with all that others of the same categories wrote."""
    band, rows = experiment.near, some_rows(experiment)[0]
    others = [_other(experiment, band, row) for row in rows.tolist()]
    known = [place for place, other in enumerate(others) if other is not None]
    sources = np.array([others[place] for place in known], int).reshape(-1, band.inputs.shape[1])
    if not known:
        return _Exchanged(rows[known], sources, sources)
    recorded = band.network.record(sources)
    contents = {name: recorded[name].values for name in band.network.content_ops}
    outputs = band.run(rows[known], written=contents, where=sources != PADDING)
    return _Exchanged(rows[known], sources, outputs)


def _compared(
    experiment: Experiment,
    rows: Int[np.ndarray, " some"],
    sources: Int[np.ndarray, "some step"],
    outputs: Int[np.ndarray, "some step"],
    algorithm: str,
) -> np.ndarray:
    """Mark the episodes answered as the algorithm would; NaN where it would answer as before.

    Where the network reads before it writes, what it answers in a step is not made of what that step writes.
    """
    band, task = experiment.near, experiment.network.task
    early = experiment.network.anatomy.reads == "before writing"
    found = np.full(len(rows), np.nan)
    for place, (row, source) in enumerate(zip(rows, sources, strict=True)):
        own, other = (tuple(one[one != PADDING].tolist()) for one in (band.inputs[row], source))
        theirs, mine = (written(task.oracle(one, algorithm)) for one in (other, own))
        if list(mine) != list(theirs):
            continue
        answer = band.answer[row]
        expected = answers(task.oracle(own, algorithm, theirs), task.outputs, answer)
        for step in (step for step in theirs if early and answer[step]):
            before = {place: content for place, content in theirs.items() if place < step}
            made = task.oracle(own, algorithm, before)
            expected[step] = task.outputs.index(made[step].output)
        if (expected != np.asarray(band.episodes.targets)[row])[answer].any():
            found[place] = float((outputs[place] == expected)[answer].all())
    return found


def written(steps: Sequence[OracleStep]) -> dict[int, str]:
    """Give what an algorithm writes, by the step."""
    return {step: one.written for step, one in enumerate(steps) if one.written not in ("", NOTHING)}


def answers(
    steps: Sequence[OracleStep], outputs: Sequence[str], answer: Bool[np.ndarray, " step"]
) -> Int[np.ndarray, " step"]:
    """Give what an algorithm has ready at the answer positions, as indices; -1 elsewhere."""
    given = np.full(answer.shape, PADDING)
    for place in np.flatnonzero(answer).tolist():
        given[place] = list(outputs).index(steps[place].output)
    return given
