import numpy as np
import pytest
import xarray as xr

from mannscope.errors import MannscopeError, UnknownNameError
from mannscope.figures.episode import head_names, head_values, one_episode, slots_used, step_labels


def test_padding_is_cut_off(stack: xr.Dataset) -> None:
    assert [one_episode(stack, episode).sizes["step"] for episode in (0, 1)] == [13, 11]


def test_labels_are_the_symbols_and_categories_read(stack: xr.Dataset) -> None:
    labels = step_labels(stack, 1)
    assert labels.tokens[5:] == ("|", "_", "_", "_", "_", "_")
    assert [labels.category_names[i] for i in labels.categories[4:7]] == ["symbol", "delimiter", "blank"]


def test_a_trace_without_a_task_is_labelled_with_numbers(stack: xr.Dataset) -> None:
    bare = stack.drop_vars(["category", "target"])
    del bare.attrs["symbols"]
    labels = step_labels(bare)
    assert labels.tokens[-1] == "4"
    assert labels.categories == ()


@pytest.mark.parametrize("episode", [-1, 4])
def test_an_episode_that_is_not_there_is_an_error(stack: xr.Dataset, episode: int) -> None:
    with pytest.raises(MannscopeError, match=f"episode must be from 0 to 3. Got {episode}"):
        one_episode(stack, episode)


def test_an_episode_of_padding_is_an_error(stack: xr.Dataset) -> None:
    with pytest.raises(MannscopeError, match="all padding"):
        one_episode(stack.assign(input=0 * stack["input"] - 1))


def test_heads_are_named_as_actors_are(ntm: xr.Dataset, stack: xr.Dataset) -> None:
    assert head_names(ntm) == ["read head 0", "read head 1", "write head 0"]
    assert head_names(stack) == []


def test_an_unknown_head_is_an_error_that_offers_the_nearest(ntm: xr.Dataset) -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'write head 0'"):
        head_values(ntm, "weights", "write head 1")


def test_a_stack_has_no_heads(stack: xr.Dataset) -> None:
    with pytest.raises(MannscopeError, match="must be of a memory with heads"):
        head_values(stack, "weights", "read head 0")


def test_slots_are_drawn_as_far_as_they_were_ever_filled() -> None:
    shares = np.zeros((3, 20))
    shares[1, 6] = 1.0
    assert slots_used(shares, None) == 7
    assert slots_used(0 * shares, None) == 4
    assert slots_used(shares, 20) == 20


@pytest.mark.parametrize("slots", [0, 21])
def test_more_slots_than_there_are_is_an_error(slots: int) -> None:
    with pytest.raises(MannscopeError, match="slots must be from 1 to 20"):
        slots_used(np.zeros((3, 20)), slots)
