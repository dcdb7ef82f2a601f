from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.legend import Legend

from mannscope.anatomy import Action, Actor, Anatomy, Head, Store
from mannscope.errors import MannscopeError
from mannscope.figures import Content, memory, svg_text
from mannscope.traces import anatomy, label


def legend_texts(ax: Axes) -> list[list[str]]:
    legends = [part for part in ax.get_children() if isinstance(part, Legend)]
    return [[text.get_text() for text in legend.get_texts()] for legend in legends]


def bar_label(ax: Axes) -> str:
    return ax.images[0].colorbar.ax.get_ylabel()


def test_the_map_is_the_norm_of_each_slot_at_each_step(two_stacks: xr.Dataset) -> None:
    ax = memory(two_stacks, 1, part=1, slots=3)
    expected = np.linalg.norm(two_stacks["memory"].values[1, :11, 1, :3], axis=-1)
    np.testing.assert_allclose(ax.images[0].get_array(), expected.T)
    assert bar_label(ax) == "norm of the slot"


def test_a_stack_is_drawn_top_first_under_its_actions(stack: xr.Dataset) -> None:
    ax = memory(stack)
    assert [label.get_text() for label in ax.get_yticklabels()][:2] == ["action", "top"]
    assert ax.yaxis_inverted()
    assert legend_texts(ax) == [["symbol", "delimiter", "blank"], ["PUSH", "POP", "NO_OP"]]


def test_an_action_is_drawn_at_the_steps_at_which_it_was_taken(stack: xr.Dataset) -> None:
    marks = {line.get_marker(): list(line.get_xdata()) for line in memory(stack).lines}
    taken = stack["action"].values[0, :, 0]
    assert marks["^"] == np.flatnonzero(taken == 0).tolist()
    assert marks["v"] == np.flatnonzero(taken == 1).tolist()


def test_heads_are_marked_where_their_weights_are_largest(ntm: xr.Dataset) -> None:
    ax = memory(ntm)
    squares = next(line for line in ax.lines if line.get_marker() == "s")
    assert squares.get_ydata().tolist() == ntm["write_weights"].values[0, :, 0].argmax(-1).tolist()
    assert sorted(legend_texts(ax)[1]) == ["read head 0", "read head 1", "write head 0"]


def test_a_head_of_little_weight_is_nowhere(ntm: xr.Dataset) -> None:
    weights = ntm["write_weights"].copy()
    weights[0, 2] *= 0.4 / weights[0, 2].sum()
    squares = next(
        line for line in memory(ntm.assign(write_weights=weights)).lines if line.get_marker() == "s"
    )
    assert np.flatnonzero(np.isnan(squares.get_ydata())).tolist() == [2]


def rows(ax: Axes) -> list[str]:
    return [tick.get_text() for tick in ax.get_yticklabels()]


def test_a_queue_is_drawn_front_first_with_its_actions_and_heads(queue: xr.Dataset) -> None:
    ax = memory(queue)
    assert rows(ax)[:2] == ["action", "front"]
    assert ax.get_ylabel() == "slot from the front (of 8)"
    assert legend_texts(ax)[1:] == [["back", "front"], ["ENQUEUE", "DEQUEUE", "NO_OP"]]
    squares = next(line for line in ax.lines if line.get_marker() == "s")
    np.testing.assert_array_equal(squares.get_ydata(), [*range(6), 5, *range(4, -1, -1), np.nan])


def test_a_register_is_one_row_with_its_name(register: xr.Dataset) -> None:
    ax = memory(register)
    assert rows(ax) == ["action", "register"]
    assert bar_label(ax) == "norm"
    assert legend_texts(ax)[1] == ["KEEP", "WRITE"]
    expected = np.linalg.norm(register["register"].values[0], axis=-1)
    np.testing.assert_allclose(ax.images[0].get_array(), expected[None])


def test_nothing_is_drawn_where_an_actor_has_no_action(register: xr.Dataset) -> None:
    marks = {line.get_marker(): list(line.get_xdata()) for line in memory(register).lines}
    assert marks["x"] == [*range(6, 13)]
    assert marks["+"] == [*range(1, 6)]


