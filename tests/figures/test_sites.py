"""The figure of all sites, through what it draws."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from mannscope.analyses import SiteProjections, default_sites
from mannscope.anatomy import Anatomy
from mannscope.errors import MannscopeError, UnknownNameError
from mannscope.figures import sites, svg_text
from mannscope.figures.sites import MOST_POINTS
from mannscope.figures.style import category_colour
from mannscope.traces import label


def drawn(ax: Axes) -> np.ndarray:
    return np.concatenate([np.asarray(part.get_offsets()) for part in ax.collections])


def titles(figure: Figure) -> list[str]:
    return [ax.get_title().split(":")[0] for ax in figure.axes]


def test_there_is_a_panel_for_every_site(stack: xr.Dataset, ntm: xr.Dataset) -> None:
    assert titles(sites(stack)) == ["actions", "push value", "memory", "reading", "output"]
    assert len(sites(ntm).axes) == len(default_sites(ntm))


def test_a_title_gives_the_score_and_its_control(stack: xr.Dataset) -> None:
    found = SiteProjections(sites=("actions",))(stack)
    probe = found.panels[0].probe
    expected = f"actions: {probe.value:.2f}\n(random partitions {max(probe.controls):.2f})"
    assert sites(found).axes[0].get_title() == expected


def test_a_category_has_its_colour_in_every_panel_and_one_legend(stack: xr.Dataset) -> None:
    figure = sites(stack)
    categories = ("symbol", "delimiter", "blank")
    for ax in figure.axes:
        colours = {part.get_label(): to_hex(part.get_facecolor()[0]).upper() for part in ax.collections}
        assert colours == {name: category_colour(index) for index, name in enumerate(categories)}
        assert ax.get_legend() is None
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == list(categories)


def test_both_axes_have_one_scale_and_say_what_they_explain(stack: xr.Dataset) -> None:
    line = np.random.default_rng(0).normal(size=(*stack["input"].shape, 2)) * [1.0, 0.02]
    ax = sites(stack.assign(hidden=(("episode", "step", "hidden"), line)), names=["hidden"]).axes[0]
    assert np.ptp(ax.get_xlim()) == pytest.approx(np.ptp(ax.get_ylim()))
    assert np.ptp(drawn(ax)[:, 1]) < 0.1 * np.ptp(ax.get_ylim())
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("component 1 (100%)", "component 2 (<1%)")


def test_a_site_that_does_not_vary_says_so(stack: xr.Dataset) -> None:
    constant = stack.assign(hidden=(("episode", "step", "hidden"), np.ones((*stack["input"].shape, 3))))
    ax = sites(constant, names=["hidden"]).axes[0]
    assert [text.get_text() for text in ax.texts] == ["does not vary"]
    assert not ax.collections


def test_a_trace_without_actors_is_drawn(stack: xr.Dataset) -> None:
    bare = stack.drop_dims("actor").drop_vars(["actor", "action_name"], errors="ignore")
    bare = label(bare, anatomy=Anatomy())
    assert titles(sites(bare)) == ["actions", "push value", "memory", "reading", "output"]


def test_many_points_are_thinned_evenly_but_scored_whole(make_stack: Callable) -> None:
    trace = make_stack(size=12, episodes=80)
    found = SiteProjections(sites=("actions",))(trace)
    ax = sites(found).axes[0]
    counts = {part.get_label(): len(part.get_offsets()) for part in ax.collections}
    assert sum(counts.values()) == MOST_POINTS < len(found.panels[0].points)
    assert counts["delimiter"] == 40
    assert abs(counts["symbol"] - counts["blank"]) <= 1


def test_the_same_seed_draws_the_same_picture(stack: xr.Dataset) -> None:
    assert svg_text(sites(stack, names=["actions"])) == svg_text(sites(stack, names=["actions"]))


@pytest.mark.parametrize(
    ("names", "episodes", "error", "match"),
    [
        (["hiden"], [0, 1], UnknownNameError, "site must be one of"),
        ((), [0], MannscopeError, "at least 2 episodes"),
    ],
)
def test_what_cannot_be_drawn_is_refused(
    stack: xr.Dataset, names: Sequence[str], episodes: list[int], error: type[Exception], match: str
) -> None:
    with pytest.raises(error, match=match):
        sites(stack.isel(episode=episodes), names=names)
