import numpy as np
import pytest

from mannscope.analyses.description_length import Labelled, transmit

EPISODES, STEPS = 64, 10
EPISODE = np.repeat(np.arange(EPISODES), STEPS)
VALUES = np.arange(4)
GENERATOR = np.random.default_rng(0)


def _send(points: np.ndarray, labels: np.ndarray, seed: int = 0) -> float:
    """Fit on the first half of the episodes, and hold the second half out."""
    half = EPISODE < EPISODES // 2
    fitted, held_out = (Labelled(points[part], labels[part], EPISODE[part]) for part in (half, ~half))
    return transmit(fitted, held_out, VALUES, seed=seed).bits


def test_noise_takes_at_least_as_many_bits_as_the_uniform_code():
    labels = GENERATOR.integers(0, 4, len(EPISODE))
    assert 2.0 <= _send(GENERATOR.normal(size=(len(EPISODE), 3)), labels) < 2.3


def test_labels_that_are_in_the_points_take_few_bits():
    labels = GENERATOR.integers(0, 4, len(EPISODE))
    assert _send(4 * np.eye(4)[labels], labels) < 0.5


def test_labels_of_which_most_are_alike_take_nearly_their_entropy():
    labels = np.where(GENERATOR.random(len(EPISODE)) < 0.9, 0, 3)
    entropy = -0.9 * np.log2(0.9) - 0.1 * np.log2(0.1)
    assert _send(np.zeros((len(EPISODE), 1)), labels) == pytest.approx(entropy, abs=0.12)


def test_what_must_be_memorised_takes_more_bits_than_what_is_linear():
    kind = GENERATOR.integers(0, 60, len(EPISODE))
    points, linear, memorised = np.eye(60)[kind], kind % 4, GENERATOR.integers(0, 4, 60)[kind]
    told = np.concatenate([points, np.eye(4)[linear]], axis=1)
    assert _send(told, linear) < _send(told, memorised) - 0.3


def test_the_bits_of_points_that_tell_nothing_are_counted_by_hand():
    # Two fitted episodes of one label each, 0 and 0; then two held-out labels, 0 and 1, of two values.
    # Uniform code: 1 bit. Then 0 is seen once, so that its chance is (1 + 1) / (1 + 2) = 2/3. Then it is seen
    # twice: chance 3/4, and 1/4 for the value not seen.
    fitted = Labelled(np.zeros((2, 1)), np.array([0, 0]), np.array([4, 7]))
    held_out = Labelled(np.zeros((2, 1)), np.array([0, 1]), np.array([5, 5]))
    bits = 1 - np.log2(2 / 3) - np.log2(3 / 4) - np.log2(1 / 4)
    assert transmit(fitted, held_out, np.array([0, 1])).bits == pytest.approx(bits / 4)


def test_the_last_probe_reads_the_held_out_labels():
    labels = np.tile([2, 5], 30)
    points, episode = labels[:, None] - 3.5, np.arange(60) // 2
    half = episode < 15
    parts = (Labelled(points[part], labels[part], episode[part]) for part in (half, ~half))
    assert transmit(*parts, np.array([2, 5])).read.tolist() == labels[~half].tolist()


def test_a_single_value_takes_no_bits():
    one = Labelled(np.zeros((3, 1)), np.full(3, 6), np.arange(3))
    assert transmit(one, one, np.array([6])).bits == 0.0


def test_the_seed_orders_the_episodes():
    labels, points = GENERATOR.integers(0, 4, len(EPISODE)), GENERATOR.normal(size=(len(EPISODE), 3))
    assert _send(points, labels, 1) == _send(points, labels, 1) != _send(points, labels, 2)


def test_few_labels_that_all_differ_are_sent_without_a_warning():
    labels = np.arange(8)
    fitted = Labelled(np.eye(8), labels, labels)
    assert transmit(fitted, fitted, labels).bits > 0
