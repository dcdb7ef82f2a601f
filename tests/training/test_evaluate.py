"""Accuracy by size and shape, against brute force."""

import inspect

import numpy as np
import pytest

from mannscope.errors import UnknownNameError
from mannscope.models import Discretise
from mannscope.training import Evaluation, Network, correct, evaluate, exact, exact_accuracy
from mannscope.training.loop import STOP_SEED

EPISODES = 64


@pytest.fixture(scope="module")
def rows(untrained: Network) -> list[Evaluation]:
    return evaluate(untrained, [1, 2], episodes=EPISODES, seed=3)


@pytest.mark.parametrize("size", [1, 2])
def test_accuracies_are_those_of_counting_one_by_one(
    untrained: Network, rows: list[Evaluation], size: int
) -> None:
    episodes, row = untrained.sample(3, EPISODES, size), rows[size - 1]
    outputs = [untrained.logits(episodes.inputs, edits).argmax(-1) for edits in ((), (Discretise(),))]
    whole, whole_discrete, tokens = 0, 0, []
    for episode in range(EPISODES):
        asked = [step for step in range(2 * size + 1) if episodes.answer[episode, step]]
        assert asked == list(range(size + 1, 2 * size + 1))
        right, discrete = (
            [output[episode, step] == episodes.targets[episode, step] for step in asked] for output in outputs
        )
        whole, whole_discrete, tokens = whole + all(right), whole_discrete + all(discrete), tokens + right
    assert (row.exact, row.exact_discrete) == (whole / EPISODES, whole_discrete / EPISODES)
    assert row.token == pytest.approx(np.mean(tokens))


def test_a_row_names_its_size_shape_and_number_of_episodes(rows: list[Evaluation]) -> None:
    assert [(row.size, row.shape, row.episodes) for row in rows] == [(1, "random", 64), (2, "random", 64)]


def test_the_interval_contains_the_accuracy_and_is_wilsons(rows: list[Evaluation]) -> None:
    for row in rows:
        z, n, p = 1.959964, EPISODES, row.exact
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        assert row.interval == pytest.approx((middle - half, middle + half), abs=1e-5)
        assert row.interval[0] <= row.exact <= row.interval[1]


def test_the_same_seed_gives_the_same_rows(untrained: Network, rows: list[Evaluation]) -> None:
    assert evaluate(untrained, [1, 2], episodes=EPISODES, seed=3) == rows


def test_a_row_is_plain_for_json(rows: list[Evaluation]) -> None:
    plain = rows[0].to_dict()
    assert plain["interval"] == list(rows[0].interval)
    assert {type(value) for value in plain.values()} == {int, str, float, list}


def test_an_unknown_shape_is_answered_with_the_nearest(untrained: Network) -> None:
    with pytest.raises(UnknownNameError, match=r"shape must be one of random\. .*Did you mean 'random'"):
        evaluate(untrained, [1], ["randon"])


def test_an_episode_is_exact_if_every_answer_is_right(untrained: Network) -> None:
    episodes = untrained.sample(3, 3, 2)  # answers at positions 3 and 4
    right = np.array([[0, 0, 0, 1, 1], [1, 1, 1, 1, 0], [1, 1, 1, 1, 1]], bool)
    assert exact(right, episodes).tolist() == [True, False, True]


def test_a_position_is_right_if_the_most_probable_output_is_the_target(untrained: Network) -> None:
    episodes = untrained.sample(3, 3, 2)
    logits = np.zeros((3, 5, 2), np.float32)
    logits[:, :, 1] = 1.0
    assert np.array_equal(correct(logits, episodes), np.asarray(episodes.targets) == 1)


def test_episodes_can_be_judged_one_by_one(untrained: Network, rows: list[Evaluation]) -> None:
    assert exact_accuracy(untrained, untrained.sample(3, EPISODES, 2)).mean() == rows[1].exact


def test_what_ends_training_is_not_what_is_evaluated() -> None:
    assert inspect.signature(evaluate).parameters["seed"].default != STOP_SEED
