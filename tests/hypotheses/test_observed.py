"""Verdicts from a trace alone: a claim can fail, and what agrees is observed only."""

import numpy as np
import pytest
import xarray as xr

from mannscope.errors import MannscopeError
from mannscope.hypotheses import Hypothesis, verify
from mannscope.traces import SCHEMA_VERSION, label

SYMBOLS = ("a", "b", "#", "_")
CLAIM = Hypothesis(
    "push letters, pop blanks",
    {"letter": ("a", "b"), "blank": ("_",)},
    {"actor 0": {"letter": "0", "blank": "1"}},
)


def recorded(*, obeys: bool = True, length: int = 12, known: bool = True) -> xr.Dataset:
    """Write a trace of reversal by hand: 0 is done at letters, 2 at the cue, 1 at blanks."""
    random = np.random.default_rng(0)
    letters = random.integers(0, 2, (900, length))
    letters[1::2, length - 2 :] = -1
    counts = (letters >= 0).sum(axis=1)
    steps = 2 * length + 1
    inputs, target = np.full((900, steps), -1), np.full((900, steps), -1)
    for row, count in enumerate(counts.tolist()):
        inputs[row, : 2 * count + 1] = [*letters[row, :count], 2, *[3] * count]
        target[row, count + 1 : 2 * count + 1] = letters[row, :count][::-1]
    action = np.select([inputs < 2, inputs == 2, inputs == 3], [0, 2, 1])
    if not obeys:
        action[:, 1] = np.where(inputs[:, 1] == 1, 2, action[:, 1])
    logits = np.eye(2)[np.maximum(target, 0)]
    dims = ("episode", "step")
    variables = {
        "input": (dims, inputs),
        "output": (dims, logits.argmax(-1)),
        "logits": ((*dims, "output_symbol"), logits),
        "hidden": ((*dims, "hidden"), np.eye(4)[np.maximum(inputs, 0)]),
        "policy": ((*dims, "choice"), np.eye(3)[action]),
        "action": ((*dims, "actor"), action[..., None]),
    }
    if known:
        variables |= {"target": (dims, target), "answer": (dims, target >= 0)}
    trace = xr.Dataset(variables, attrs={"schema_version": SCHEMA_VERSION, "network": "by hand"})
    return label(trace, symbols=SYMBOLS, outputs=("a", "b"))


@pytest.fixture(scope="module")
def trace() -> xr.Dataset:
    return recorded()


def test_what_agrees_is_observed_only(trace: xr.Dataset) -> None:
    found = verify(trace, CLAIM)
    (verdict,) = found.hypotheses
    assert verdict.observed_only
    assert not verdict.holds
    assert verdict.says().startswith("observed only (task, agreement passed): cue conflict, ")
    assert set(verdict.refused) == {"cue conflict", "invariance", "sufficiency", "necessity", "reliance"}
    assert list(found.refused) == ["untrained", "elsewhere"]


def test_shuffled_categories_disagree(trace: xr.Dataset) -> None:
    (shuffled,) = verify(trace, CLAIM).shuffled
    assert "agreement" in shuffled.failed


def test_the_worst_case_and_counterexamples_speak_against_a_claim() -> None:
    (verdict,) = verify(recorded(obeys=False), CLAIM).hypotheses
    assert verdict.failed == ("agreement",)
    agreement = next(piece for piece in verdict.evidence if piece.kind == "agreement")
    assert agreement.worst is not None
    assert agreement.worst.name == "step 1"
    example = verdict.counterexamples[0]
    assert (example["step"], example["symbol"], example["expected"], example["got"]) == (1, "b", "0", "2")


def test_an_episode_counts_once(trace: xr.Dataset) -> None:
    doubled = xr.concat([trace, trace], "episode", data_vars="minimal", coords="minimal")
    assert verify(doubled, CLAIM).episodes == verify(trace, CLAIM).episodes < trace.sizes["episode"]


def test_where_answers_are_not_known_the_task_is_not_said_to_be_done() -> None:
    (verdict,) = verify(recorded(known=False), CLAIM).hypotheses
    assert "task" in verdict.refused
    assert verdict.observed_only


def test_a_trace_needs_a_hypothesis_and_actors(trace: xr.Dataset) -> None:
    with pytest.raises(MannscopeError, match="hypothesis must be stated"):
        verify(trace)
    with pytest.raises(MannscopeError, match="must have actors"):
        verify(label(trace.isel(actor=[])), CLAIM)
