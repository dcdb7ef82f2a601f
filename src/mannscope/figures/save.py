"""Write a figure to a file, as SVG, PDF or PNG by the file's suffix."""

import io
import os
import re
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mannscope.errors import MannscopeError
from mannscope.figures.style import styled
from mannscope.files import atomic

_UNDATED = {
    "svg": {"Date": None, "Creator": None, "Format": None, "Type": None},
    "pdf": {"CreationDate": None},
    "png": {},
}
"""What each format would say about the moment and the program; left out: equal figures, equal files."""


@styled
def save(drawing: Axes | Figure, path: str | os.PathLike[str]) -> Path:
    """Write a figure, or the figure of some axes; the suffix .svg, .pdf or .png picks the format.

    Missing folders are made. The file appears whole or not at all, and two equal figures give equal bytes.
    Text stays text in SVG, which refers to nothing outside itself. PNG has 300 dots per inch.

    Raises:
        MannscopeError: if the suffix is another one.
    """
    path = Path(path)
    kind = check_suffix(path)
    content = svg_text(drawing).encode() if kind == "svg" else _rendered(drawing, kind)
    with atomic(path) as partial:
        partial.write_bytes(content)
    return path


def check_suffix(path: str | os.PathLike[str]) -> str:
    """Give the format that a file's suffix picks: svg, pdf or png.

    Raises:
        MannscopeError: if the suffix is another one.
    """
    path = Path(path)
    kind = path.suffix.lower().removeprefix(".")
    if kind not in _UNDATED:
        raise MannscopeError(
            "the suffix of a figure must be .svg, .pdf or .png",
            repr(path.name),
            f"Name the file {path.stem}.svg, for instance",
        )
    return kind


@styled
def svg_text(drawing: Axes | Figure) -> str:
    """Give the figure as one `<svg>` element, to be put into a page as it is."""
    text = _rendered(drawing, "svg").decode()
    return re.sub(r"^.*?(?=<svg\b)", "", text, count=1, flags=re.DOTALL)


def _rendered(drawing: Axes | Figure, kind: str) -> bytes:
    figure = drawing if isinstance(drawing, Figure) else drawing.get_figure(root=True)
    if figure is None:
        raise MannscopeError(
            "axes must belong to a figure to be saved", "axes removed from theirs", "Draw them again"
        )
    buffer = io.BytesIO()
    figure.savefig(buffer, format=kind, metadata=_UNDATED[kind])
    return buffer.getvalue()
