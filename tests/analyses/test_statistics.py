import numpy as np
import pytest

from mannscope.analyses import bootstrap_interval_by_episode, holm, wilson_interval
from mannscope.errors import MannscopeError


def test_holm_multiplies_the_smallest_by_the_number_of_tests():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx((0.03, 0.06, 0.06))


def test_holm_stays_at_most_one():
    assert holm([0.9, 0.8]) == (1.0, 1.0)


def test_holm_of_nothing_is_nothing():
    assert holm([]) == ()


def test_holm_refuses_what_is_no_probability():
    with pytest.raises(MannscopeError, match="must lie in"):
        holm([0.1, float("nan")])


def test_wilson_interval_is_the_published_one():
    # Newcombe (1998), table I: 81 of 263, score method without continuity correction.
    assert wilson_interval(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)


def test_wilson_interval_of_no_success_is_not_empty():
    low, high = wilson_interval(0, 20)
    assert low == 0.0
    assert high == pytest.approx(0.1611, abs=5e-5)


def test_wilson_interval_refuses_more_successes_than_trials():
    with pytest.raises(MannscopeError, match="from 0 to n"):
        wilson_interval(3, 2)


def test_the_bootstrap_draws_episodes_and_not_steps():
    values = np.repeat(np.arange(20) % 2.0, 50)
    by_episode = bootstrap_interval_by_episode(values, np.repeat(np.arange(20), 50))
    by_step = bootstrap_interval_by_episode(values, np.arange(1000))
    assert by_episode[1] - by_episode[0] > 4 * (by_step[1] - by_step[0])


def test_the_bootstrap_of_one_value_is_a_point():
    assert bootstrap_interval_by_episode(np.ones(6), np.array([0, 0, 1, 1, 2, 2])) == (1.0, 1.0)


def test_the_bootstrap_of_nothing_is_refused():
    with pytest.raises(MannscopeError, match="at least one value"):
        bootstrap_interval_by_episode(np.empty(0), np.empty(0, int))
