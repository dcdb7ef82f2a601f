"""The look all figures share: small sans-serif type, hair lines, colours safe for colour-blind readers.

Colour means category, grey means action; magnitudes run from dark to light (viridis), signed values
from blue over white to red around zero. Nothing is distinguished by colour alone.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Final, ParamSpec, TypeVar, cast

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

COLUMN: Final = 3.4
"""Width of one column of a two-column paper, in inches."""
PAGE: Final = 7.0
"""Width of the text of a page, in inches."""

SMALL: Final = 6.5
"""Size of tick labels and legends, in points."""
LINE: Final = "#444444"
"""Colour of axes, ticks and separators."""
HIGHLIGHT: Final = "#D55E00"
"""Okabe and Ito's vermillion, kept for what lies over greys and for errors; never a category."""
MAGNITUDES: Final = "viridis"
SIGNED: Final = "RdBu_r"

CATEGORY_COLOURS: Final = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#F0E442", "#000000")
"""The colours of Okabe and Ito (2008), https://jfly.uni-koeln.de/color, without vermillion."""
CATEGORY_MARKERS: Final = ("o", "s", "^", "D", "v", "P", "X", "<", ">", "p", "*", "h")

STYLE: Final[Mapping[str, Any]] = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 7.5,
    "text.usetex": False,
    "text.parse_math": True,
    "axes.labelsize": 7.5,
    "axes.titlesize": 7.5,
    "axes.linewidth": 0.5,
    "axes.edgecolor": LINE,
    "axes.spines.top": True,
    "axes.spines.right": True,
    "axes.grid": False,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "xtick.color": LINE,
    "ytick.color": LINE,
    "xtick.labelcolor": "black",
    "ytick.labelcolor": "black",
    "xtick.major.size": 2.0,
    "ytick.major.size": 2.0,
    "xtick.major.width": 0.5,
    "ytick.major.width": 0.5,
    "xtick.major.pad": 2.0,
    "ytick.major.pad": 2.0,
    "lines.linewidth": 1.1,
    "lines.markersize": 3.5,
    "legend.fontsize": SMALL,
    "legend.frameon": False,
    "figure.dpi": 150,
    "figure.facecolor": "white",
    "figure.constrained_layout.h_pad": 0.02,
    "figure.constrained_layout.w_pad": 0.02,
    "savefig.dpi": 300,
    "svg.fonttype": "none",
    "svg.hashsalt": "mannscope",
    "svg.image_inline": True,
    "pdf.fonttype": 42,
    "ps.fonttype": 42,
}
"""Matplotlib parameters in force while a figure is drawn and saved, and nowhere else. What the user has set,
other than Matplotlib's default, stays as it is."""

ALWAYS: Final = frozenset({"text.usetex", "text.parse_math", "pdf.fonttype", "ps.fonttype", "svg.fonttype"})
"""What stays whatever the user set: tokens are shown as they are, and fonts can be edited (Type 42)."""

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


def styled(draw: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Run a drawing function under the style, leaving the caller's parameters as they were."""

    @wraps(draw)
    def under_style(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        with mpl.rc_context(parameters()):  # pyright: ignore[reportArgumentType]
            return draw(*args, **kwargs)

    return under_style


def parameters() -> dict[str, Any]:
    """Give the parameters of the style that the user has not set."""
    now = cast("Mapping[str, Any]", mpl.rcParams)
    plain = cast("Mapping[str, Any]", mpl.rcParamsDefault)
    return {name: value for name, value in STYLE.items() if name in ALWAYS or now[name] == plain[name]}


def drawing(draw: Callable[Parameters, Axes]) -> Callable[Parameters, Axes]:
    """Run a drawing function under the style, and give axes that came from elsewhere its sizes too."""

    @styled
    @wraps(draw)
    def dressed(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Axes:
        ax = draw(*args, **kwargs)
        now = cast("Mapping[str, Any]", mpl.rcParams)
        for axis in ("x", "y"):
            named = {name: now[f"{axis}tick.{name}"] for name in ("labelsize", "color", "labelcolor")}
            ax.tick_params(axis, width=now[f"{axis}tick.major.width"], **named)
        for label in (ax.xaxis.label, ax.yaxis.label):
            label.set_fontsize(now["axes.labelsize"])
        ax.spines[:].set(linewidth=now["axes.linewidth"], edgecolor=now["axes.edgecolor"])
        return ax

    return dressed


@styled
def new_axes(width: float = COLUMN, height: float = 2.4) -> Axes:
    """Make axes of their own figure, `width` by `height` inches, laid out so that nothing is clipped.

    Pass them to a figure as `ax` to choose its size.
    """
    return Figure(figsize=(width, height), layout="constrained").add_subplot()


def page_width(steps: int) -> float:
    """Choose the width for an episode, in inches: one column up to 24 steps, else the page."""
    return COLUMN if steps <= 24 else PAGE


def category_colour(index: int) -> str:
    """Give the colour of a category by its index in the task's list; grey for none (-1)."""
    return CATEGORY_COLOURS[index % len(CATEGORY_COLOURS)] if index >= 0 else "#BBBBBB"


def category_marker(index: int) -> str:
    """Give the marker of a category; with the colour, distinct for the first 84."""
    return CATEGORY_MARKERS[index % len(CATEGORY_MARKERS)]


def visible(text: str) -> str:
    """Spell a token so that it can be seen: a space as an open box, control characters escaped."""
    shown = "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)
    return "\N{OPEN BOX}" * len(shown) if shown.isspace() else shown


def literal(text: str) -> str:
    """Spell a token for Matplotlib so that it is shown as it is, dollar signs included."""
    return visible(text).replace("$", r"\$")
