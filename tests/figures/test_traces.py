"""Figures of traces other than the map of the memory."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.legend import Legend

from mannscope.anatomy import Action, Actor, Anatomy, Head, Store
from mannscope.errors import MannscopeError, UnknownNameError
from mannscope.figures import actions, actions_by_category, head_weights, mean_memory, svg_text
from mannscope.figures.actors import deciding
from mannscope.figures.glyphs import glyph_handle
from mannscope.traces import anatomy, label


def legend_texts(ax: Axes) -> list[list[str]]:
    legends = [part for part in ax.get_children() if isinstance(part, Legend)]
    return [[text.get_text() for text in legend.get_texts()] for legend in legends]


def test_head_weights_are_drawn_from_0_to_1(ntm: xr.Dataset) -> None:
    ax = head_weights(ntm, 1, head="write head 0", slots=9)
    image = ax.images[0]
    np.testing.assert_array_equal(image.get_array(), ntm["write_weights"].values[1, :11, 0].T)
    assert (image.norm.vmin, image.norm.vmax) == (0, 1)
    assert image.colorbar.ax.get_ylabel() == "weight of write head 0"
    assert legend_texts(ax) == [["symbol", "delimiter", "blank"]]


def test_fewer_slots_than_there_are_is_said(ntm: xr.Dataset) -> None:
    assert head_weights(ntm, slots=5).get_ylabel() == "slot (of 9)"
    assert head_weights(ntm, slots=9).get_ylabel() == "slot"


def test_the_bars_of_a_step_are_its_probabilities(two_stacks: xr.Dataset) -> None:
    ax = actions(two_stacks, actor="stack 1")
    heights = [[bar.get_height() for bar in bars] for bars in ax.containers]
    np.testing.assert_allclose(heights, two_stacks["actions"].values[0, :, 1].T)
    tops = [bar.get_y() + bar.get_height() for bar in ax.containers[-1]]
    np.testing.assert_allclose(tops, 1.0)


def test_the_bars_of_a_stack_are_named_by_action(stack: xr.Dataset) -> None:
    ax = actions(stack)
    assert legend_texts(ax) == [["symbol", "delimiter", "blank"], ["PUSH", "POP", "NO_OP"]]
    assert ax.get_ylabel() == "probability"


def test_a_head_has_shifts_a_gate_and_moves(ntm: xr.Dataset) -> None:
    shifts, moves = legend_texts(actions(ntm, actor="read head 0"))[1:]
    assert shifts == ["shift −1", "shift 0", "shift +1", "gate"]
    assert moves == ["STAY", "LEFT", "RIGHT", "JUMP"]


def test_the_gate_is_the_one_of_the_head(ntm: xr.Dataset) -> None:
    gate = next(line for line in actions(ntm, actor="write head 0").lines if line.get_linestyle() == "-")
    np.testing.assert_array_equal(gate.get_ydata(), ntm["write_gate"].values[0, :, 0])


def test_the_actions_of_a_trace_of_head_weights_alone_are_glyphs(ntm: xr.Dataset) -> None:
    names = [f"{kind}_{op}" for kind in ("read", "write") for op in ("gate", "shift")]
    ax = actions(ntm.drop_vars(names), actor="read head 0")
    assert not ax.containers
    notes, moves = legend_texts(ax)[1:]
    assert notes == ["read_gate is not recorded", "read_shift is not recorded"]
    assert moves == ["STAY", "LEFT", "RIGHT", "JUMP"]
    assert ax.get_ylabel() == "action"


def test_a_queue_has_bars_over_its_own_actions(queue: xr.Dataset) -> None:
    ax = actions(queue, actor="queue")
    heights = [[bar.get_height() for bar in bars] for bars in ax.containers]
    np.testing.assert_allclose(heights, queue["choice_of_queue"].values[0].T)
    assert legend_texts(ax)[1] == ["ENQUEUE", "DEQUEUE", "NO_OP"]


def test_a_register_has_a_line_of_its_gate_and_crosses(register: xr.Dataset) -> None:
    ax = actions(register)
    gate = next(line for line in ax.lines if line.get_linestyle() == "-")
    np.testing.assert_array_equal(gate.get_ydata(), register["write_gate"].values[0])
    assert legend_texts(ax)[1:] == [["write gate"], ["KEEP", "WRITE"]]
    assert ax.get_ylabel() == "value"


def test_choices_without_a_coordinate_are_numbered(stack: xr.Dataset) -> None:
    bare = stack.drop_vars("stack_action")
    captions = [f"stack_action {number}" for number in range(3)]
    assert legend_texts(actions(bare))[1:] == [captions, ["PUSH", "POP", "NO_OP"]]


def test_several_distributions_stand_side_by_side(ntm: xr.Dataset) -> None:
    head = Actor("head", anatomy(ntm).actors[0].actions, ("read_shift", "mode"), "read_head", 0)
    shares = (("episode", "step", "read_head", "read_mode"), np.full((4, 13, 2, 2), 0.5))
    both = ntm.isel(actor=[0]).assign(mode=shares).drop_vars(["actor", "action_name"])
    ax = actions(label(both.assign_coords(read_mode=["content", "link"]), anatomy=Anatomy((head,))))
    assert len(ax.containers) == 5
    centres = [bars[0].get_x() + bars[0].get_width() / 2 for bars in ax.containers]
    np.testing.assert_allclose(centres, [-0.205] * 3 + [0.205] * 2)
    assert legend_texts(ax)[1] == ["shift −1", "shift 0", "shift +1", "content", "link"]


def test_an_actor_on_several_axes_has_the_number_at_its_place_on_each() -> None:
    strength = (("episode", "step", "head", "turn"), np.arange(8.0).reshape(1, 2, 2, 2))
    trace = xr.Dataset({"strength": strength})
    actor = Actor("last", (Action("A"), Action("B")), ("strength",), "head", 1, also=(("turn", 0),))
    ((caption, values),) = deciding(trace, actor).scalars
    assert (caption, values.values.tolist()) == ("strength", [[2.0, 6.0]])
    beyond = replace(actor, also=(("turn", 2),))
    assert deciding(trace, beyond).missing == ("strength does not have turn 2: not drawn",)


def test_an_action_that_the_actor_does_not_have_is_an_error(stack: xr.Dataset) -> None:
    with pytest.raises(MannscopeError, match="action of stack 0 must be from -1 to 2"):
        actions(stack.assign(action=stack["action"] + 1))


@pytest.mark.parametrize("glyph", ["$", "_", "^", "\\", "E", "é", "+"])
def test_any_glyph_is_drawn_as_text(queue: xr.Dataset, glyph: str) -> None:
    named = (Action("ENQUEUE", glyph=glyph), *anatomy(queue).actors[0].actions[1:])
    ax = actions(label(queue, anatomy=Anatomy((Actor("queue", named, ("choice_of_queue",)),))))
    assert "ENQUEUE" in svg_text(ax)


def test_actions_without_a_sign_that_can_be_drawn_get_crosses() -> None:
    actor = Actor("a", (Action("A"), Action("B", glyph="·"), Action("C", glyph=" "), Action("D", glyph="本")))
    assert [glyph_handle(actor, action).get_marker() for action in range(4)] == ["x", ".", "+", "1"]


def test_the_first_head_is_drawn_unless_another_is_named(ntm: xr.Dataset, queue: xr.Dataset) -> None:
    assert head_weights(ntm).images[0].colorbar.ax.get_ylabel() == "weight of read head 0"
    ax = head_weights(queue)
    assert ax.images[0].colorbar.ax.get_ylabel() == "weight of front"
    assert ax.get_yticklabels()[0].get_text() == "front"


def test_an_unknown_head_is_an_error_that_offers_the_nearest(ntm: xr.Dataset) -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'write head 0'"):
        head_weights(ntm, head="write head 1")


@pytest.mark.parametrize("head", [None, "read head 0"])
def test_a_stack_and_a_register_have_no_heads(
    stack: xr.Dataset, register: xr.Dataset, head: str | None
) -> None:
    for trace in (stack, register):
        with pytest.raises(MannscopeError, match="must be of a memory with heads"):
            head_weights(trace, head=head)


def test_a_head_on_an_axis_that_is_not_there_is_an_error(ntm: xr.Dataset) -> None:
    heads = (Head("finger", "read", "read_weights", "read_head", 2),)
    wrong = label(ntm, anatomy=Anatomy(anatomy(ntm).actors, (Store("memory"),), heads))
    with pytest.raises(MannscopeError, match="read_weights without read_head 2"):
        head_weights(wrong)


def test_a_selected_episode_and_a_selected_actor_are_drawn(ntm: xr.Dataset, stack: xr.Dataset) -> None:
    assert svg_text(actions(ntm.isel(episode=1))) == svg_text(actions(ntm, 1))
    one = ntm.sel(actor="write head 0")
    assert svg_text(actions(one)) == svg_text(actions(ntm, actor="write head 0"))
    several = ntm.sel(actor=["write head 0"])
    assert svg_text(actions(several)) == svg_text(actions(one))
    assert svg_text(head_weights(ntm.isel(episode=1))) == svg_text(head_weights(ntm, 1))
    single = stack.isel(episode=0)
    for figure in (actions_by_category, lambda trace: mean_memory(trace, align="blank")):
        assert svg_text(figure(single)) == svg_text(figure(stack.isel(episode=[0])))


def test_an_unknown_actor_is_an_error(stack: xr.Dataset) -> None:
    for figure in (actions, actions_by_category):
        with pytest.raises(UnknownNameError, match="Did you mean 'stack 0'"):
            figure(stack, actor="stack 1")


def test_a_memory_without_actors_has_no_actions(stack: xr.Dataset) -> None:
    empty = (("episode", "step", "actor"), np.zeros((*stack["input"].shape, 0), int))
    with pytest.raises(MannscopeError, match="must be of a memory with actors"):
        actions(label(stack.drop_dims("actor").assign(action=empty), anatomy=Anatomy()))


def test_the_mean_action_of_a_category_is_taken_over_all_its_steps(two_stacks: xr.Dataset) -> None:
    ax = actions_by_category(two_stacks)
    blanks = two_stacks["category"].values == 2
    expected = two_stacks["actions"].values[blanks].mean(axis=0).reshape(-1)
    np.testing.assert_allclose(ax.images[0].get_array()[2], expected)
    assert [label.get_text() for label in ax.get_yticklabels()][2] == f"blank (n={blanks.sum()})"


def test_numbers_and_actors_are_written_on_the_heat_map(two_stacks: xr.Dataset) -> None:
    ax = actions_by_category(two_stacks)
    written = [text.get_text() for text in ax.texts]
    assert {"stack 0", "stack 1"} <= set(written)
    assert len(written) == 3 * 6 + 2
    assert ax.images[0].colorbar.ax.get_ylabel() == "mean probability"


def test_shares_of_a_head_sum_to_one_and_leave_out_actions_never_taken(ntm: xr.Dataset) -> None:
    ax = actions_by_category(ntm, actor="read head 1")
    np.testing.assert_allclose(ax.images[0].get_array().sum(axis=1), 1.0)
    assert [label.get_text() for label in ax.get_xticklabels()] == ["STAY", "JUMP"]


def test_a_gate_gives_shares_of_steps_that_leave_out_steps_without_an_action(register: xr.Dataset) -> None:
    ax = actions_by_category(register)
    assert ax.images[0].colorbar.ax.get_ylabel() == "share of steps"
    letters = register["category"].values == 0
    np.testing.assert_allclose(ax.images[0].get_array()[0], [0, 1 - 4 / letters.sum()])


def test_probabilities_and_shares_side_by_side_are_named(stack: xr.Dataset) -> None:
    found = anatomy(stack)
    gate = Actor("gate", (Action("OPEN"), Action("SHUT")))
    both = stack.drop_vars(["actor", "action_name", "action"]).assign(
        action=(("episode", "step", "actor"), np.repeat(stack["action"].values.clip(0, 1), 2, axis=-1))
    )
    ax = actions_by_category(label(both, anatomy=Anatomy((*found.actors, gate), found.stores)))
    written = {text.get_text() for text in ax.texts}
    assert {"stack 0 (mean probability)", "gate (share of steps)"} <= written


def test_a_trace_in_which_no_category_occurs_is_an_error(stack: xr.Dataset) -> None:
    with pytest.raises(MannscopeError, match="category must occur in the trace"):
        actions_by_category(stack.assign(category=0 * stack["category"] - 1))


def test_the_mean_of_a_queue_and_of_a_register_is_labelled_as_they_are(
    queue: xr.Dataset, register: xr.Dataset
) -> None:
    assert mean_memory(queue, align="delimiter").get_yticklabels()[0].get_text() == "front"
    ax = mean_memory(register, align="delimiter")
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["register"]
    assert ax.images[0].colorbar.ax.get_ylabel() == "mean norm"


def test_a_category_that_never_occurs_has_no_row(stack: xr.Dataset) -> None:
    ax = actions_by_category(stack.isel(step=slice(0, 3)))
    assert len(ax.get_yticklabels()) == 1


def test_episodes_are_aligned_at_the_category(stack: xr.Dataset) -> None:
    ax = mean_memory(stack, align="delimiter", slots=8)
    norms = np.linalg.norm(stack["memory"].values[:, :, 0], axis=-1)
    left = ax.images[0].get_extent()[0]
    at_delimiter = np.asarray(ax.images[0].get_array())[:, round(-left - 0.5)]
    np.testing.assert_allclose(at_delimiter, (norms[[0, 2], 6] + norms[[1, 3], 5]).mean(axis=0) / 2)
    assert ax.get_title("left") == "mean of 4 episodes"
    assert ax.get_xlabel() == "step, counted from the first delimiter"


def test_steps_that_few_episodes_reach_are_left_out(stack: xr.Dataset) -> None:
    left, right, _, _ = mean_memory(stack.isel(episode=[0, 1, 3]), align="delimiter").images[0].get_extent()
    assert (left, right) == (-5.5, 5.5)


def test_a_trace_of_bare_symbols_has_no_categories(stack: xr.Dataset) -> None:
    bare = stack.drop_vars("category")
    with pytest.raises(MannscopeError, match="must have the variable category"):
        actions_by_category(bare)
    with pytest.raises(MannscopeError, match="must have the variable category"):
        mean_memory(bare, align="blank")


def test_a_category_to_align_at_must_occur(stack: xr.Dataset) -> None:
    with pytest.raises(MannscopeError, match="must occur in an episode"):
        mean_memory(stack.isel(step=slice(0, 3)), align="blank")
