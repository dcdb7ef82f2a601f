import numpy as np
import pytest

from mannscope.analyses import one_thread, read_linearly, standardise

GENERATOR = np.random.default_rng(0)
LABELS = np.arange(200) % 2


def test_a_linear_difference_is_read():
    points = GENERATOR.normal(size=(200, 5)) + 4 * LABELS[:, None]
    fitted, held_out = standardise(points[:100], points[100:])
    assert np.mean(read_linearly(fitted, LABELS[:100], held_out) == LABELS[100:]) > 0.95


def test_noise_is_read_at_chance():
    points = GENERATOR.normal(size=(1200, 5))
    labels = GENERATOR.integers(0, 2, 1200)
    fitted, held_out = standardise(points[:600], points[600:])
    assert np.mean(read_linearly(fitted, labels[:600], held_out) == labels[600:]) == pytest.approx(
        0.5, abs=0.07
    )


def test_held_out_points_are_mapped_like_the_fitted_ones():
    fitted, held_out = standardise(np.array([[0.0], [2.0]]), np.array([[5.0]]))
    assert fitted.tolist() == [[-1.0], [1.0]]
    assert held_out.tolist() == [[4.0]]


def test_a_constant_feature_is_left_out():
    points = np.column_stack([np.full(50, 0.3), GENERATOR.normal(size=50)])
    assert standardise(points, points)[0].shape == (50, 1)


def test_where_nothing_varies_the_most_frequent_label_is_read():
    fitted, held_out = standardise(np.full((5, 3), 0.1), np.full((2, 3), 0.1))
    assert read_linearly(fitted, np.array([0, 1, 1, 1, 0]), held_out).tolist() == [1, 1]


def test_points_of_no_features_are_read_like_points_that_do_not_vary():
    fitted, held_out = standardise(np.empty((3, 0)), np.empty((2, 0)))
    assert read_linearly(fitted, np.array([1, 1, 0]), held_out).tolist() == [1, 1]


@one_thread()
def test_many_features_are_reduced_and_still_read():
    labels = np.arange(600) % 2
    points = GENERATOR.normal(size=(600, 140)) + 0.5 * labels[:, None]
    fitted, held_out = standardise(points[:400], points[400:])
    assert fitted.shape == (400, 128)
    assert np.mean(read_linearly(fitted, labels[:400], held_out) == labels[400:]) > 0.9


def test_balancing_finds_the_rare_class():
    labels = (np.arange(2000) % 20 == 0).astype(int)
    points = GENERATOR.normal(size=(2000, 1)) + 1.5 * labels[:, None]
    fitted, held_out = standardise(points, points)
    plain, balanced = (
        read_linearly(fitted, labels, held_out, balanced=on)[labels == 1] for on in (False, True)
    )
    assert balanced.mean() > 0.6 > 0.3 > plain.mean()
