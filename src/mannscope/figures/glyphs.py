"""Discretised actions as glyphs and greys: the same signs in every figure."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import xarray as xr
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from mannscope.figures.steps import step_pitch
from mannscope.traces import labels

GLYPHS: Final = {
    "PUSH": "^",
    "POP": "v",
    "NO_OP": ".",
    "STAY": ".",
    "LEFT": "<",
    "RIGHT": ">",
    "JUMP": "D",
}
"""Marker of each action; an action of another memory gets a cross."""
GREYS: Final = ("#333333", "#999999", "#DDDDDD", "#666666", "#BBBBBB")
"""Fill of each action of a distribution, in the order of its axis."""


def glyph(action: str) -> str:
    """Give the marker of an action."""
    return GLYPHS.get(action, "x")


def discretised(one: xr.Dataset, actor: int) -> tuple[str, ...]:
    """Read one actor's discretised action at every step of an episode."""
    actions = labels(one, "actions")
    return tuple(actions[i] for i in one["action"].isel(actor=actor).values)


def glyph_row(ax: Axes, actions: Sequence[str], height: float) -> list[Artist]:
    """Draw one glyph a step at this height, and give the legend entries of those that occur."""
    size = min(3.5, 0.8 * step_pitch(ax, len(actions)))
    handles: list[Artist] = []
    for action in sorted(set(actions), key=_rank):
        steps = np.flatnonzero([taken == action for taken in actions])
        ax.plot(steps, np.full(len(steps), height), markersize=size, clip_on=False, **_look(action))
        handles.append(glyph_handle(action))
    return handles


def glyph_handle(action: str) -> Line2D:
    """Make the legend entry of an action's glyph."""
    return Line2D([], [], markersize=3.5, label=action, **_look(action))


def _look(action: str) -> dict[str, Any]:
    return {"linestyle": "", "marker": glyph(action), "color": "black", "markeredgewidth": 0.5}


def _rank(action: str) -> tuple[int, str]:
    known = list(GLYPHS)
    return (known.index(action) if action in known else len(known), action)
