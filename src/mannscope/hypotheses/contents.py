"""Evidence of what is stored: can it be read, and does the network answer by it?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Bool, Int

from mannscope.analyses import Probe
from mannscope.arrays import PADDING
from mannscope.errors import MannscopeError, UnknownNameError
from mannscope.hypotheses.evidence import (
    INTERCHANGE,
    READ,
    SELECTIVITY,
    Evidence,
    Outcome,
    Part,
    decide,
    interval,
    weigh,
    weigh_shares,
)
from mannscope.hypotheses.exchange import answers, written
from mannscope.hypotheses.experiment import Band, Experiment
from mannscope.hypotheses.policy import Policy
from mannscope.hypotheses.refusing import not_taken


def contents(experiment: Experiment, policy: Policy) -> Iterator[Evidence]:
    """Probe every site that is claimed to hold a variable, beside a control task of the same size.

    It must be read right, and not by what the probe can memorise: a site that holds the value half of
    the time can be selective too. Selectivity is counted as a share of what the control leaves above itself,
    which is little where a variable has few values.
    """
    band = experiment.near
    for claim in policy.hypothesis.contents:
        mask = policy.positions(band.situations, claim.at or None)
        question = (
            f"Does {claim.site} hold {claim.variable}? (Control: a random variable, read by the same probe.)"
        )
        details: dict[str, Any] = {"claim": vars(claim)}
        try:
            probe = Probe(claim.site, claim.variable, seed=experiment.seed, counts_bits=False)
            result = probe(band.trace, mask=mask)
        except UnknownNameError:
            raise
        except MannscopeError as nowhere:  # the variable is not defined at these categories
            details["note"] = str(nowhere)
            yield Evidence("contents", question, Outcome.FAILED, threshold=READ, details=details)
            continue
        room = 1 - result.control_accuracy
        selective = result.selectivity / room if room > 0 else 0.0
        details |= {
            "selectivity": result.selectivity,
            "selective_share": selective,
            "selectivity_needed": SELECTIVITY,
            "base_rate": result.base_rate,
        }
        held_out = max(1, result.episodes // 2)
        count = min(held_out, experiment.most or held_out)
        bounds = interval(result.accuracy, count)
        whole = Part("all", result.accuracy, bounds, count, decide(bounds, READ))
        outcome = whole.outcome if selective >= SELECTIVITY else Outcome.FAILED
        found = weigh("contents", question, whole, {}, threshold=READ, worst=READ, details=details)
        yield replace(found, outcome=outcome, control=result.control_accuracy)


@dataclass(frozen=True)
class Swap:
    """What was written at one step of an episode, put at a step of another one in its place."""

    base: int
    place: int
    source: int
    source_place: int
    expected: Int[np.ndarray, " step"]
    """Outputs that the textbook algorithm gives then; -1 where there is no target, and at the step itself
    where the answer changes: a network may say what it has just read."""


def interchange(experiment: Experiment, policy: Policy) -> Iterator[Evidence]:
    """Write what another episode wrote at one step: the answer must be the algorithm's counterfactual.

    One swap an episode, between steps at which the algorithm writes something. Counted are swaps after which
    the algorithm gives another answer than before: only they can fail.

    Source: Geiger et al. (2021), interchange intervention accuracy. https://arxiv.org/abs/2106.02997
    """
    hypothesis, band = policy.hypothesis, experiment.near
    if not hypothesis.algorithm:
        return
    question = (
        f"Write what another episode wrote at one step: is the answer what {hypothesis.algorithm} gives? "
        "(Control: the answer as it was.)"
    )
    if why := experiment.network.refusals.get("replace"):
        yield not_taken("interchange", question, why)
        return
    drawn = experiment.once(
        f"swaps: {hypothesis.algorithm}", lambda: list(draw_swaps(experiment, hypothesis.algorithm))
    )
    swaps = [one for one in drawn if experiment.works_at[int(band.size[one.base])]]
    if not swaps:
        note = {"note": "the network does its task at no size, or the algorithm writes nothing"}
        yield Evidence("interchange", question, Outcome.UNDECIDED, threshold=INTERCHANGE, details=note)
        return
    episodes, expected, counted = counterfactuals(band, swaps)
    answer = band.answer[episodes] & (expected != PADDING)
    got = experiment.once(f"swapped: {hypothesis.algorithm}", lambda: _exchanged(experiment, swaps))
    plain = band.outputs[episodes]
    right = ((got == expected) | ~answer).all(1)
    unmoved = ((got == plain) | ~answer).all(1)
    yield weigh_shares(
        "interchange",
        question,
        np.where(counted, right, np.nan),
        INTERCHANGE,
        size=band.size[episodes],
        most=experiment.most,
        control=float(unmoved[counted].mean()) if counted.any() else None,
        details={"swaps": len(swaps), "counted": int(counted.sum()), "algorithm": hypothesis.algorithm},
    )


def draw_swaps(experiment: Experiment, algorithm: str) -> Iterator[Swap]:
    """Draw a step of every episode at which something is written, and another one with another content."""
    task, random = experiment.network.task, np.random.default_rng(experiment.seed)
    inputs = [tuple(row[row != PADDING].tolist()) for row in experiment.near.inputs]
    runs = [task.oracle(symbols, algorithm) for symbols in inputs]
    pushed = [(episode, place) for episode, steps in enumerate(runs) for place in written(steps)]
    content = np.array([runs[episode][place].written for episode, place in pushed])
    of_episode = np.array([episode for episode, _ in pushed])
    for base, symbols in enumerate(inputs):
        own = np.flatnonzero(of_episode == base)
        if not len(own):
            continue
        here = int(random.choice(own))
        others = np.flatnonzero((of_episode != base) & (content != content[here]))
        if len(others):
            there, place = int(random.choice(others)), pushed[here][1]
            source, source_place = pushed[there]
            changed = task.oracle(symbols, algorithm, {place: str(content[there])})
            expected = answers(changed, task.outputs, experiment.near.answer[base])
            if changed[place].output != runs[base][place].output:
                expected[place] = PADDING
            yield Swap(base, place, source, source_place, expected)


def counterfactuals(
    band: Band, swaps: Sequence[Swap]
) -> tuple[Int[np.ndarray, " swap"], Int[np.ndarray, "swap step"], Bool[np.ndarray, " swap"]]:
    """Give every swap's base episode, what is to be answered then, and whether that is another answer."""
    bases = np.array([swap.base for swap in swaps], int)
    expected = np.array([swap.expected for swap in swaps], int).reshape(len(swaps), band.inputs.shape[1])
    changes = expected != np.asarray(band.episodes.targets)[bases]
    return bases, expected, (changes & band.answer[bases] & (expected != PADDING)).any(1)


def _exchanged(experiment: Experiment, swaps: Sequence[Swap]) -> Int[np.ndarray, "swap step"]:
    """Run the base episodes with what the sources wrote, and give the outputs."""
    band = experiment.near
    bases, places = (np.array([getattr(swap, name) for swap in swaps]) for name in ("base", "place"))
    where = np.zeros(band.inputs[bases].shape, bool)
    where[np.arange(len(swaps)), places] = True
    values_of = {}
    for name in experiment.network.content_ops:
        recorded = band.trace[name].values
        values = np.zeros((*where.shape, *recorded.shape[2:]), recorded.dtype)
        for row, swap in enumerate(swaps):
            values[row, swap.place] = recorded[swap.source, swap.source_place]
        values_of[name] = values
    return band.run(bases, written=values_of, where=where)
