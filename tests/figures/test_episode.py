import numpy as np
import pytest
import xarray as xr

from mannscope.anatomy import Anatomy, Store
from mannscope.errors import MannscopeError
from mannscope.figures.episode import part_vectors, slots_used, step_labels
from mannscope.traces import label


def test_labels_are_the_symbols_and_categories_read(stack: xr.Dataset) -> None:
    labels = step_labels(stack, 1)
    assert labels.tokens[5:] == ("|", "_", "_", "_", "_", "_")
    assert [labels.category_names[i] for i in labels.categories[4:7]] == ["symbol", "delimiter", "blank"]


def test_a_trace_without_a_task_is_labelled_with_numbers(stack: xr.Dataset) -> None:
    bare = stack.drop_vars(["category", "target", "input_symbol", "symbol"])
    labels = step_labels(bare)
    assert labels.tokens[-1] == "4"
    assert labels.categories == ()


def test_categories_without_names_are_labelled_with_numbers(stack: xr.Dataset) -> None:
    assert step_labels(stack.drop_vars("category_name")).category_names == ("0", "1", "2")


def test_a_part_that_is_not_there_is_an_error(two_stacks: xr.Dataset, queue: xr.Dataset) -> None:
    with pytest.raises(MannscopeError, match="part must be from 0 to 1"):
        part_vectors(two_stacks, 2)
    with pytest.raises(MannscopeError, match="part must be from 0 to 0"):
        part_vectors(queue, 1)


def test_a_store_without_its_axis_of_parts_is_an_error(two_stacks: xr.Dataset) -> None:
    with pytest.raises(MannscopeError, match="memory must have the axis stack"):
        part_vectors(two_stacks.isel(stack=0))


def test_further_axes_of_a_store_are_flattened(two_stacks: xr.Dataset) -> None:
    bare = two_stacks.drop_dims("actor")
    one_row = label(bare, anatomy=Anatomy((), (Store("memory", slots=""),)))
    _, vectors = part_vectors(one_row)
    assert (vectors.sizes["slot"], vectors.sizes["width"]) == (1, two_stacks["memory"][0, 0].size)
    side_by_side = label(bare, anatomy=Anatomy((), (Store("memory", first="top"),)))
    assert part_vectors(side_by_side)[1].sizes["width"] == 2 * two_stacks.sizes["width"]


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
