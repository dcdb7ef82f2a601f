"""Reading traces made by hand: episodes, exactness, and what stores hold."""

import numpy as np
import pytest
import xarray as xr

from mannscope.anatomy import Actor, Anatomy, Head, Store
from mannscope.errors import MannscopeError
from mannscope.traces import batch, exact, label, one_episode
from mannscope.traces.reading import (
    contents,
    first_store,
    head_weights,
    held,
    held_vectors,
    part_names,
    plane,
    slot_vectors,
)

PLANE = ("episode", "step")
INPUTS = np.array([[0, 1, 1], [1, -1, -1]])
ACTORS = (Actor("memory", ()),)


@pytest.fixture
def read(trace: xr.Dataset) -> xr.Dataset:
    """Two episodes, of three symbols and of one."""
    return trace.assign(input=(PLANE, INPUTS.copy()))


def holding(trace: xr.Dataset, values: np.ndarray, dims: tuple[str, ...], **store: str) -> xr.Dataset:
    """Give a trace one store, numbered throughout."""
    return label(
        trace.assign(held=((*PLANE, *dims), values)),
        anatomy=Anatomy(ACTORS, stores=(Store("held", **store),)),
    )


def test_a_single_episode_is_read_as_a_batch_of_one(read: xr.Dataset) -> None:
    one = read.isel(episode=0)
    assert batch(one).sizes["episode"] == 1
    assert plane(one, "input").tolist() == [[0, 1, 1]]
    assert batch(read) is read


def test_an_episode_is_cut_at_its_last_symbol(read: xr.Dataset) -> None:
    assert one_episode(read, 1).sizes["step"] == 1
    assert one_episode(read.isel(episode=0)).sizes["step"] == 3


@pytest.mark.parametrize("episode", [-1, 2])
def test_an_episode_that_is_not_there_is_refused(read: xr.Dataset, episode: int) -> None:
    with pytest.raises(MannscopeError, match=rf"episode must be from 0 to 1\. Got {episode}"):
        one_episode(read, episode)


def test_an_episode_of_nothing_but_padding_is_refused(read: xr.Dataset) -> None:
    read["input"][1] = -1
    with pytest.raises(MannscopeError, match="episode 1, all padding"):
        one_episode(read, 1)


def test_an_episode_is_exact_if_every_answer_is_right(read: xr.Dataset) -> None:
    answer = np.array([[False, True, True], [True, False, False]])
    known = read.assign(
        output=(PLANE, np.array([[9, 1, 2], [3, 0, 0]])),
        target=(PLANE, np.array([[0, 1, 2], [4, -1, -1]])),
        answer=(PLANE, answer),
    )
    assert exact(known).tolist() == [True, False]
    assert exact(known.isel(episode=0)).tolist() == [True]


def test_without_answers_nothing_is_known_of_exactness(read: xr.Dataset) -> None:
    assert exact(read) is None


def test_parts_of_a_store_are_read_one_at_a_time(read: xr.Dataset) -> None:
    values = np.arange(2 * 3 * 2 * 4 * 5.0).reshape(2, 3, 2, 4, 5)
    found = holding(read, values, ("stack", "slot", "width"), parts="stack")
    assert part_names(found) == ("stack 0", "stack 1")
    assert np.array_equal(slot_vectors(found, 1).transpose(*PLANE, "slot", "width"), values[:, :, 1])
    assert contents(one_episode(found, 1)).shape == (2, 1, 4, 5)


def test_a_part_that_is_not_there_is_refused(read: xr.Dataset) -> None:
    found = holding(read, np.zeros((2, 3, 2, 4, 5)), ("stack", "slot", "width"), parts="stack")
    with pytest.raises(MannscopeError, match="stack must be from 0 to 1"):
        slot_vectors(found, 2)


def test_a_store_without_slots_has_one(read: xr.Dataset) -> None:
    values = np.arange(2 * 3 * 5.0).reshape(2, 3, 5)
    found = holding(read, values, ("width",), slots="")
    assert part_names(found) == ("held",)
    assert np.array_equal(slot_vectors(found).transpose(*PLANE, "slot", "width"), values[:, :, None])


def test_slots_may_have_another_name_and_no_width(read: xr.Dataset) -> None:
    values = np.arange(2 * 3 * 4.0).reshape(2, 3, 4)
    found = holding(read, values, ("register",), slots="register")
    assert np.array_equal(slot_vectors(found).transpose(*PLANE, "slot", "width"), values[..., None])


def test_all_further_axes_of_a_store_are_its_width(read: xr.Dataset) -> None:
    values = np.arange(2 * 3 * 4 * 2 * 2.0).reshape(2, 3, 4, 2, 2)
    found = holding(read, values, ("slot", "row", "column"))
    assert np.array_equal(slot_vectors(found).transpose(*PLANE, "slot", "width"), values.reshape(2, 3, 4, 4))


def test_what_counts_of_a_vector_is_that_times_its_strength(read: xr.Dataset) -> None:
    values, strengths = np.arange(2 * 3 * 2 * 4 * 5.0).reshape(2, 3, 2, 4, 5), np.linspace(0, 1, 4)
    thick = np.broadcast_to(np.stack([strengths, 1 - strengths]), (2, 3, 2, 4))
    dims = {"slots": "layer", "parts": "stack"}
    found = holding(read, values, ("stack", "layer", "width"), **dims, strengths="thickness")
    with pytest.raises(MannscopeError, match="must have the variable thickness"):
        held_vectors(found)
    found = found.assign(thickness=((*PLANE, "stack", "layer"), thick))
    counts = held_vectors(found, 1).transpose(*PLANE, "slot", "width")
    assert np.array_equal(counts, values[:, :, 1] * (1 - strengths)[:, None])
    assert np.array_equal(held(found.isel(episode=0))[0], values[0, :, 0] * strengths[:, None])
    assert np.array_equal(slot_vectors(found, 1).transpose(*PLANE, "slot", "width"), values[:, :, 1])


def test_a_memory_without_a_store_or_with_one_not_recorded_is_refused(read: xr.Dataset) -> None:
    with pytest.raises(MannscopeError, match="must be of a memory with a store"):
        first_store(read)
    with pytest.raises(MannscopeError, match=r"must have the variable table.*rebuild"):
        first_store(label(read, anatomy=Anatomy(ACTORS, stores=(Store("table"),))))


def test_weights_of_a_head_are_those_at_its_place(read: xr.Dataset) -> None:
    values = np.arange(2 * 3 * 2 * 4.0).reshape(2, 3, 2, 4)
    head = Head("read head 1", "read", "weights", "read_head", 1)
    found = label(
        read.assign(weights=((*PLANE, "read_head", "slot"), values)), anatomy=Anatomy(ACTORS, heads=(head,))
    )
    assert np.array_equal(head_weights(found, head), values[:, :, 1])
    with pytest.raises(MannscopeError, match="must have the variable weights"):
        head_weights(found.drop_vars("weights"), head)
