"""Evidence of what is stored: can it be read, and does the network answer by it?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Bool, Int

from mannscope.analyses import Probe, wilson_interval
from mannscope.arrays import PADDING
from mannscope.errors import MannscopeError, UnknownNameError
from mannscope.hypotheses.evidence import INTERCHANGE, READ, SELECTIVITY, Evidence
from mannscope.hypotheses.experiment import Experiment
from mannscope.hypotheses.hypothesis import Hypothesis, Table, positions
from mannscope.interventions import Replace
from mannscope.tasks import NOTHING, OracleStep


def contents(experiment: Experiment, hypothesis: Hypothesis, table: Table) -> Iterator[Evidence]:
    """Probe every site that is claimed to hold a variable, beside a control task of the same size.

    It must be read right, and not by what the probe can memorise: a site that holds the value half of
    the time can be selective too. Selectivity is counted as a share of what the control leaves above itself,
    which is little where a variable has few values.
    """
    symbols, inputs = experiment.symbols, experiment.situations(experiment.trace)
    for claim in hypothesis.contents:
        mask = positions(hypothesis.places(symbols, claim.at or None), inputs)
        question = (
            f"Does {claim.site} hold {claim.variable}: probe accuracy above that of a random control task?"
        )
        score, passed = None, False
        details: dict[str, Any] = {"claim": vars(claim)}
        try:
            result = Probe(claim.site, claim.variable, seed=experiment.seed)(experiment.trace, mask=mask)
        except UnknownNameError:
            raise
        except MannscopeError as nowhere:  # the variable is not defined at these categories
            details["note"] = str(nowhere)
        else:
            room = 1 - result.control_accuracy
            score = result.selectivity / room if room > 0 else 0.0
            passed = score >= SELECTIVITY and result.accuracy >= READ
            details |= {
                "accuracy": result.accuracy,
                "accuracy_needed": READ,
                "selectivity": result.selectivity,
                "interval": result.interval,
                "control_accuracy": result.control_accuracy,
                "base_rate": result.base_rate,
            }
        yield Evidence("contents", question, score, None, SELECTIVITY, "at least", passed, details)


@dataclass(frozen=True)
class _Swap:
    """What was written at one step of an episode, put at a step of another one in its place."""

    base: int
    place: int
    source: int
    source_place: int
    expected: Int[np.ndarray, " step"]
    """Outputs that the textbook algorithm gives then; -1 where there is no target."""


def interchange(experiment: Experiment, hypothesis: Hypothesis, table: Table) -> Iterator[Evidence]:
    """Write what another episode wrote, and compare the answer with the algorithm's counterfactual.

    One swap an episode, at the largest size trained on, between steps at which the algorithm writes
    something. Counted are swaps after which the algorithm gives another answer than before: only they can
    fail.

    Source: Geiger et al. (2021), interchange intervention accuracy. https://arxiv.org/abs/2106.02997
    """
    if not hypothesis.algorithm:
        return
    swaps = list(_swaps(experiment, hypothesis))
    episodes = [swap.base for swap in swaps]
    answer = np.asarray(experiment.near.answer)[episodes]
    got = _exchanged(experiment, swaps)
    plain = experiment.near_trace["output"].values[episodes]
    expected = np.array([swap.expected for swap in swaps]).reshape(got.shape)
    targets = np.asarray(experiment.near.targets)[episodes]
    counted = ((expected != targets) & answer).any(1)
    right = ((got == expected) | ~answer).all(1)
    unmoved = ((got == plain) | ~answer).all(1)
    score = float(right[counted].mean()) if counted.any() else None
    control = float(unmoved[counted].mean()) if counted.any() else None
    passed = experiment.works and score is not None and score >= INTERCHANGE
    question = (
        f"Is the answer what {hypothesis.algorithm} gives, with contents of another episode? "
        "(Control: the answer as it was.)"
    )
    details = {"swaps": len(swaps), "counted": int(counted.sum()), "algorithm": hypothesis.algorithm}
    if counted.any():
        details["interval"] = wilson_interval(int(right[counted].sum()), int(counted.sum()))
    yield Evidence("interchange", question, score, control, INTERCHANGE, "at least", passed, details)


def _swaps(experiment: Experiment, hypothesis: Hypothesis) -> Iterator[_Swap]:
    """Draw a step of every episode at which something is written, and another one with another content."""
    task, random = experiment.network.task, np.random.default_rng(experiment.seed)
    inputs = [tuple(row[row != PADDING].tolist()) for row in np.asarray(experiment.near.inputs)]
    runs = [task.oracle(symbols, hypothesis.algorithm) for symbols in inputs]
    pushed = [(episode, place) for episode, steps in enumerate(runs) for place in _places(steps)]
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
            changed = task.oracle(symbols, hypothesis.algorithm, {place: str(content[there])})
            expected = _outputs(changed, task.outputs, np.asarray(experiment.near.answer)[base])
            yield _Swap(base, place, source, source_place, expected)


def _places(steps: Sequence[OracleStep]) -> list[int]:
    return [place for place, step in enumerate(steps) if step.written not in ("", NOTHING)]


def _outputs(
    steps: Sequence[OracleStep], outputs: Sequence[str], answer: Bool[np.ndarray, " step"]
) -> Int[np.ndarray, " step"]:
    given = np.full(answer.shape, PADDING)
    for place in np.flatnonzero(answer).tolist():
        given[place] = outputs.index(steps[place].output)
    return given


def _exchanged(experiment: Experiment, swaps: Sequence[_Swap]) -> Int[np.ndarray, "swap step"]:
    """Run the base episodes with what the sources wrote, and give the outputs."""
    trace = experiment.near_trace
    bases, places = [swap.base for swap in swaps], [swap.place for swap in swaps]
    inputs = trace["input"].values[bases]
    where = np.zeros(inputs.shape, bool)
    where[np.arange(len(swaps)), places] = True
    edits = []
    for name in experiment.network.content_ops:
        recorded = trace[name].values
        values = np.zeros((*inputs.shape, *recorded.shape[2:]), recorded.dtype)
        for row, swap in enumerate(swaps):
            values[row, swap.place] = recorded[swap.source, swap.source_place]
        edits.append(Replace(field=name, values=jnp.asarray(values), where=jnp.asarray(where)))
    return experiment.network.logits(inputs, tuple(edits)).argmax(-1)
