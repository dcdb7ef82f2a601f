import json

import numpy as np
import pytest

from mannscope.analyses import (
    Separation,
    between_squares,
    permutation_test,
    random_partitions,
    separate_sites,
)
from mannscope.errors import MannscopeError

QUICK = Separation(permutations=99, partitions=8)
ONE = dict.fromkeys(range(10), "any")


def _episodes(points: np.ndarray, runs: tuple[int, int, int]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Three categories in runs of these lengths, in each of 20 episodes."""
    steps, width = points.shape[1:]
    category, episode = np.tile(np.repeat([0, 1, 2], runs), 20), np.repeat(np.arange(20), steps)
    return points.reshape(-1, width), category, episode


def _independent(
    seed: int, runs: tuple[int, int, int] = (20, 2, 2)
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return _episodes(np.random.default_rng(seed).normal(size=(20, 24, 8)), runs)


def _autocorrelated(
    seed: int, runs: tuple[int, int, int] = (8, 8, 8)
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Random walks."""
    return _episodes(np.cumsum(np.random.default_rng(seed).normal(size=(20, 24, 2)), axis=1), runs)


def test_a_policy_of_the_category_separates(by_category):
    result = QUICK(by_category)
    assert result.separates()
    assert result.probe.value > 0.9 > max(result.probe.controls)
    assert result.purity.beats_controls
    assert result.silhouette.beats_controls
    assert result.permutation.p_value == 0.01


def test_a_policy_of_the_symbol_does_not_separate(by_symbol):
    result = QUICK(by_symbol)
    assert not result.separates()
    assert result.symbol_ratio > 0.3


def test_a_policy_of_the_category_does_not_separate_another_partition(by_category):
    shuffled = {
        symbol: ("A", "A", "A", "A", "A", "A", "B", "B", "C", "D")[(symbol + 5) % 10] for symbol in range(10)
    }
    assert not QUICK(by_category, shuffled).separates()


def test_a_site_that_separates_symbols_more_than_categories_does_not_separate(make_trace, draw_inputs):
    inputs = draw_inputs()
    category = make_trace(inputs)["category"].values
    plane = np.stack([10.0 * category, 20.0 * ((7 * inputs) % 10)], axis=-1)
    result = Separation(site="hidden", permutations=99, partitions=8)(make_trace(inputs, hidden=plane))
    assert result.probe.beats_controls
    assert result.permutation.p_value == 0.01
    assert not result.separates()


def test_a_rare_category_counts_as_much_as_a_frequent_one(make_trace, draw_inputs):
    inputs = draw_inputs(200)
    hidden = np.random.default_rng(0).normal(size=(*inputs.shape, 1)) + 1.5 * (inputs == 8)[..., None]
    labels = {symbol: "open" if symbol == 8 else "other" for symbol in range(10)}
    result = Separation(site="hidden", permutations=9, partitions=2)(
        make_trace(inputs, hidden=hidden), labels
    )
    assert result.probe.value == pytest.approx(0.77, abs=0.06)


def test_noise_does_not_separate(noise):
    result = Separation(site="hidden", permutations=99, partitions=8)(noise)
    assert not result.separates()
    assert result.probe.value == pytest.approx(0.25, abs=0.12)
    assert result.variance.category < 0.1


def test_a_difference_in_the_ninth_decimal_is_no_separation_by_symbol(by_category):
    shift = 1e-9 * by_category["input"].values[:, :, None, None]
    result = QUICK(by_category.assign(actions=by_category["actions"] + shift))
    assert result.symbol_ratio == pytest.approx(QUICK(by_category).symbol_ratio, abs=1e-6)


def test_a_site_that_does_not_vary_scores_at_chance(constant):
    result = QUICK(constant)
    assert result.probe.value == result.chance == 0.25
    assert result.silhouette.value == 0.0
    assert result.purity.value == pytest.approx(0.0, abs=0.1)
    assert result.permutation.p_value == 1.0
    assert not result.separates()


def test_a_site_of_no_numbers_scores_at_chance(make_trace, draw_inputs):
    inputs = draw_inputs()
    result = Separation(site="hidden", permutations=9)(
        make_trace(inputs, hidden=np.zeros((*inputs.shape, 0)))
    )
    assert result.probe.value == 0.25
    assert result.permutation.p_value == 1.0


def test_a_single_category_has_nothing_to_separate(by_category):
    result = QUICK(by_category, ONE)
    assert (result.probe.value, result.silhouette.value, result.purity.value) == (None, None, None)
    assert result.probe.controls is None
    assert result.permutation.p_value == 1.0
    assert not result.separates()


def test_one_episode_is_too_few(by_category):
    with pytest.raises(MannscopeError, match="at least 2 episodes"):
        QUICK(by_category.isel(episode=[0]))


def test_two_episodes_are_enough_to_score_and_too_few_to_separate(by_category):
    result = QUICK(by_category.isel(episode=[0, 1]))
    assert result.held_out_episodes == 1
    assert result.permutation.p_value > 0.01


def test_a_symbol_without_a_label_is_named(by_category):
    with pytest.raises(MannscopeError, match=r"none for \(, \)"):
        QUICK(by_category, dict.fromkeys(range(8), "any"))


def test_a_symbol_of_two_categories_needs_labels(by_category):
    by_category["category"][0, 0] = 2 if by_category["category"][0, 0] != 2 else 0
    with pytest.raises(MannscopeError, match="every symbol must have one category"):
        QUICK(by_category)


def test_the_result_is_json(by_category):
    result = json.loads(json.dumps(QUICK(by_category).to_dict()))
    assert result["partition"]["operator"] == ["+", "-"]
    assert result["probe"]["control_mean"] < result["probe"]["value"]
    assert result["separates"] is True


def test_the_same_seed_gives_the_same_result(by_category):
    small = Separation(permutations=20, partitions=4, max_points=200)
    assert small(by_category).to_dict() == small(by_category).to_dict()


def test_p_values_over_sites_are_corrected(by_category):
    two = by_category.assign(hidden=by_category["actions"].squeeze("stack"))
    results = separate_sites(QUICK, two, ["policy", "hidden"])
    assert [result.p_value_corrected for result in results.values()] == [0.02, 0.02]


def test_random_partitions_have_the_same_sizes_and_are_others():
    partition = {0: 0, 1: 0, 2: 0, 3: 1, 4: 1, 5: 2}
    drawn = random_partitions(partition, 59)
    assert len({tuple(other.values()) for other in drawn}) == 59  # of 6! / 3! 2! 1! = 60
    assert partition not in drawn
    assert {tuple(sorted(other.values())) for other in drawn} == {(0, 0, 0, 1, 1, 2)}


def test_the_same_blocks_under_other_names_are_never_drawn():
    drawn = random_partitions({0: 0, 1: 0, 2: 1, 3: 1}, 10)
    assert len(drawn) == 2
    assert all(other[0] != other[1] for other in drawn)


def test_symbols_that_are_all_blocks_of_their_own_have_no_other_partition():
    assert random_partitions({0: 0, 1: 1, 2: 2}, 10) == ()


@pytest.mark.parametrize("noise", [_independent, _autocorrelated])
@pytest.mark.parametrize("runs", [(8, 8, 8), (20, 2, 2)])
def test_permutation_p_values_are_uniform_on_noise_and_on_random_walks(noise, runs):
    p_values = [
        permutation_test(*noise(seed, runs), permutations=49, seed=seed).p_value for seed in range(80)
    ]
    assert np.mean(p_values) == pytest.approx(0.5, abs=0.1)
    assert np.mean(np.array(p_values) <= 0.1) < 0.2


def test_shuffling_steps_would_find_random_walks_significant():
    points, category, episode = _autocorrelated(0)
    means = np.array([points[episode == e].mean(axis=0) for e in range(20)])
    centred, generator = points - means[episode], np.random.default_rng(0)
    shuffled = [between_squares(centred, generator.permutation(category)) for _ in range(99)]
    assert between_squares(centred, category) > max(shuffled)
    assert permutation_test(points, category, episode).p_value > 0.05


def test_a_difference_common_to_all_episodes_is_significant():
    points, category, episode = _autocorrelated(0)
    assert permutation_test(points + 9 * category[:, None], category, episode).p_value < 0.01


def test_categories_that_explain_everything_have_statistic_one():
    points, category, episode = (
        np.array([[0.0], [0], [3], [7], [7], [10]]),
        np.array([0, 0, 1] * 2),
        np.repeat([0, 1], 3),
    )
    assert permutation_test(points, category, episode).statistic == pytest.approx(1.0)


def test_an_offset_of_the_episode_changes_nothing():
    points, category, episode = _autocorrelated(0)
    moved = permutation_test(points + 100.0 * episode[:, None], category, episode)
    assert moved.statistic == pytest.approx(permutation_test(points, category, episode).statistic)
