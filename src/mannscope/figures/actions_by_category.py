"""The policy at a glance: what each actor does, on average, at each category of symbol."""

import numpy as np
import xarray as xr
from jaxtyping import Float
from matplotlib.axes import Axes

from mannscope.figures.episode import all_categories, chosen_actors, is_stack
from mannscope.figures.style import LINE, SMALL, drawing, literal, new_axes
from mannscope.traces import labels


@drawing
def actions_by_category(trace: xr.Dataset, *, actor: str | None = None, ax: Axes | None = None) -> Axes:
    """Draw each actor's mean action at each category of symbol, over all steps of all episodes.

    Of a stack these are mean probabilities; of an NTM's heads the share of the steps at which the
    discretised action was this one, for the actions that the head ever takes. Categories that never occur
    are left out; n counts steps.

    Args:
        trace: the trace.
        actor: a label of the trace's attribute `actors`; all of them side by side by default.
        ax: axes to draw on; those of a new figure by default.

    Raises:
        UnknownNameError: if the trace has no such actor.
    """
    chosen = chosen_actors(trace, actor)
    categories, actors = labels(trace, "categories"), labels(trace, "actors")
    category = all_categories(trace)
    present = [i for i in range(len(categories)) if (category == i).any()]
    tables, columns = [], []
    for index in chosen:
        shares, taken = _shares(trace, index)
        tables.append(np.stack([shares[category == i].mean(axis=0) for i in present]))
        columns.append(taken)
    table = np.concatenate(tables, axis=1)
    if ax is None:
        ax = new_axes(max(2.4, 1.3 + 0.42 * table.shape[1]), 0.9 + 0.22 * len(present))
    _heat(ax, table, "mean probability" if is_stack(trace) else "share of steps")
    _separate(ax, columns, [actors[index] for index in chosen])
    rows = [f"{literal(categories[i])} (n={(category == i).sum()})" for i in present]
    ax.set_yticks(range(len(present)), labels=rows)
    return ax


def _shares(trace: xr.Dataset, actor: int) -> tuple[Float[np.ndarray, "episode step action"], list[str]]:
    """Give one actor's share of each action at every step, and the actions' labels."""
    actions = labels(trace, "actions")
    if is_stack(trace):
        shares = trace["actions"].isel(stack=actor).transpose("episode", "step", "action").values
        return shares, actions
    taken = trace["action"].isel(actor=actor).transpose("episode", "step").values
    ever = [i for i in range(len(actions)) if (taken[trace["input"].values >= 0] == i).any()]
    return (taken[..., None] == np.asarray(ever)).astype(float), [actions[i] for i in ever]


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
    actions = [action for block in columns for action in block]
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
