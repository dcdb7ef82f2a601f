import numpy as np
import pytest

from mannscope.analyses import site_names, vectors
from mannscope.anatomy import Anatomy
from mannscope.errors import MannscopeError, UnknownNameError
from mannscope.traces import label


def test_padding_gives_no_point(make_trace):
    inputs = np.array([[3, 8, -1], [9, -1, -1]])
    found = vectors(make_trace(inputs, hidden=np.arange(6.0).reshape(2, 3, 1)), "hidden")
    assert found.points[:, 0].tolist() == [0.0, 1.0, 3.0]
    assert found.episode.tolist() == [0, 0, 1]
    assert found.symbol.tolist() == [3, 8, 9]
    assert found.category.tolist() == [0, 2, 3]


def test_further_axes_are_flattened(make_trace):
    memory = np.arange(2 * 1 * 2 * 3 * 4.0).reshape(2, 1, 2, 3, 4)
    found = vectors(make_trace(np.zeros((2, 1), int), memory=memory), "memory")
    assert np.array_equal(found.points, memory.reshape(2, 24))


def test_axes_in_another_order_give_the_same_points(by_category):
    turned = by_category.transpose("stack_action", "stack", "step", "episode", ...)
    assert np.array_equal(vectors(turned, "actions").points, vectors(by_category, "actions").points)


def test_policy_puts_the_listed_ops_side_by_side(make_trace):
    trace = make_trace(np.zeros((1, 1), int), actions=np.full((1, 1, 1, 3), 0.5), hidden=np.ones((1, 1, 2)))
    trace = label(trace, anatomy=Anatomy(policy=("hidden", "actions")))
    assert vectors(trace, "policy").points.tolist() == [[1.0, 1.0, 0.5, 0.5, 0.5]]


def test_an_unknown_site_is_answered_with_the_nearest(by_category):
    with pytest.raises(UnknownNameError, match="Did you mean 'actions'"):
        vectors(by_category, "action s")


def test_a_site_of_whole_numbers_is_refused(by_category):
    with pytest.raises(UnknownNameError):
        vectors(by_category, "input")
    assert site_names(by_category) == ("policy", "actions")


def test_policy_of_a_memory_without_ops_is_refused(by_category):
    nameless = label(by_category.drop_vars("action"), anatomy=Anatomy())
    with pytest.raises(UnknownNameError):
        vectors(nameless, "policy")


def test_a_mask_keeps_its_positions(by_category):
    opens = by_category["input"] == 8
    assert set(vectors(by_category, "actions", mask=opens).symbol.tolist()) == {8}


def test_a_mask_of_another_shape_is_refused(by_category):
    with pytest.raises(MannscopeError, match="mask must have a value for every episode and step"):
        vectors(by_category, "actions", mask=np.ones((1, 2), bool))


def test_a_vector_that_is_not_finite_is_refused(make_trace):
    trace = make_trace(np.zeros((1, 2), int), hidden=np.full((1, 2, 1), np.nan))
    with pytest.raises(MannscopeError, match="finite"):
        vectors(trace, "hidden")


def test_values_of_padding_need_not_be_finite(make_trace):
    trace = make_trace(np.array([[0, -1]]), hidden=np.array([[[1.0], [np.nan]]]))
    assert vectors(trace, "hidden").points.tolist() == [[1.0]]


def test_halves_share_no_episode(by_category):
    fitted, held_out = vectors(by_category, "policy").halves()
    assert not set(fitted.episode) & set(held_out.episode)
    assert len(set(fitted.episode) | set(held_out.episode)) == 40


def test_one_episode_cannot_be_halved(by_category):
    with pytest.raises(MannscopeError, match="at least 2 episodes"):
        vectors(by_category.isel(episode=[0]), "policy").halves()


def test_no_episode_at_all_is_refused_too(by_category):
    with pytest.raises(MannscopeError, match="0 at site 'policy'"):
        vectors(by_category.isel(episode=[]), "policy").sample(10).halves()


def test_a_sample_states_how_many_points_there_were(by_category):
    found = vectors(by_category, "policy")
    sample = found.sample(100)
    assert len(sample.points) == 100
    assert sample.available == len(found.points) > 300


def test_a_sample_of_many_episodes_is_of_whole_ones(make_trace):
    trace = make_trace(np.zeros((100, 5), int), hidden=np.zeros((100, 5, 1)))
    counts = np.unique(vectors(trace, "hidden").sample(200).episode, return_counts=True)[1]
    assert counts.tolist() == [5] * 40


def test_a_sample_keeps_rare_categories(make_trace):
    inputs = np.zeros((40, 50), int)
    inputs[:, 25] = 8
    sample = vectors(make_trace(inputs, hidden=np.zeros((40, 50, 1))), "hidden").sample(100)
    assert np.sum(sample.symbol == 8) == 32


def test_a_trace_without_categories_still_has_sites(by_category):
    found = vectors(by_category.drop_vars("category"), "policy")
    assert set(found.category.tolist()) == {-1}
