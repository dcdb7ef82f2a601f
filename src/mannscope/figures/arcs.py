"""Which write is in what is read: arcs from the step that wrote to the step that reads."""

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.colors import to_rgba
from matplotlib.lines import Line2D
from matplotlib.path import Path

from mannscope.errors import MannscopeError
from mannscope.figures.episode import StepLabels
from mannscope.figures.steps import category_handles, label_steps, legends_above, step_pitch
from mannscope.figures.style import drawing, new_axes, page_width

INK = "#1A1A1A"


@drawing
def write_read_arcs(
    coefficients: Float[np.ndarray, "step source_step"],
    labels: StepLabels,
    *,
    threshold: float = 0.05,
    ax: Axes | None = None,
) -> Axes:
    """Draw an arc from each step that wrote to each step that reads what it wrote.

    The arc is as opaque as its coefficient is large, opaque at 1 or at the largest if that is more. A dot
    is a reading of what was written in the same step.

    Args:
        coefficients: share of the write of step `source_step` in the reading of step `step`; steps beyond
            the labels are padding and are left out.
        labels: the symbols of the episode (`step_labels(trace, episode)`).
        threshold: coefficients of at most this size are not drawn.
        ax: axes to draw on; those of a new figure by default.

    Raises:
        MannscopeError: if there are fewer coefficients than labels.
    """
    steps = len(labels.tokens)
    if min(coefficients.shape) < steps:
        raise MannscopeError(
            f"there must be a coefficient for each pair of the {steps} labelled steps",
            f"coefficients of shape {coefficients.shape}",
            "Pass the labels of the same episode",
        )
    if ax is None:
        ax = new_axes(page_width(steps), 1.9)
    strengths = np.abs(coefficients[:steps, :steps])
    opacity = strengths / max(1.0, strengths.max())
    reads, writes = np.nonzero(strengths > threshold)
    _arcs(ax, writes, reads, opacity[reads, writes], step_pitch(ax, steps))
    label_steps(ax, labels)
    reach = max(int(np.max(reads - writes, initial=2)), 2)
    ax.set_ylim(0.0, 1.06 * reach)
    ax.set_yticks([])
    ax.set_ylabel("written \N{RIGHTWARDS ARROW} read")
    ax.spines[["left", "right", "top"]].set_visible(False)
    most = max(1.0, float(strengths.max()))
    legends_above(ax, category_handles(labels), _samples(most))
    return ax


def _arcs(ax: Axes, writes: np.ndarray, reads: np.ndarray, opacity: np.ndarray, pitch: float) -> None:
    """Draw half ellipses as high as the steps are apart, faint ones first."""
    order = np.argsort(opacity)
    writes, reads, opacity = writes[order], reads[order], opacity[order]
    apart = writes < reads
    paths = [
        _half_ellipse(start, end)
        for start, end in zip(writes[apart].tolist(), reads[apart].tolist(), strict=True)
    ]
    ink = [to_rgba(INK, float(alpha)) for alpha in opacity]
    arcs = PathCollection(
        paths,
        facecolors="none",
        edgecolors=[colour for colour, kept in zip(ink, apart, strict=True) if kept],
        linewidths=min(0.9, max(0.3, 0.12 * pitch)),
        label="arcs",
    )
    ax.add_collection(arcs, autolim=False)
    same = ~apart
    dots = [colour for colour, kept in zip(ink, same, strict=True) if kept]
    ax.scatter(
        reads[same],
        np.zeros(same.sum()),
        s=min(9.0, 0.6 * pitch),
        c=dots or None,
        linewidths=0,
        clip_on=False,
        zorder=3,
    )


def _half_ellipse(start: int, end: int) -> Path:
    half = Path.arc(0, 180)
    middle, radius = (start + end) / 2, (end - start) / 2
    corners = np.asarray(half.vertices) * [radius, 2 * radius] + [middle, 0.0]
    return Path(corners, half.codes)


def _samples(most: float) -> list[Line2D]:
    return [
        Line2D([], [], color=to_rgba(INK, share), linewidth=1.1, label=f"{caption}{share * most:.2g}")
        for caption, share in (("coefficient ", 1.0), ("", 0.5), ("", 0.2))
    ]
