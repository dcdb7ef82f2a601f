"""Figures of traces other than the map of the memory."""

import numpy as np
import pytest
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.legend import Legend

from mannscope.errors import MannscopeError, UnknownNameError
from mannscope.figures import actions, actions_by_category, head_weights, mean_memory


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


def test_an_unknown_actor_is_an_error(stack: xr.Dataset) -> None:
    for figure in (actions, actions_by_category):
        with pytest.raises(UnknownNameError, match="Did you mean 'stack 0'"):
            figure(stack, actor="stack 1")


def test_a_memory_without_actors_has_no_actions(stack: xr.Dataset) -> None:
    with pytest.raises(MannscopeError, match="must be of a memory with actors"):
        actions(stack.assign_attrs(actors="[]"))


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
