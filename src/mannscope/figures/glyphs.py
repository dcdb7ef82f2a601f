"""Discretised actions as glyphs: the same signs in every figure, read off the actor."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from jaxtyping import Int
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.lines import Line2D
from matplotlib.path import Path
from matplotlib.textpath import TextPath

from mannscope.anatomy import Actor
from mannscope.figures.steps import step_pitch
from mannscope.figures.style import literal

MARKERS: Final = {
    "\N{BLACK UP-POINTING TRIANGLE}": "^",
    "\N{BLACK DOWN-POINTING TRIANGLE}": "v",
    "\N{BLACK LEFT-POINTING TRIANGLE}": "<",
    "\N{BLACK RIGHT-POINTING TRIANGLE}": ">",
    "\N{BLACK DIAMOND}": "D",
    "\N{MIDDLE DOT}": ".",
}
"""Markers for glyphs that Matplotlib has itself; any other glyph is drawn as text."""
CROSSES: Final = ("x", "+", "1", "2", "3", "4")
"""Markers for an actor's actions without a glyph, in their order."""
GREYS: Final = ("#333333", "#999999", "#DDDDDD", "#666666", "#BBBBBB")
"""Fill of each choice of a distribution, in the order of its axis."""
_SIZE, _TEXT_SIZE = 3.5, 5.5


def greys(count: int) -> list[str]:
    """Give so many greys that differ, from dark to light where there are many."""
    if count <= len(GREYS):
        return list(GREYS[:count])
    return [f"{shade:.3f}" for shade in np.linspace(0.15, 0.9, count)]


def glyph_row(ax: Axes, actor: Actor, taken: Int[np.ndarray, " step"], height: float) -> list[Line2D]:
    """Draw one glyph a step at this height, none at -1; give the legend entries of those that occur."""
    handles: list[Line2D] = []
    for action in sorted(set(taken[taken >= 0].tolist())):
        steps = np.flatnonzero(taken == action)
        look = _look(actor, action)
        size = min(look.pop("markersize"), 0.8 * step_pitch(ax, len(taken)))
        ax.plot(steps, np.full(len(steps), height), markersize=size, clip_on=False, **look)
        handles.append(glyph_handle(actor, action))
    return handles


def glyph_handle(actor: Actor, action: int) -> Line2D:
    """Make the legend entry of an action's glyph."""
    return Line2D([], [], label=literal(actor.labels[action]), **_look(actor, action))


def distinct(handles: Sequence[Line2D]) -> list[Line2D]:
    """Keep one legend entry of each label and marker."""
    return list({(str(one.get_label()), str(one.get_marker())): one for one in reversed(handles)}.values())[
        ::-1
    ]


def _look(actor: Actor, action: int) -> dict[str, Any]:
    marker = _marker(actor, action)
    size = _TEXT_SIZE if isinstance(marker, Path) else _SIZE
    return {
        "linestyle": "",
        "marker": marker,
        "markersize": size,
        "color": "black",
        "markeredgewidth": 0.0 if isinstance(marker, Path) else 0.5,
    }


def _marker(actor: Actor, action: int) -> str | Path:
    """Choose the marker of an action: that of its glyph, the glyph as text, or a cross."""
    glyph = actor.actions[action].glyph
    if glyph in MARKERS:
        return MARKERS[glyph]
    if _is_drawable(glyph):
        return _text_marker(glyph)
    bare = [
        i for i, one in enumerate(actor.actions) if one.glyph not in MARKERS and not _is_drawable(one.glyph)
    ]
    return CROSSES[bare.index(action) % len(CROSSES)]


def _is_drawable(glyph: str) -> bool:
    """Whether the font has every character, and they leave ink."""
    if not glyph.strip():
        return False
    font = get_font(findfont(FontProperties(family=["DejaVu Sans"])))
    return all(font.get_char_index(ord(sign)) for sign in glyph)


def _text_marker(glyph: str) -> Path:
    """Outline a glyph, centred on the origin, as Matplotlib wants a marker."""
    text = TextPath((0, 0), glyph.replace("$", r"\$"), size=10, prop=FontProperties(family=["DejaVu Sans"]))
    box = text.get_extents()
    centre = [(box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2]
    return Path(np.asarray(text.vertices) - centre, text.codes)
