"""Figures of results: arcs, projections, accuracy."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.legend import Legend

from mannscope.analyses import Projection
from mannscope.errors import MannscopeError
from mannscope.figures import (
    StepLabels,
    accuracy_by_size,
    accuracy_over_seeds,
    projection,
    svg_text,
    write_read_arcs,
)
from mannscope.figures.style import category_colour
from mannscope.training import Evaluation

LABELS = StepLabels(("a", "b", "|", "_"), (0, 0, 1, 2), ("symbol", "delimiter", "blank"))


def legend_texts(ax: Axes) -> list[list[str]]:
    legends = [part for part in ax.get_children() if isinstance(part, Legend)]
    return [[text.get_text() for text in legend.get_texts()] for legend in legends]


def arcs_of(ax: Axes) -> Any:
    return next(part for part in ax.collections if part.get_label() == "arcs")


def test_an_arc_runs_from_the_write_to_the_read() -> None:
    coefficients = np.zeros((4, 4))
    coefficients[3, 1] = 0.5
    arcs = arcs_of(write_read_arcs(coefficients, LABELS))
    across = arcs.get_paths()[0].vertices[:, 0]
    assert (across.min(), across.max()) == pytest.approx((1, 3))
    assert arcs.get_edgecolors()[0, 3] == 0.5


def test_coefficients_up_to_the_threshold_are_not_drawn() -> None:
    coefficients = np.tril(np.full((4, 4), 0.2), -1)
    assert len(arcs_of(write_read_arcs(coefficients, LABELS, threshold=0.1)).get_paths()) == 6
    assert not arcs_of(write_read_arcs(coefficients, LABELS, threshold=0.2)).get_paths()


def test_the_largest_coefficient_is_opaque_even_beyond_one() -> None:
    coefficients = np.zeros((4, 4))
    coefficients[2, 0], coefficients[3, 0] = 2.0, -1.0
    ax = write_read_arcs(coefficients, LABELS)
    assert arcs_of(ax).get_edgecolors()[:, 3].tolist() == [0.5, 1.0]
    assert legend_texts(ax)[1] == ["coefficient 2", "1", "0.4"]


def test_a_reading_of_the_same_step_is_a_dot() -> None:
    ax = write_read_arcs(np.eye(4)[:, :4] * [1.0, 0, 0, 0], LABELS)
    dots = [
        part.get_offsets().tolist()
        for part in ax.collections
        if part.get_label() not in ("arcs", "categories")
    ]
    assert dots == [[[0.0, 0.0]]]


def test_coefficients_of_padding_are_left_out() -> None:
    assert len(arcs_of(write_read_arcs(np.tril(np.ones((9, 9)), -1), LABELS)).get_paths()) == 6


def test_labels_of_another_episode_are_an_error() -> None:
    with pytest.raises(MannscopeError, match="the 4 labelled steps"):
        write_read_arcs(np.zeros((3, 3)), LABELS)


def test_arcs_of_tokens_alone_are_drawn() -> None:
    ax = write_read_arcs(np.zeros((1, 1)), StepLabels(("$x_1$",)))
    assert ">$x_1$<" in svg_text(ax)
    assert legend_texts(ax) == [["coefficient 1", "0.5", "0.2"]]


def test_each_label_has_a_marker_and_a_colour_of_its_own(make_picture: Callable) -> None:
    ax = projection(make_picture(20))
    looks = {
        (part.get_paths()[0].vertices.tobytes(), part.get_facecolors().tobytes()) for part in ax.collections
    }
    assert len(looks) == 20
    assert len(ax.get_legend().get_texts()) == 20


def test_all_points_are_drawn_at_their_places(make_picture: Callable) -> None:
    result = make_picture()
    drawn = np.concatenate([np.asarray(part.get_offsets()) for part in projection(result).collections])
    np.testing.assert_array_equal(np.sort(drawn, axis=0), np.sort(result.points, axis=0))


def test_axes_of_a_projection_name_the_variance_they_explain(make_picture: Callable) -> None:
    ax = projection(make_picture())
    assert ax.get_xlabel() == "principal component 1 (61% of variance)"
    assert ax.get_title("left").startswith("PCA, trustworthiness 0.97")


def test_the_title_of_a_projection_sets_neighbours_kept_beside_their_control(make_picture: Callable) -> None:
    title = projection(make_picture(method="pacmap")).get_title("left")
    assert title == "PaCMAP, trustworthiness 0.97\nneighbours kept 0.77, by random planes 0.31"


def test_a_method_without_variance_shows_none(make_picture: Callable) -> None:
    ax = projection(make_picture(method="tsne", explained=None, trustworthiness=None, neighbours_kept=None))
    assert ax.get_xlabel() == "t-SNE axis 1"
    assert ax.get_title("left") == "t-SNE"


def test_colours_follow_the_order_of_the_task(make_picture: Callable) -> None:
    order = ("none", "blank", "delimiter", "symbol")
    ax = projection(make_picture(categories=order))
    assert [text.get_text() for text in ax.get_legend().get_texts()] == list(order[1:])
    colours = {part.get_label(): to_hex(part.get_facecolor()[0]).upper() for part in ax.collections}
    assert colours == {name: category_colour(order.index(name)) for name in order[1:]}


def test_a_category_has_one_colour_in_every_figure(stack: xr.Dataset) -> None:
    result = Projection(site="push_value")(stack)
    assert result.categories == ("symbol", "delimiter", "blank")
    backwards = replace(result, points=result.points[::-1], category=result.category[::-1])
    for ax in (projection(result), projection(backwards)):
        drawn = {part.get_label(): to_hex(part.get_facecolor()[0]).upper() for part in ax.collections}
        assert drawn == {name: category_colour(index) for index, name in enumerate(result.categories)}


def test_colours_follow_the_order_that_is_given(make_picture: Callable) -> None:
    order = ["none", "symbol", "delimiter", "blank"]
    ax = projection(make_picture(), order=order)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == order[1:]


def test_a_projection_without_a_label_per_point_is_an_error(make_picture: Callable) -> None:
    with pytest.raises(MannscopeError, match="one label per point"):
        projection(make_picture(), colour_by="method")


def test_there_is_one_line_per_shape_with_its_band(rows: list[dict]) -> None:
    ax = accuracy_by_size(rows)
    solid = [line for line in ax.lines if line.get_linestyle() == "-"]
    assert len(solid) == len(ax.collections) == 2
    assert solid[0].get_ydata().tolist() == [row["exact"] for row in rows if row["shape"] == "random"]
    assert legend_texts(ax) == [["soft", "discretised", "base rate"], ["random", "left"]]


def test_what_evaluate_gives_is_drawn_as_its_rows_are(rows: list[dict]) -> None:
    given = [Evaluation(**row | {"interval": tuple(row["interval"])}) for row in rows]
    assert svg_text(accuracy_by_size(given)) == svg_text(accuracy_by_size(rows))


def test_sizes_are_drawn_in_order_however_they_come(rows: list[dict]) -> None:
    line = accuracy_by_size(rows[::-1]).lines[0]
    assert line.get_xdata().tolist() == sorted(line.get_xdata())


def test_sizes_trained_on_are_shaded(rows: list[dict]) -> None:
    ax = accuracy_by_size(rows, training_size=20)
    assert ax.patches[0].get_extents().x1 == pytest.approx(ax.transData.transform((20, 0))[0])
    assert legend_texts(ax)[0][-1] == "trained"


def test_what_was_not_measured_is_not_drawn() -> None:
    bare = [{"size": 3, "shape": "random", "exact": 0.5, "exact_discrete": None}]
    ax = accuracy_by_size(bare)
    assert legend_texts(ax) == [["soft"], ["random"]]
    assert not ax.collections


def test_no_rows_are_an_error() -> None:
    with pytest.raises(MannscopeError, match="at least one row"):
        accuracy_by_size([])


def test_every_seed_is_a_dot_and_every_kind_has_its_median() -> None:
    kinds = {"stack": [[1.0, 0.9], [0.8, 0.7], [0.6, 0.2]], "NTM": [[0.5, 0.4]]}
    ax = accuracy_over_seeds(kinds, ["1x", "2x"])
    dots = [line for line in ax.lines if line.get_linestyle() == "None"]
    assert [line.get_ydata().tolist() for line in dots] == [[1.0, 0.8, 0.6], [0.9, 0.7, 0.2], [0.5], [0.4]]
    bars = [line.get_ydata()[0] for line in ax.lines if line.get_linewidth() == 1.2]
    assert bars == [0.8, 0.7, 0.5, 0.4]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["1x", "2x"]


@pytest.mark.parametrize("kinds", [{}, {"stack": []}, {"stack": [[1.0]]}])
def test_seeds_without_a_value_for_each_size_are_refused(kinds: dict) -> None:
    with pytest.raises(MannscopeError, match="must"):
        accuracy_over_seeds(kinds, ["1x", "2x"])
