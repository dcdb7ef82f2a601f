"""An episode in rows, and axes made fit for a figure of one's own."""

import matplotlib as mpl
import pytest
from matplotlib.figure import Figure
from matplotlib.legend import Legend

from mannscope.anatomy import Anatomy
from mannscope.errors import MannscopeError
from mannscope.figures import actions, dress, memory, panel, save
from mannscope.traces import label


def legends(ax) -> list[set[str]]:
    """Captions of the legends above axes, the nearest first."""
    return [{text.get_text() for text in one.get_texts()} for one in ax.artists if isinstance(one, Legend)]


def test_the_memory_is_above_and_every_actor_has_a_row_of_its_name(stack) -> None:
    figure = panel(stack, width=3.25)
    rows = [ax for ax in figure.axes if ax.get_subplotspec() is not None and ax.get_label() != "<colorbar>"]
    names = stack.actor.values.tolist()
    assert [ax.get_ylabel() for ax in rows[1:]] == names
    assert [bool(ax.get_xlabel()) for ax in rows] == [False] * len(names) + [True]
    assert figure.get_figwidth() == 3.25


def test_categories_are_named_once_and_the_other_legends_move_down(stack) -> None:
    figure = panel(stack)
    named = [found for ax in figure.axes for found in legends(ax) if "PUSH" not in found]
    assert len(named) == 1
    below = figure.axes[-1]
    (nearest, *_) = [one for one in below.artists if isinstance(one, Legend)]
    figure.draw_without_rendering()
    gap = nearest.get_window_extent().y0 - below.get_window_extent().y1
    assert 0 <= gap * 72 / figure.dpi < 4


def test_type_is_legible_in_a_column(stack) -> None:
    figure = panel(stack, width=3.25)
    figure.draw_without_rendering()
    sizes = [
        text.get_fontsize()
        for text in figure.findobj(mpl.text.Text)
        if text.get_text().strip() and text.get_visible()
    ]
    assert min(sizes) >= 6


def test_axes_are_dressed_with_a_title_and_without_what_is_not_wanted(stack) -> None:
    figure = Figure(layout="constrained")
    left, right = figure.subplots(1, 2)
    dress(memory(stack, ax=left), title="a $", colorbar=False)
    dress(actions(stack, ax=right), legend=False)
    assert left.get_title(loc="left") == r"a \$"
    assert legends(left)
    assert not legends(right)
    assert len(figure.axes) == 2


def test_what_the_user_set_stays_as_it_is(stack, tmp_path) -> None:
    with mpl.rc_context({"axes.labelsize": 11.0, "font.family": ["serif"], "pdf.fonttype": 3}):
        ax = memory(stack)
        assert ax.yaxis.label.get_fontsize() == 11
        assert ax.yaxis.label.get_fontfamily() == ["serif"]
        assert b"/Type3" not in save(ax, tmp_path / "one.pdf").read_bytes()


def test_nothing_to_draw_is_refused(stack) -> None:
    bare = label(stack.drop_vars(["action", "actor"], errors="ignore"), anatomy=Anatomy())
    with pytest.raises(MannscopeError, match="must hold a memory, or what acts on one"):
        panel(bare)
