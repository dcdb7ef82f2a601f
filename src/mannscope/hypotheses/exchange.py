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
from mannscope.hypotheses.experiment import Band, Experiment
from mannscope.hypotheses.interventional import some_rows
from mannscope.hypotheses.policy import Policy
from mannscope.hypotheses.refusing import not_taken
from mannscope.tasks import NOTHING, AbstractTask, OracleStep
from mannscope.tasks.finite import cut

FEW, MORE = 0.15, 4
"""Share of `episodes`, of each size, in which an algorithm must answer another thing; where fewer do, so many
times as many are drawn, and those that do are added."""

QUESTION = "Write all that another episode wrote: is the answer what an algorithm makes of it?"


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
    exchanged = experiment.once("exchanged", lambda: _exchanged(experiment))
    if not len(exchanged.outputs):
        note = {"note": "the network does its task at no size, or no other episode has the same categories"}
        return Evidence("exchange", QUESTION, Outcome.UNDECIDED, threshold=EXCHANGE, details=note)
    found = [
        experiment.once(f"exchanged: {name}", lambda name=name: _compared(exchanged, name))
        for name in algorithms
    ]
    scores = [float(np.nanmean(share)) if not np.isnan(share).all() else -1.0 for share in found]
    best = int(np.argmax(scores))
    band = exchanged.band
    kept = ((exchanged.outputs == band.outputs) | ~band.answer).all(1)[~np.isnan(found[best])]
    return weigh_shares(
        "exchange",
        f"{QUESTION} (Control: the answer stays as it was.)",
        found[best],
        EXCHANGE,
        size=band.size,
        most=experiment.most,
        control=float(kept.mean()) if len(kept) else None,
        details={"algorithm": algorithms[best], "exchanged": len(exchanged.outputs)},
    )


DRAWS, TRIES = 8, 48
"""Draws of another episode with the same categories, and stretches that are renamed where all fail."""

_Pairs = tuple[Band, Int[np.ndarray, "episode step"]]
"""Episodes, and another one of the same categories for each."""


class _Exchanged(NamedTuple):
    """Episodes, the other episodes of which they hold what was written, and what is put out then."""

    band: Band
    sources: Int[np.ndarray, "episode step"]
    outputs: Int[np.ndarray, "episode step"]


def _exchanged(experiment: Experiment) -> _Exchanged:
    """Run episodes with all that others of the same categories wrote."""
    network, near, seed = experiment.network, experiment.near, experiment.seed
    rows = some_rows(experiment)[0]
    band, sources = _paired(near.some(rows), [(seed, row) for row in rows.tolist()])
    if network.task.finite is None and not experiment.quick:
        for algorithm in network.task.oracles():
            sizes = band.size[_changed(band, sources, algorithm)]
            for size in np.unique(band.size).tolist():
                if (sizes == size).sum() < FEW * experiment.episodes:
                    more, theirs = _fresh(experiment, size)
                    telling = np.flatnonzero(_changed(more, theirs, algorithm))
                    band = band.with_more(more.some(telling))
                    sources = np.concatenate([sources, theirs[telling]])
    if not len(sources):
        return _Exchanged(band, sources, sources)
    recorded = network.record(sources)
    contents = {name: recorded[name].values for name in network.content_ops}
    return _Exchanged(band, sources, band.run(written=contents, where=sources != PADDING))


def _fresh(experiment: Experiment, size: int) -> _Pairs:
    """Draw more episodes of a size, an equal share of every shape, and others of the same categories."""
    network, count = experiment.network, MORE * experiment.episodes
    sizes, shapes = np.full(count, size), np.arange(count) % len(network.task.shapes)
    drawn = network.sample_mixed(1_000 * experiment.seed + 500 + size, sizes, shapes)
    episodes = cut(drawn, np.arange(count), experiment.near.inputs.shape[1])
    band = Band(network, episodes, sizes, shapes)
    return _paired(band, [(experiment.seed, size, row) for row in range(count)], tries=0)


def _paired(band: Band, seeds: Sequence[tuple[int, ...]], tries: int = TRIES) -> _Pairs:
    """Find another episode for each that has one."""
    task = band.network.task
    others = [other_episode(task, one, seed, tries) for one, seed in zip(band.inputs, seeds, strict=True)]
    known = [row for row, other in enumerate(others) if other is not None]
    found = np.array([others[row] for row in known], int).reshape(-1, band.inputs.shape[1])
    return band.some(np.array(known, int)), found


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


def _compared(exchanged: _Exchanged, algorithm: str) -> np.ndarray:
    """Mark the episodes answered as the algorithm would; NaN where it would answer as before."""
    expected, carried = _expected(exchanged.band, exchanged.sources, algorithm)
    right = ((exchanged.outputs == expected) | ~carried).all(1)
    return np.where(_differs(exchanged.band, expected, carried), right.astype(float), np.nan)


def _changed(band: Band, sources: Int[np.ndarray, "some step"], algorithm: str) -> Bool[np.ndarray, " some"]:
    """Mark the episodes in which the algorithm answers another thing with what it wrote in the others."""
    return _differs(band, *_expected(band, sources, algorithm))


def _differs(
    band: Band, expected: Int[np.ndarray, "some step"], carried: Bool[np.ndarray, "some step"]
) -> Bool[np.ndarray, " some"]:
    return ((expected != np.asarray(band.episodes.targets)) & carried).any(1)


def _expected(
    band: Band, sources: Int[np.ndarray, "some step"], algorithm: str
) -> tuple[Int[np.ndarray, "some step"], Bool[np.ndarray, "some step"]]:
    """Give the algorithm's answers with what it wrote in other episodes, and which of them are carried there.

    None are where it wrote at other steps.
    """
    task = band.network.task
    found, carried = np.full(band.inputs.shape, PADDING), np.zeros(band.inputs.shape, bool)
    for row, (inputs, source) in enumerate(zip(band.inputs, sources, strict=True)):
        own, other = (tuple(one[one != PADDING].tolist()) for one in (inputs, source))
        theirs, mine = (written(task.oracle(one, algorithm)) for one in (other, own))
        if list(mine) == list(theirs):
            answer = band.answer[row]
            found[row] = answers(task.oracle(own, algorithm, theirs), task.outputs, answer)
            carried[row] = answer
            carried[row, said_at_once(task, own, algorithm, theirs, answer)] = False
    return found, carried


def said_at_once(
    task: AbstractTask,
    inputs: tuple[int, ...],
    algorithm: str,
    replaced: Mapping[int, str],
    answer: Bool[np.ndarray, " step"],
) -> list[int]:
    """List the steps at which another content, written at that very step alone, changes the answer there."""
    at_once = [step for step in replaced if answer[step]]
    before = task.oracle(inputs, algorithm) if at_once else ()
    return [
        step
        for step in at_once
        if replaced[step] != before[step].written
        if task.oracle(inputs, algorithm, {step: replaced[step]})[step].output != before[step].output
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
