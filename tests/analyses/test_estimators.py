import numpy as np
import pytest
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import parametrize_with_checks

from mannscope.analyses.estimators import Discriminants, LinearProbe, Standardiser
from mannscope.errors import MannscopeError

GENERATOR = np.random.default_rng(0)
LABELS = np.arange(200) % 2
POINTS = GENERATOR.normal(size=(200, 6)) + 3 * LABELS[:, None] * np.eye(6)[0]


@parametrize_with_checks([Standardiser(), LinearProbe(), LinearProbe(balanced=True), Discriminants()])
def test_the_contract_of_scikit_learn_is_kept(estimator, check):
    check(estimator)


def test_a_probe_stands_in_cross_validation():
    assert cross_val_score(LinearProbe(), POINTS, LABELS).mean() > 0.85


def test_estimators_stand_in_a_pipeline():
    pipeline = make_pipeline(Standardiser(), Discriminants(1), LinearProbe())
    assert pipeline.fit(POINTS[:100], LABELS[:100]).score(POINTS[100:], LABELS[100:]) > 0.85


def test_standardised_points_have_mean_0_and_deviation_1():
    given = Standardiser().fit_transform(POINTS * 7 + 3)
    np.testing.assert_allclose(given.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(given.std(axis=0), 1)


def test_names_are_given_to_the_columns_that_come_out():
    wide = GENERATOR.normal(size=(50, 20))
    assert len(Standardiser(max_features=4).fit(wide).get_feature_names_out()) == 4


def test_a_probe_does_not_mind_the_scale_of_a_feature():
    scaled = POINTS * [1e3, 1, 1, 1, 1, 1e-3]
    np.testing.assert_allclose(
        LinearProbe().fit(scaled, LABELS).predict_proba(scaled),
        LinearProbe().fit(POINTS, LABELS).predict_proba(POINTS),
    )


def test_where_the_points_are_alike_the_shares_of_the_labels_are_read():
    probe = LinearProbe().fit(np.full((4, 2), 0.3), [0, 1, 1, 1])
    assert probe.predict_proba([[0.3, 0.3]]).tolist() == [[0.25, 0.75]]


def test_the_first_discriminant_points_from_one_mean_to_the_other():
    axis = Discriminants().fit(POINTS, LABELS).axes_
    assert axis.shape == (6, 1)
    assert np.abs(axis[0]) > 5 * np.abs(axis[1:]).max()


def test_scatter_within_turns_the_discriminant():
    # Means differ by (1, 1); the first feature scatters ten times as wide, so that it tells little.
    points = GENERATOR.normal(size=(4000, 2)) * [10, 1] + np.arange(4000)[:, None] % 2
    axis = Discriminants().fit(points, np.arange(4000) % 2).axes_[:, 0]
    assert axis[0] / axis[1] == pytest.approx(1 / 100, abs=0.02)


def test_a_single_class_has_no_discriminant():
    with pytest.raises(MannscopeError, match="two classes"):
        Discriminants().fit(POINTS, np.zeros(200, int))
