"""The figure of a history, of made-up numbers."""

from copy import deepcopy
from typing import Any

import numpy as np
import pytest

from mannscope.errors import MannscopeError
from mannscope.figures import history, svg_text


def moment(step: int, share: float) -> dict[str, Any]:
    pair = [share, share / 2]
    return {
        "step": step,
        "exact": pair,
        "exact_discrete": pair,
        "answers": pair,
        "agreement": pair,
        "cue_conflict": share,
        "lost": {"freeze memory": None if share < 0.5 else 1.0, "cut recurrence": None},
    }


PLAIN: dict[str, Any] = {
    "run": "runs/reversal",
    "sizes": [10, 20],
    "since": {"agreement": [20, None], "exact": [40, None]},
    "first": {"agreement": [20, None], "exact": [40, None]},
    "untrained": moment(0, 0.3),
    "moments": [moment(0, 0.1), moment(20, 0.6), moment(40, 1.0)],
}


def test_the_three_panels_share_the_axis_of_steps() -> None:
    axes = history(PLAIN).axes
    assert [ax.get_ylabel() for ax in axes] == ["accuracy", "as at the end", "accuracy lost"]
    assert len({ax.get_xlim() for ax in axes}) == 1
    assert axes[-1].get_xlabel() == "training step"


def test_the_title_says_what_was_learned_when() -> None:
    assert history(PLAIN).axes[0].get_title() == "reversal\npolicy by step 20\naccuracy by step 40"


def test_a_share_that_was_reached_before_it_stayed_is_said() -> None:
    plain = PLAIN | {"first": {"agreement": [0, None], "exact": [40, None]}}
    assert "policy by step 20 (first at 0)" in history(plain).axes[0].get_title()


def test_what_was_not_learned_is_said_and_not_marked() -> None:
    plain = PLAIN | {"since": {"agreement": [20, None], "exact": [None, None]}}
    ax = history(plain).axes[2]
    assert history(plain).axes[0].get_title().endswith("accuracy not learned")
    marked = [np.asarray(line.get_xdata()) for line in ax.lines if len(np.unique(line.get_xdata())) == 1]
    assert [places.tolist() for places in marked] == [[20, 20]]


def test_several_histories_stand_side_by_side_under_their_titles() -> None:
    figure = history({"stack": PLAIN, "tape": PLAIN})
    assert len(figure.axes) == 6
    assert [ax.get_title().split("\n")[0] for ax in figure.axes[:2]] == ["stack", "tape"]


def test_a_network_without_actors_has_no_policy() -> None:
    plain = deepcopy(PLAIN)
    for one in (*plain["moments"], plain["untrained"]):
        one["agreement"] = one["cue_conflict"] = None
    plain["since"]["agreement"] = [None, None]
    assert "policy by" not in history(plain).axes[0].get_title()
    assert "policy not" not in history(plain).axes[0].get_title()


def test_a_single_step_is_drawn() -> None:
    assert "<svg" in svg_text(history(PLAIN | {"moments": [moment(0, 0.1)]}))


def test_a_history_without_steps_is_refused() -> None:
    with pytest.raises(MannscopeError, match="at least one history"):
        history(PLAIN | {"moments": []})
