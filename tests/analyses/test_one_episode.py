"""Analyses of a trace of which one episode was selected: they work, or say how many they need."""

import numpy as np
import pytest

from mannscope.analyses import Mining, Probe, Projection, Separation, vectors
from mannscope.errors import MannscopeError


def test_one_selected_episode_is_mined_as_a_batch_of_one(by_category):
    alone, batch = (by_category.isel(episode=which) for which in (0, [0]))
    assert Mining()(alone) == Mining()(batch)
    assert Mining()(alone).episodes == 1


def test_vectors_of_one_selected_episode_are_those_of_a_batch_of_one(by_category):
    alone, batch = (vectors(by_category.isel(episode=which), "policy") for which in (0, [0]))
    assert np.array_equal(alone.points, batch.points)
    assert set(alone.episode) == {0}


@pytest.mark.parametrize("site", ["policy", "actions"])
@pytest.mark.parametrize("analysis", [Separation, Projection, lambda site: Probe(site, "input")])
def test_what_holds_episodes_out_says_that_one_is_too_few(by_category, analysis, site):
    analysed = analysis(site) if analysis is not Projection else Projection(site=site)
    with pytest.raises(MannscopeError, match="2 episodes"):
        analysed(by_category.isel(episode=0))


def test_a_mask_may_be_of_the_selected_episode_too(by_category):
    one = by_category.isel(episode=0)
    opens = one["input"] == 8
    assert set(vectors(one, "policy", mask=opens).symbol.tolist()) <= {8}
