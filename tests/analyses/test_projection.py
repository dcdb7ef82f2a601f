import json
import sys

import numpy as np
import pytest

from mannscope.analyses import Distances, Projection
from mannscope.errors import MannscopeError, UnknownNameError


def _silhouette(result) -> float:
    return Distances.of(result.points).silhouette(np.unique(result.category, return_inverse=True)[1])


def test_lda_of_noise_looks_at_chance_held_out(noise):
    result = Projection("lda", site="hidden")(noise)
    assert result.held_out
    assert _silhouette(result) < 0.05


def test_lda_drawn_on_what_it_was_fitted_on_would_show_clusters(noise):
    from mannscope.analyses.estimators import Discriminants
    from mannscope.analyses.sites import vectors

    fitted = vectors(noise, "hidden").halves()[0]
    halves = (fitted.episode % 2).astype(int)
    drawn = Discriminants().fit_transform(fitted.points, halves)
    assert Distances.of(drawn).silhouette(halves) > 0.4


def test_lda_finds_what_separates_categories(make_trace, draw_inputs):
    inputs = draw_inputs()
    hidden = np.random.default_rng(0).normal(size=(*inputs.shape, 20)) * np.r_[[0.1] * 3, [5.0] * 17]
    hidden[..., :3] += np.eye(4)[make_trace(inputs)["category"].values][..., :3]
    trace = make_trace(inputs, hidden=hidden)
    assert _silhouette(Projection("lda", site="hidden")(trace)) > 0.3
    assert _silhouette(Projection("pca", site="hidden")(trace)) < 0.1


def test_pca_explains_a_plane_fully(by_category):
    result = Projection("pca")(by_category)  # three probabilities that sum to one
    assert sum(result.explained) == pytest.approx(1.0)
    assert result.trustworthiness == pytest.approx(1.0)


def test_only_episodes_that_were_not_fitted_on_are_drawn(by_category):
    result = Projection("pca")(by_category)
    assert len(set(result.episode.tolist())) == 20
    assert result.fitted_points + len(result.points) == result.available


def test_tsne_says_that_it_is_fitted_on_what_it_draws(by_category):
    result = Projection("tsne", max_points=160)(by_category)
    assert result.points.shape == (len(result.episode), 2)
    assert not result.held_out
    assert "held-out episodes alone" in result.note
    assert result.trustworthiness > 0.9


@pytest.mark.parametrize("method", ["pca", "lda", "tsne"])
def test_a_site_that_does_not_vary_is_drawn_as_one_point(constant, method):
    result = Projection(method)(constant)
    assert not result.points.any()
    assert result.trustworthiness is None
    assert result.explained is None


@pytest.mark.parametrize("method", ["pca", "lda"])
def test_a_site_of_one_number_is_drawn_on_a_line(make_trace, draw_inputs, method):
    inputs = draw_inputs()
    result = Projection(method, site="hidden")(make_trace(inputs, hidden=inputs[..., None] * 1.0))
    assert result.points[:, 0].any()
    assert not result.points[:, 1].any()


def test_lda_of_a_single_category_has_no_direction(by_category):
    result = Projection("lda")(by_category, dict.fromkeys(range(10), "any"))
    assert not result.points.any()
    assert "single category" in result.note


def test_labels_name_the_categories(by_category):
    labels = {symbol: "high" if symbol > 4 else "low" for symbol in range(10)}
    result = Projection("pca")(by_category, labels)
    assert {("4", "low"), ("5", "high")} <= set(zip(result.symbol, result.category, strict=True))


def test_one_episode_is_too_few(by_category):
    with pytest.raises(MannscopeError, match="at least 2 episodes"):
        Projection("pca")(by_category.isel(episode=[0]))


def test_an_unknown_method_is_answered_with_the_nearest(by_category):
    with pytest.raises(UnknownNameError, match="Did you mean 'tsne'"):
        Projection("t-sne")(by_category)


def test_neighbours_kept_stand_beside_those_of_random_planes(by_category):
    result = Projection("pca")(by_category)  # a plane, which a random plane turns and stretches
    assert result.neighbours_kept == pytest.approx(1.0, abs=0.01)
    assert 0.3 < result.neighbours_kept_control < 0.9


def test_a_method_whose_package_is_missing_says_how_to_install_it(by_category, monkeypatch):
    monkeypatch.setitem(sys.modules, "umap", None)  # what Python then finds is nothing
    with pytest.raises(MannscopeError, match=r"UMAP must be installed.*mannscope\[umap\]"):
        Projection("umap")(by_category)


def test_the_result_is_json(by_category):
    result = json.loads(json.dumps(Projection("pca")(by_category).to_dict()))
    assert result["method"] == "pca"
    assert len(result["points"]) == len(result["category"])


def test_everything_is_drawn_where_that_is_asked_for(by_category):
    result = Projection(max_points=10_000, draw_all=True)(by_category)
    assert len(result.points) == result.available
    assert not result.held_out
    assert "all episodes are drawn" in result.note


def test_the_map_of_everything_is_fitted_on_one_half_alone(by_category):
    half, everything = (Projection(draw_all=which)(by_category) for which in (False, True))
    drawn = np.isin(everything.episode, np.unique(half.episode))
    np.testing.assert_allclose(everything.points[drawn], half.points, atol=1e-9)


def test_lda_is_never_drawn_on_what_it_was_fitted_on(by_category):
    with pytest.raises(MannscopeError, match="drawn on other episodes"):
        Projection("lda", draw_all=True)(by_category)
