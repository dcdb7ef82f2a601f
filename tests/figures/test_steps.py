from collections.abc import Callable

import pytest
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.legend import Legend

from mannscope.figures import StepLabels, new_axes, svg_text
from mannscope.figures.steps import category_handles, label_steps, legends_above
from mannscope.figures.style import CATEGORY_COLOURS, category_colour, category_marker


def ticks(ax: Axes) -> list[str]:
    return [label.get_text() for label in ax.get_xticklabels()]


def labelled(tokens: list[str], width: float = 3.4) -> Axes:
    ax = new_axes(width, 1.5)
    label_steps(ax, StepLabels(tuple(tokens), tuple(0 for _ in tokens), ("digit",)))
    return ax


def test_every_symbol_is_labelled_where_it_fits() -> None:
    ax = labelled(["1", "+", "2"])
    assert ticks(ax) == ["1", "+", "2"]
    assert ax.get_xlabel() == "symbol read, step by step"


def test_symbols_that_are_too_wide_are_turned() -> None:
    assert labelled(["one", "two"]).get_xticklabels()[0].get_rotation() == 0
    assert labelled(["delimiter"] * 12).get_xticklabels()[0].get_rotation() == 90


@pytest.mark.parametrize("width", [3.4, 7.0])
def test_a_long_episode_numbers_a_few_of_its_steps(width: float) -> None:
    ax = labelled(["12"] * 200, width)
    assert 3 <= len(ax.get_xticks()) <= 15
    assert ax.get_xlabel() == "step"


@pytest.mark.parametrize("token", ["<script>", "$x_1$", "$", r"\alpha", "$a$ $b$"])
def test_a_token_is_shown_literally(token: str) -> None:
    from html import escape

    assert f">{escape(token, quote=False)}<" in svg_text(labelled([token]))


def test_a_token_of_white_space_can_be_seen() -> None:
    assert ticks(labelled([" ", "\n"])) == ["\N{OPEN BOX}", r"\n"]


def test_the_strip_has_the_colour_of_each_category() -> None:
    ax = new_axes()
    label_steps(ax, StepLabels(("1", "+"), (0, 2), ("digit", "open", "operator")))
    strip = next(part for part in ax.collections if part.get_label() == "categories")
    assert [to_hex(colour).upper() for colour in strip.get_facecolors()] == [
        CATEGORY_COLOURS[i] for i in (0, 2)
    ]


def test_only_categories_that_occur_are_in_the_legend() -> None:
    labels = StepLabels(("1", "+"), (0, 2), ("digit", "open", "operator"))
    assert [handle.get_label() for handle in category_handles(labels)] == ["digit", "operator"]


def test_legends_lie_above_the_axes_one_over_the_other(stack: xr.Dataset) -> None:
    ax = new_axes(3.4, 2.0)
    labels = StepLabels(("1",) * 5, (0, 1, 2, 3, 4), ("a long category", "a longer category", "c", "d", "e"))
    legends_above(ax, category_handles(labels), category_handles(labels))
    svg_text(ax)
    lower, upper = (part.get_window_extent() for part in ax.get_children() if isinstance(part, Legend))
    assert ax.get_window_extent().y1 <= lower.y0
    assert lower.y1 <= upper.y0


def test_colour_and_marker_together_distinguish_the_first_84_categories() -> None:
    assert len({(category_colour(index), category_marker(index)) for index in range(84)}) == 84


def test_axes_from_elsewhere_get_the_sizes_of_the_style(make_stack: Callable[..., xr.Dataset]) -> None:
    from matplotlib.figure import Figure

    from mannscope.figures import actions

    ax = Figure().add_subplot()  # its labels are as large as Matplotlib's own
    assert ax.yaxis.label.get_fontsize() > 7.5
    actions(make_stack(), ax=ax)
    assert ax.yaxis.label.get_fontsize() == 7.5
    assert {label.get_fontsize() for label in (*ax.get_yticklabels(), *ax.get_xticklabels())} == {6.5}