def test_every_actor_on_a_part_has_a_row_of_its_own(stack: xr.Dataset) -> None:
    gate = Actor("gate", (Action("OPEN", glyph="o"), Action("SHUT", glyph="-")))
    found = anatomy(stack)
    both = stack.drop_vars(["actor", "action_name", "action"]).assign(
        action=(("episode", "step", "actor"), np.repeat(stack["action"].values.clip(0, 1), 2, axis=-1))
    )
    ax = memory(label(both, anatomy=Anatomy((*found.actors, gate), found.stores)))
    assert rows(ax)[:3] == ["stack 0", "gate", "top"]
    assert legend_texts(ax)[1] == ["PUSH", "POP", "OPEN", "SHUT"]


def test_weights_that_are_not_over_slots_are_refused(stack: xr.Dataset) -> None:
    heads = (Head("finger", "read", "logits"),)
    wrong = label(stack, anatomy=Anatomy(anatomy(stack).actors, anatomy(stack).stores, heads))
    with pytest.raises(MannscopeError, match="weights of finger must have the axes step and slot"):
        memory(wrong)


def test_a_memory_of_several_stores_names_the_one_that_is_drawn(queue: xr.Dataset) -> None:
    found = anatomy(queue)
    stores = (*found.stores, Store("hidden", slots=""))
    ax = memory(label(queue, anatomy=Anatomy(found.actors, stores, found.heads)))
    assert bar_label(ax) == "norm of a slot of contents"


def test_an_episode_that_was_selected_is_drawn(queue: xr.Dataset) -> None:
    assert svg_text(memory(queue.isel(episode=1))) == svg_text(memory(queue, 1))


def test_a_head_beyond_the_slots_drawn_is_not_marked(ntm: xr.Dataset) -> None:
    squares = next(line for line in memory(ntm, slots=4).lines if line.get_marker() == "s")
    assert np.isnan(squares.get_ydata()[-1])


@pytest.mark.parametrize("content", [Content.COMPONENT, Content.PRINCIPAL])
def test_signed_contents_are_coloured_around_zero(stack: xr.Dataset, content: Content) -> None:
    negative = stack.assign(memory=stack["memory"] - 1.5 * (stack["memory"] != 0))
    image = memory(negative, content=content, component=2).images[0]
    values = np.asarray(image.get_array())
    assert values[-1, 0] == 0.0
    assert (image.norm.vmin, image.norm.vmax) == (-np.abs(values).max(), np.abs(values).max())


def test_the_principal_component_of_a_line_is_the_place_on_it(stack: xr.Dataset) -> None:
    place = stack["memory"].isel(width=0, drop=True)
    line = place * xr.DataArray([0.6, 0.8, 0, 0, 0], dims="width")
    drawn = np.asarray(memory(stack.assign(memory=line), content=Content.PRINCIPAL).images[0].get_array())
    np.testing.assert_allclose(drawn, place.values[0, :, 0, : len(drawn)].T, atol=1e-12)


def test_a_component_that_is_not_there_is_an_error(stack: xr.Dataset) -> None:
    with pytest.raises(MannscopeError, match="component must be from 0 to 4"):
        memory(stack, content=Content.COMPONENT, component=5)


def test_a_trace_without_a_memory_is_an_error(stack: xr.Dataset) -> None:
    with pytest.raises(MannscopeError, match="must have the variable memory"):
        memory(stack.drop_vars("memory"))
    with pytest.raises(MannscopeError, match="must be of a memory with a store"):
        memory(stack.assign_attrs(anatomy=Anatomy(anatomy(stack).actors).to_json()))


@pytest.mark.parametrize("steps", [1, 2])
def test_a_very_short_episode_is_drawn(stack: xr.Dataset, ntm: xr.Dataset, steps: int) -> None:
    for trace in (stack, ntm):
        ax = memory(trace.isel(step=slice(0, steps)))
        assert ax.images[0].get_array().shape[1] == steps
        assert "norm of the slot" in svg_text(ax)


def test_an_empty_memory_is_drawn(stack: xr.Dataset) -> None:
    empty = stack.assign(memory=0 * stack["memory"])
    for content in Content:
        assert not np.asarray(memory(empty, content=content).images[0].get_array()).any()


def test_nothing_of_a_long_episode_overlaps_along_the_axes(make_stack: Callable[..., xr.Dataset]) -> None:
    ax = memory(make_stack(size=100, episodes=1))
    svg_text(ax)
    for ticks in (ax.get_xticklabels(), ax.get_yticklabels()):
        boxes = [tick.get_window_extent() for tick in ticks]
        assert not any(a.overlaps(b) for a, b in pairwise(boxes))
