"""The policy at a glance: what each actor does, on average, at each category of symbol."""

import numpy as np
import xarray as xr
from jaxtyping import Float
from matplotlib.axes import Axes

from mannscope.arrays import PADDING
from mannscope.errors import MannscopeError
from mannscope.figures.actors import Acting, chosen_actors, own_distribution, taken
from mannscope.figures.episode import all_categories, whole
from mannscope.figures.style import LINE, SMALL, drawing, literal, new_axes
from mannscope.traces.labels import category_names
from mannscope.traces.reading import plane

_MEANS, _COUNTS = "mean probability", "share of steps"


@drawing
def actions_by_category(trace: xr.Dataset, *, actor: str | None = None, ax: Axes | None = None) -> Axes:
    """Draw each actor's mean action at each category of symbol, over all steps of all episodes.

    Where one distribution over the actor's own actions decides, as of a stack, these are mean probabilities.
    Otherwise it is the share of the steps at which the discretised action was this one, for the actions that
    the actor ever takes; shares sum to less than 1 where it has no action at some steps. Categories that
    never occur are left out; n counts steps.

    Args:
        trace: the trace.
        actor: a name from the trace's coordinate `actor`; all of them side by side by default.
        ax: axes to draw on; those of a new figure by default.

    Raises:
        MannscopeError: if the trace has no categories, none of them occurs, or it has no actors.
        UnknownNameError: if the trace has no such actor.
    """
    trace = whole(trace)
    chosen = chosen_actors(trace, actor)
    categories, category = category_names(trace), all_categories(trace)
    present = [i for i in range(len(categories)) if (category == i).any()]
    if not present:
        got = "a trace with none at any step"
        raise MannscopeError("a category must occur in the trace", got, "Choose another trace")
    blocks = [_shares(trace, each) for each in chosen]
    table = np.concatenate(
        [np.stack([shares[category == i].mean(axis=0) for i in present]) for shares, _, _ in blocks], axis=1
    )
    if ax is None:
        ax = new_axes(max(2.4, 1.3 + 0.42 * table.shape[1]), 0.9 + 0.22 * len(present))
    kinds = list(dict.fromkeys(kind for _, _, kind in blocks))
    _heat(ax, table, " or ".join(kinds))
    names = [
        each.actor.name if len(kinds) == 1 else f"{each.actor.name} ({kind})"
        for each, (_, _, kind) in zip(chosen, blocks, strict=True)
    ]
    _separate(ax, [columns for _, columns, _ in blocks], names)
    rows = [f"{literal(categories[i])} (n={(category == i).sum()})" for i in present]
    ax.set_yticks(range(len(present)), labels=rows)
    return ax


def _shares(
    trace: xr.Dataset, one: Acting
) -> tuple[Float[np.ndarray, "episode step action"], list[str], str]:
    """Give one actor's share of each action at every step, the actions' labels, and what the shares are."""
    own = own_distribution(trace, one.actor)
    if own is not None:
        return own, list(one.actor.labels), _MEANS
    did = taken(trace, one)
    ever = sorted(set(did[(plane(trace, "input") != PADDING) & (did >= 0)].tolist()))
    ever = ever or list(range(len(one.actor.actions)))
    return (did[..., None] == np.asarray(ever)).astype(float), [one.actor.labels[i] for i in ever], _COUNTS


def _heat(ax: Axes, table: Float[np.ndarray, "category action"], caption: str) -> None:
    image = ax.imshow(table, cmap="Greys", vmin=0.0, vmax=1.0, aspect="auto", interpolation="nearest")
    for (row, column), value in np.ndenumerate(table):
        ink = "white" if value > 0.55 else "black"
        ax.text(column, row, f"{value:.2f}", ha="center", va="center", color=ink, fontsize=SMALL)
    figure = ax.get_figure(root=False)
    if figure is not None:
        bar = figure.colorbar(image, ax=ax, pad=0.02, aspect=15, ticks=[0, 0.5, 1])
        bar.set_label(caption)
    ax.tick_params(length=0)


def _separate(ax: Axes, columns: list[list[str]], actors: list[str]) -> None:
    """Label the columns with actions, and each block of columns with its actor."""
    actions = [literal(action) for block in columns for action in block]
    long = max(len(action) for action in actions) > 5
    ax.set_xticks(range(len(actions)), labels=actions, rotation=35 if long else 0)
    if long:
        for tick in ax.get_xticklabels():
            tick.set(ha="right", rotation_mode="anchor")
    start = 0
    for block, actor in zip(columns, actors, strict=True):
        middle = start + (len(block) - 1) / 2
        ax.annotate(
            literal(actor),
            (middle, 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(0, 2),
            textcoords="offset points",
            ha="center",
            va="bottom",
        )
        start += len(block)
        if start < len(actions):
            ax.axvline(start - 0.5, color=LINE, linewidth=1.2)
