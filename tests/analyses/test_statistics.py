import numpy as np
import pytest
from scipy.stats import binom

from mannscope.analyses import (
    bootstrap_difference_by_episode,
    bootstrap_interval_by_episode,
    episodes_for_power,
    holm,
    wilson_interval,
)
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


def test_the_difference_is_the_mean_of_the_pairs_and_its_effect_is_cohens():
    # Differences 1, 1, 0, 2: mean 1, deviation sqrt(2/3).
    found = bootstrap_difference_by_episode(np.array([1.0, 2, 3, 5]), np.array([0.0, 1, 3, 3]))
    assert found.difference == 1.0
    assert found.effect_size == pytest.approx(1.5**0.5)


def test_pairing_narrows_the_interval_of_a_difference():
    generator = np.random.default_rng(0)
    ease = generator.normal(size=200)
    better, worse = (ease + shift + 0.1 * generator.normal(size=200) for shift in (0.1, 0.0))
    paired = bootstrap_difference_by_episode(better, worse).interval
    unpaired = bootstrap_difference_by_episode(better, generator.permutation(worse)).interval
    assert 0 < paired[0] < 0.1 < paired[1]
    assert unpaired[1] - unpaired[0] > 5 * (paired[1] - paired[0])


def test_the_intervals_of_a_difference_hold_the_truth_in_95_of_100_samples():
    generator = np.random.default_rng(1)
    held = np.zeros(2)
    for seed in range(200):
        gains = generator.normal(0.5, 1.0, 80)
        found = bootstrap_difference_by_episode(gains, np.zeros(80), resamples=300, seed=seed)
        held += [low <= 0.5 <= high for low, high in (found.interval, found.effect_interval)]
    assert (held / 200 > 0.89).all()
    assert (held / 200 < 0.99).all()


def test_episodes_that_differ_alike_have_no_effect_size():
    found = bootstrap_difference_by_episode(np.full(5, 0.9), np.full(5, 0.6))
    assert found.interval == pytest.approx((0.3, 0.3))
    assert (found.effect_size, found.effect_interval) == (None, None)


def test_the_difference_of_a_single_episode_is_refused():
    with pytest.raises(MannscopeError, match="at least 2 episodes"):
        bootstrap_difference_by_episode(np.ones(1), np.zeros(1))


@pytest.mark.parametrize(("threshold", "margin", "episodes"), [(0.99, 0.01, 299), (0.5, 0.5, 5)])
def test_a_share_of_one_takes_until_the_threshold_to_that_power_is_below_the_level(
    threshold, margin, episodes
):
    assert threshold ** (episodes - 1) > 0.05 >= threshold**episodes
    assert episodes_for_power(threshold, margin) == episodes_for_power(1 - threshold, -margin) == episodes


@pytest.mark.parametrize(("threshold", "margin"), [(0.95, 0.03), (0.5, 0.1), (0.1, -0.05)])
def test_the_power_is_reached_from_that_number_of_episodes_on_and_not_one_before(threshold, margin):
    def power(n: int) -> float:
        """Add up the chances of the counts that pass, which are those with a small enough tail."""
        counts = np.arange(n + 1)
        tail = binom.sf(counts - 1, n, threshold) if margin > 0 else binom.cdf(counts, n, threshold)
        return binom.pmf(counts, n, threshold + margin)[tail <= 0.05].sum()

    episodes = episodes_for_power(threshold, margin)
    assert power(episodes - 1) < 0.8
    assert min(power(n) for n in range(episodes, 2 * episodes)) >= 0.8


def test_simulated_tests_pass_as_often_as_planned():
    episodes = episodes_for_power(0.9, 0.05, power=0.9)
    generator = np.random.default_rng(0)
    p_values = binom.sf(generator.binomial(episodes, [[0.9], [0.95]], (2, 4000)) - 1, episodes, 0.9)
    false, true = np.mean(p_values <= 0.05, axis=1)
    assert false < 0.06
    assert 0.88 < true < 0.95


def test_more_power_takes_more_episodes_and_a_wider_margin_fewer():
    plain, sure, wide = (
        episodes_for_power(0.8, margin, power=power)
        for margin, power in ((0.05, 0.8), (0.05, 0.95), (0.1, 0.8))
    )
    assert wide < plain < sure


@pytest.mark.parametrize(("threshold", "margin"), [(0.99, 0.02), (0.9, 0.0), (1.0, -0.1)])
def test_a_plan_for_what_is_no_share_is_refused(threshold, margin):
    with pytest.raises(MannscopeError, match="must lie in"):
        episodes_for_power(threshold, margin)


def test_a_margin_that_takes_millions_is_refused():
    with pytest.raises(MannscopeError, match="Widen the margin"):
        episodes_for_power(0.5, 1e-5)
