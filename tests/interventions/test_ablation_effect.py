"""How much a network relies on a part: two traces beside each other."""

import json
from typing import Any

import numpy as np
import pytest
import xarray as xr

from mannscope.errors import MannscopeError
from mannscope.interventions import Ablation, AblationEffect, ZeroReading
from mannscope.models import record
from small import INPUTS, small_model

STEPS = ("episode", "step")


def traced(*, hidden: float = 0.0, logit: float = 0.0, at: int = 0, **more: Any) -> xr.Dataset:
    """Two episodes, of three steps and of two, with one number changed in the second."""
    arrays = {"logits": np.zeros((2, 3, 2)), "hidden": np.zeros((2, 3, 4))}
    arrays["logits"][1, at, 0], arrays["hidden"][1, at, 3] = logit, hidden
    variables = {
        "input": (STEPS, np.array([[0, 1, 2], [2, 1, -1]])),
        "logits": ((*STEPS, "output_symbol"), arrays["logits"]),
        "hidden": ((*STEPS, "hidden"), arrays["hidden"]),
    }
    return xr.Dataset(variables | {name: (STEPS, values) for name, values in more.items()})


def test_the_largest_change_counts_whatever_its_sign() -> None:
    found = AblationEffect.of(Ablation.ZERO_READING, traced(), traced(hidden=-0.5, logit=2.0))
    assert (found.output_change, found.hidden_change) == (2.0, 0.5)


def test_padding_does_not_count() -> None:
    found = AblationEffect.of(Ablation.ZERO_READING, traced(), traced(hidden=0.5, logit=2.0, at=2))
    assert (found.output_change, found.hidden_change) == (0.0, 0.0)


def test_an_episode_is_exact_if_every_answer_is_right() -> None:
    asked = {
        "target": np.array([[-1, 1, 1], [-1, 0, -1]]),
        "answer": np.array([[False, True, True], [False, True, False]]),
    }
    before = traced(output=np.array([[0, 1, 1], [0, 0, 0]]), **asked)
    after = traced(output=np.array([[1, 1, 0], [1, 0, 1]]), **asked)
    found = AblationEffect.of(Ablation.FREEZE_MEMORY, before, after)
    assert (found.exact_before, found.exact, found.lost) == (1.0, 0.5, 0.5)


def test_without_targets_nothing_is_exact() -> None:
    found = AblationEffect.of(Ablation.FREEZE_MEMORY, traced(), traced())
    assert (found.exact_before, found.exact, found.lost) == (None, None, None)


def test_other_episodes_are_refused() -> None:
    other = traced()
    other["input"][0, 0] = 2
    with pytest.raises(MannscopeError, match="of the same episodes"):
        AblationEffect.of(Ablation.FREEZE_MEMORY, traced(), other)


def test_reliance_becomes_json() -> None:
    told = AblationEffect(Ablation.CUT_RECURRENCE, 2.0, 0.5, exact=0.25, exact_before=1.0).to_dict()
    expected = {"kind": "cut recurrence", "output_change": 2.0, "hidden_change": 0.5}
    assert json.loads(json.dumps(told)) == expected | {"exact": 0.25, "exact_before": 1.0, "lost": 0.75}


def test_a_controller_of_ours_receives_what_is_read() -> None:
    model = small_model()
    runs = (record(model, INPUTS, interventions=edits) for edits in ((), (ZeroReading(),)))
    assert AblationEffect.of(Ablation.ZERO_READING, *runs).hidden_change > 1e-3
