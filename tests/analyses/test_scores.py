import numpy as np
import pytest
from sklearn.metrics import silhouette_score

from mannscope.analyses import Distances, balanced_accuracy, variance_shares

LABELS = np.repeat([0, 1, 2], [60, 30, 3])


def _clusters(apart: float) -> np.ndarray:
    return np.random.default_rng(0).normal(size=(93, 4)) + apart * np.eye(4)[LABELS]


def test_every_class_counts_equally_in_balanced_accuracy():
    assert balanced_accuracy(np.zeros(10, int), np.array([0] * 9 + [1])) == 0.5


@pytest.mark.parametrize("apart", [0.0, 1.0, 8.0])
def test_the_silhouette_is_that_of_scikit_learn(apart):
    points = _clusters(apart)
    assert Distances.of(points).silhouette(LABELS) == pytest.approx(
        silhouette_score(points, LABELS), abs=1e-6
    )


def test_a_point_alone_in_its_class_has_silhouette_zero():
    points, labels = np.array([[0.0], [0.0], [9.0]]), np.array([0, 0, 1])
    assert Distances.of(points).silhouette(labels) == pytest.approx(silhouette_score(points, labels))


def test_purity_of_separate_clusters_is_one_however_rare_one_is():
    labels = np.repeat([0, 1], [300, 4])  # so that 7 of the 10 neighbours are of the other class
    points = 50.0 * labels[:, None] + np.random.default_rng(0).normal(size=(304, 2))
    assert Distances.of(points).purity(labels) == pytest.approx(1.0, abs=0.03)


def test_purity_of_noise_is_about_zero_however_rare_a_class_is():
    points = np.random.default_rng(0).normal(size=(1000, 3))
    labels = np.repeat([0, 1], [900, 100])
    assert Distances.of(points).purity(labels) == pytest.approx(0.0, abs=0.06)


def test_purity_does_not_follow_the_order_of_points_that_coincide():
    # Half of class 1 lies where all of class 0 does: shares 2/3 and 1/3 there, 1 for its other half.
    points, labels = np.repeat([0.0, 0.0, 9.0], 500)[:, None], np.repeat([0, 1, 1], 500)
    assert Distances.of(points).purity(labels) == pytest.approx(1 / 3, abs=0.05)


def test_scores_of_a_single_class_are_none():
    distances = Distances.of(_clusters(1.0))
    assert distances.silhouette(np.zeros(93, int)) is None
    assert distances.purity(np.zeros(93, int)) is None


def test_points_that_coincide_have_silhouette_zero():
    assert Distances.of(np.full((93, 3), 0.1)).silhouette(LABELS) == 0.0


def test_variance_shares_are_those_computed_by_hand():
    # Means 0, 2 | 10: total squares 2 + 2 + 2 + ... about the mean 4: 16 + 4 + 36 = 56; categories 1 and 10.
    points, category, symbol = np.array([[0.0], [2.0], [10.0]]), np.array([0, 0, 1]), np.array([0, 1, 2])
    shares = variance_shares(points, category, symbol)
    assert shares.category == pytest.approx((2 * 9 + 36) / 56)
    assert shares.symbol == pytest.approx(2 / 56)


def test_points_that_do_not_vary_explain_nothing():
    shares = variance_shares(np.full((93, 3), 0.1), LABELS, LABELS)
    assert (shares.category, shares.symbol) == (0.0, 0.0)
