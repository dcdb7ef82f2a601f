"""When evidence passes, fails, or is left open."""

from typing import cast

import numpy as np
import pytest

from mannscope.hypotheses.evidence import (
    Evidence,
    Outcome,
    decide,
    interval,
    loss,
    needed_for,
    part,
    share_interval,
    together,
    weigh_shares,
)

PASSED, FAILED, UNDECIDED = Outcome.PASSED, Outcome.FAILED, Outcome.UNDECIDED


def weighed(right: int, wrong: int, **options: object) -> Evidence:
    """Weigh episodes of which some are right, in two sizes, at a threshold of 0.9."""
    shares = np.array([1.0] * right + [0.0] * wrong)
    size = np.arange(len(shares)) % 2 + 1
    return weigh_shares("kind", "Is it so?", shares, 0.9, size=size, **options)  # pyright: ignore[reportArgumentType]


def test_an_interval_is_not_empty_where_all_are_right() -> None:
    low, high = interval(1.0, 5)
    assert low < 0.6
    assert high == 1.0


def test_an_interval_is_that_of_wilson() -> None:
    low, high = share_interval(0.5, 100, 0.05)
    assert (low, high) == pytest.approx((0.4038, 0.5962), abs=1e-4)


def test_an_interval_decides_only_on_one_side_of_the_threshold() -> None:
    assert decide((0.91, 1.0), 0.9) is PASSED
    assert decide((0.5, 0.89), 0.9) is FAILED
    assert decide((0.85, 0.95), 0.9) is UNDECIDED


@pytest.mark.parametrize(("score", "threshold"), [(1.0, 0.99), (0.97, 0.95), (0.5, 0.9)])
def test_the_episodes_that_would_decide_do_and_one_fewer_does_not(score: float, threshold: float) -> None:
    count = cast(int, needed_for(score, threshold))
    assert decide(interval(score, count), threshold) is not UNDECIDED
    assert decide(interval(score, count - 1), threshold) is UNDECIDED


def test_no_number_of_episodes_decides_at_the_threshold_itself() -> None:
    assert needed_for(0.9, 0.9) is None


def test_many_right_episodes_pass_and_few_are_left_open_with_what_is_needed() -> None:
    assert weighed(200, 0).outcome is PASSED
    few = weighed(30, 0)
    assert few.outcome is UNDECIDED
    assert weighed(cast(int, few.needed), 0).outcome is PASSED


def test_a_finite_set_of_episodes_counts_no_more_than_there_are() -> None:
    assert weighed(200, 0, most=5).outcome is UNDECIDED


def test_one_bad_part_fails_what_is_right_on_the_whole() -> None:
    rare = np.full(1000, np.nan)
    rare[:60] = 0.0
    shares = np.where(np.isnan(rare), 1.0, 0.95)
    found = weigh_shares("k", "?", shares, 0.9, size=np.ones(1000, int), parts={"symbol 7": rare})
    assert (found.outcome, found.worst and found.worst.name) == (FAILED, "symbol 7")


def test_each_size_says_something_of_its_own() -> None:
    shares = np.array([1.0] * 100 + [0.0] * 100)
    found = weigh_shares("k", "?", shares, 0.9, size=np.repeat([3, 6], 100))
    assert found.by_size == {3: PASSED, 6: FAILED}


def test_what_has_nothing_to_be_measured_on_is_left_open() -> None:
    found = weigh_shares("k", "?", np.full(4, np.nan), 0.9, size=np.ones(4, int))
    assert (found.outcome, found.score) == (UNDECIDED, None)
    assert part("p", np.full(4, np.nan), 0.9) is None


def test_a_loss_is_a_share_of_what_can_be_lost() -> None:
    found = loss("all", 0.9, np.array([True, False] * 50), 0.1, 0.5)
    assert found is not None
    assert found.score == pytest.approx(0.5)
    assert found.interval[0] < 0.5 < found.interval[1]
    assert loss("none", 0.1, np.array([True]), 0.1, 0.5) is None


def test_several_outcomes_fail_by_one_and_pass_only_together() -> None:
    assert together(PASSED, UNDECIDED, FAILED) is FAILED
    assert together(PASSED, UNDECIDED) is UNDECIDED
    assert together(PASSED, PASSED) is PASSED
    assert together() is UNDECIDED
