"""Every site at once: which sites there are, and scores beside controls."""

from collections.abc import Callable

import numpy as np
import pytest
import xarray as xr

from mannscope.analyses import Projection, Separation, SiteProjections, default_sites
from mannscope.errors import MannscopeError, UnknownNameError

QUICK = SiteProjections(partitions=8)


def test_a_policy_of_the_category_beats_every_random_partition(by_category: xr.Dataset) -> None:
    (panel,) = QUICK(by_category).panels
    assert panel.site == "policy"
    assert panel.probe.value > 0.9 > max(panel.probe.controls)


def test_noise_is_read_no_better_than_by_chance(noise: xr.Dataset) -> None:
    found = QUICK(noise)
    assert abs(found.panels[0].probe.value - found.chance) < 0.1


def test_points_and_scores_are_those_of_projection_and_separation(by_symbol: xr.Dataset) -> None:
    (panel,) = QUICK(by_symbol).panels
    picture = Projection("pca", "policy")(by_symbol)
    np.testing.assert_allclose(panel.points, picture.points)
    assert (panel.category, panel.explained) == (picture.category, picture.explained)
    separation = Separation(partitions=8, permutations=9)(by_symbol)
    assert panel.probe == separation.probe


def test_drawn_episodes_are_not_those_fitted_on(noise: xr.Dataset) -> None:
    found = QUICK(noise)
    assert (found.episodes, found.held_out_episodes) == (40, 20)


def test_a_site_that_does_not_vary_explains_nothing(constant: xr.Dataset) -> None:
    (panel,) = QUICK(constant).panels
    assert panel.explained is None
    assert not panel.points.any()


def test_parts_of_the_policy_and_the_memory_before_are_left_out_unless_named(
    make_trace: Callable, draw_inputs: Callable
) -> None:
    inputs = draw_inputs()
    number = np.random.default_rng(0).normal
    trace = make_trace(
        inputs,
        reading=number(size=(*inputs.shape, 1, 1, 3)),
        actions=number(size=(*inputs.shape, 1, 3)),
        memory=number(size=(*inputs.shape, 1, 2, 3)),
        memory_before=number(size=(*inputs.shape, 1, 2, 3)),
        hidden=number(size=(*inputs.shape, 4)),
    )
    assert default_sites(trace) == ("hidden", "policy", "reading", "memory")
    named = SiteProjections(sites=("memory_before", "actions"), partitions=2)(trace)
    assert [panel.site for panel in named.panels] == ["memory_before", "actions"]
    assert named.panels[0].features == 6


def test_a_symbol_of_two_categories_counts_as_two(make_trace: Callable, draw_inputs: Callable) -> None:
    inputs = draw_inputs()
    late = np.arange(inputs.shape[1]) >= 6
    trace = make_trace(inputs, hidden=np.repeat(late[None, :, None] * 1.0, len(inputs), axis=0))
    trace["category"] = trace["category"].where(trace["input"] < 0, late[None] * 1)
    (panel,) = QUICK(trace).panels
    assert panel.probe.value == 1.0
    assert set(panel.category) == {"digit", "operator"}


def test_labels_give_other_categories(by_category: xr.Dataset) -> None:
    labels = {symbol: "bracket" if symbol > 7 else "other" for symbol in range(10)}
    found = QUICK(by_category.drop_vars("category"), labels)
    assert (found.categories, found.chance) == (("other", "bracket"), 0.5)
    with pytest.raises(MannscopeError, match="none for 0, 1"):
        QUICK(by_category, dict.fromkeys(range(2, 10), "known"))


def test_what_cannot_be_projected_is_refused(by_category: xr.Dataset) -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'policy'"):
        SiteProjections(sites=("polcy",))(by_category)
    with pytest.raises(MannscopeError, match="at least 2 episodes"):
        QUICK(by_category.isel(episode=[0]))
    with pytest.raises(MannscopeError, match="category of its symbols"):
        QUICK(by_category.drop_vars("category"))
