"""UMAP and PaCMAP, which are extras: these tests run where they are installed."""

import numpy as np
import pytest

from mannscope.analyses import Projection

EXTRAS = ["umap", "pacmap"]

# umap warns of its own optional dependency, once, when it is imported.
pytestmark = pytest.mark.filterwarnings("ignore:Tensorflow not installed:ImportWarning")


@pytest.fixture(params=EXTRAS)
def method(request):
    """A method whose package is there."""
    pytest.importorskip(request.param)
    return request.param


def test_held_out_points_are_placed_among_fitted_ones(by_category, method):
    result = Projection(method)(by_category)
    assert result.held_out
    assert len(set(result.episode.tolist())) == 20
    assert result.trustworthiness > 0.9
    assert result.neighbours_kept > 0.5


def test_the_same_seed_draws_the_same_picture(by_category, method):
    first, again, other = (Projection(method, seed=seed)(by_category).points for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert first.shape != other.shape or not np.allclose(first, other)


def test_a_site_of_one_number_can_be_drawn(make_trace, draw_inputs, method):
    inputs = draw_inputs()
    result = Projection(method, site="hidden")(make_trace(inputs, hidden=inputs[..., None] * 1.0))
    assert np.isfinite(result.points).all()
    assert result.points.any()


def test_a_site_that_does_not_vary_is_one_point(constant, method):
    assert not Projection(method)(constant).points.any()


def test_too_few_points_are_drawn_by_principal_components(by_category, method):
    few = by_category.isel(episode=[0, 1], step=slice(0, 4))
    result = Projection(method)(few)
    assert "principal components are drawn" in result.note
    np.testing.assert_array_equal(result.points, Projection("pca")(few).points)


def test_many_features_are_drawn(noise, method):
    assert np.isfinite(Projection(method, site="hidden")(noise).points).all()
