"""Layers of vectors with strengths, drawn of a trace made by hand."""

import numpy as np
import pytest
import xarray as xr

from mannscope.anatomy import Actor, Anatomy, Head, Store
from mannscope.errors import MannscopeError
from mannscope.figures import strata
from mannscope.traces import label

PLANE = ("episode", "step")
STRENGTHS = np.array([[0.8, 0.0, 0.0], [0.7, 0.5, 0.0], [0.3, 0.0, 0.9]])
TOP = np.array([[0.8, 0.0, 0.0], [0.5, 0.5, 0.0], [0.1, 0.0, 0.9]])
FRONT = np.array([[0.8, 0.0, 0.0], [0.7, 0.3, 0.0], [0.3, 0.0, 0.7]])


def drawn_of(weights: np.ndarray, **store: str) -> xr.Dataset:
    values = {
        "input": (PLANE, np.array([[0, 1, 2]])),
        "held": ((*PLANE, "slot", "width"), np.broadcast_to(np.eye(3), (1, 3, 3, 3)).copy()),
        "thickness": ((*PLANE, "slot"), STRENGTHS[None]),
        "window": ((*PLANE, "slot"), weights[None]),
        "logits": ((*PLANE, "output_symbol"), np.zeros((1, 3, 2))),
        "output": (PLANE, np.zeros((1, 3), int)),
        "hidden": ((*PLANE, "hidden"), np.zeros((1, 3, 2))),
        "action": ((*PLANE, "actor"), np.zeros((1, 3, 1), int)),
    }
    heads = (Head("end", "read", "window"),)
    anatomy = Anatomy((Actor("memory", ()),), (Store("held", **store),), heads)
    return label(xr.Dataset(values, attrs={"schema_version": 1}), anatomy=anatomy)


def boxes(paths: list, width: float) -> list[tuple[int, float, float]]:
    """The step, the bottom and the height of boxes of one width."""
    found = [path.get_extents() for path in paths]
    return [
        (round((one.x0 + one.x1) / 2), round(one.y0, 6), round(one.height, 6))
        for one in found
        if abs(one.width - width) < 1e-6
    ]


def test_every_vector_of_some_strength_is_a_bar_on_those_before_it() -> None:
    (bars,) = strata(drawn_of(TOP, strengths="thickness")).collections[:1]
    assert boxes(bars.get_paths(), 0.84) == [
        (0, 0.0, 0.8),
        (1, 0.0, 0.7),
        (1, 0.7, 0.5),
        (2, 0.0, 0.3),
        (2, 0.3, 0.9),
    ]


@pytest.mark.parametrize(
    ("weights", "frames"),
    [(TOP, [(0, 0.0, 0.8), (1, 0.2, 1.0), (2, 0.2, 1.0)]), (FRONT, [(0, 0.0, 0.8), (1, 0, 1), (2, 0, 1)])],
    ids=["top", "front"],
)
def test_a_frame_is_around_what_is_read(weights: np.ndarray, frames: list) -> None:
    ax = strata(drawn_of(weights, strengths="thickness"))
    paths = [patch.get_transform().transform_path(patch.get_path()) for patch in ax.patches]
    back = ax.transData.inverted()
    assert boxes([back.transform_path(path) for path in paths], 0.92) == frames


def test_equal_vectors_have_equal_colours_and_the_bar_says_what_they_are() -> None:
    (bars,) = strata(drawn_of(TOP, strengths="thickness")).collections[:1]
    values = np.asarray(bars.get_array())
    assert values[0] == values[1] == values[3] != values[2]
    assert bars.colorbar.ax.get_ylabel() == "first principal component"


def test_a_memory_without_strengths_is_refused() -> None:
    with pytest.raises(MannscopeError, match=r"must declare strengths.*figures\.memory"):
        strata(drawn_of(TOP))
