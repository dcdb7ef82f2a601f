"""Evidence of what the memory carries: write all that another episode wrote, and see what is answered.

That actions matter, and that the answer is lost without the memory, does not show that the answer is made of
what the memory holds: a network may answer from its hidden state, and be silent where the memory disagrees.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Int

from mannscope.arrays import PADDING
from mannscope.errors import MannscopeError
from mannscope.hypotheses.evidence import EXCHANGE, Evidence, Outcome, weigh_shares
from mannscope.hypotheses.experiment import Experiment
from mannscope.hypotheses.interventional import some_rows
from mannscope.hypotheses.policy import Policy
from mannscope.hypotheses.refusing import not_taken
from mannscope.tasks import NOTHING, AbstractTask, OracleStep

QUESTION = "Write all that another episode wrote: is the answer what an algorithm makes of it?"

DRAWS, TRIES = 8, 48
"""Draws of another episode with the same categories, and stretches that are renamed where all fail."""


def exchange(experiment: Experiment, policy: Policy) -> Evidence | None:
    """Put everything that another episode wrote into an episode of the same categories.

    An interchange intervention on the whole of the memory. The answer must be what one of the textbook
    algorithms with this policy gives, with the contents that it would have written in the other episode. How
    the network writes them is not asked: that is for a claim about contents. Counted are episodes after which
    the algorithm gives another answer than before. Left out are answers that what is written at that very
    step decides: a network may say what it has just read, and nothing is carried.

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


def other_episode(
    task: AbstractTask, inputs: Int[np.ndarray, " step"], seed: Sequence[int], tries: int = TRIES
) -> Int[np.ndarray, " step"] | None:
    """Make another episode with the same category at every step; None where none is found.

    First every symbol is drawn anew. In some tasks they depend on each other, such as a closing bracket on
    the one that it closes, so that most draws are no episode. Then stretches of the episode are renamed,
    the first symbols of all categories alike, and what stays an episode is kept.
    """
    random = np.random.default_rng(seed)
    category = np.array(task.situations)[:, 1]
    steps = np.flatnonzero(inputs != PADDING)
    of = category[task.situate(inputs[None])[0][steps]]
    members = [np.array(task.situations)[category == one, 0] for one in range(category.max() + 1)]
    for _ in range(DRAWS):
        drawn = inputs.copy()
        drawn[steps] = [members[one][random.integers(len(members[one]))] for one in of.tolist()]
        if not (drawn == inputs).all() and _is_alike(task, drawn, of):
            return drawn
    found = inputs
    for number in range(tries):
        begin, end = (
            sorted(random.integers(len(steps) + 1, size=2).tolist()) if number % 4 else (0, len(steps))
        )
        orders = {len(some): random.permutation(len(some)) for some in members}
        drawn = found.copy()
        for step, one in zip(steps[begin:end].tolist(), of[begin:end].tolist(), strict=True):
            some = members[one]
            drawn[step] = some[orders[len(some)][some == drawn[step]][0]]
        same = (drawn == found).all() or (drawn == inputs).all()
        if not same and _is_alike(task, drawn, of):
            found = drawn
    return None if (found == inputs).all() else found


def _is_alike(
    task: AbstractTask, inputs: Int[np.ndarray, " step"], category: Int[np.ndarray, " read"]
) -> bool:
    """Whether symbols are an episode of these categories."""
    read = inputs != PADDING
    try:
        for algorithm in task.oracles():
            task.oracle(tuple(inputs[read].tolist()), algorithm)
    except MannscopeError:
        return False
    found = np.array(task.situations)[task.situate(inputs[None])[0], 1]
    return bool((found[read] == category).all())


class _Exchanged(NamedTuple):
    """Episodes, the other episodes of which they hold what was written, and what is put out then."""

    rows: Int[np.ndarray, " some"]
    sources: Int[np.ndarray, "some step"]
    outputs: Int[np.ndarray, "some step"]


def _exchanged(experiment: Experiment) -> _Exchanged:
    """Run episodes with all that others of the same categories wrote."""
    band, rows = experiment.near, some_rows(experiment)[0]
    task, seed = experiment.network.task, experiment.seed
    others = [other_episode(task, band.inputs[row], (seed, row)) for row in rows.tolist()]
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
    """Mark the episodes answered as the algorithm would; NaN where it would answer as before."""
    band, task = experiment.near, experiment.network.task
    found = np.full(len(rows), np.nan)
    for place, (row, source) in enumerate(zip(rows, sources, strict=True)):
        own, other = (tuple(one[one != PADDING].tolist()) for one in (band.inputs[row], source))
        theirs, mine = (written(task.oracle(one, algorithm)) for one in (other, own))
        if list(mine) != list(theirs):
            continue
        expected = answers(task.oracle(own, algorithm, theirs), task.outputs, band.answer[row])
        carried = band.answer[row].copy()
        carried[said_at_once(task, own, algorithm, theirs, carried)] = False
        if (expected != np.asarray(band.episodes.targets)[row])[carried].any():
            found[place] = float((outputs[place] == expected)[carried].all())
    return found


def said_at_once(
    task: AbstractTask,
    inputs: tuple[int, ...],
    algorithm: str,
    replaced: Mapping[int, str],
    answer: Bool[np.ndarray, " step"],
) -> list[int]:
    """List the steps at which another content, written at that very step alone, changes the answer there."""
    before = task.oracle(inputs, algorithm)
    return [
        step
        for step, content in replaced.items()
        if answer[step] and content != before[step].written
        if task.oracle(inputs, algorithm, {step: content})[step].output != before[step].output
    ]


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
