"""An extracted program as a table: symbol by state, what is done, and the state that follows."""

from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from mannscope.figures.style import COLUMN, LINE, SMALL, drawing, literal, new_axes
from mannscope.machines import MACHINES
from mannscope.programs import Program, Rule

VARIES: Final = "\N{MIDLINE HORIZONTAL ELLIPSIS}"
"""Stands where the next state, or what is written, also depends on the content read."""
_LIGHTEST, _DARKEST = 0.97, 0.62
_SMALLEST = 4.0


@drawing
def program(program: Program, *, ax: Axes | None = None) -> Axes:
    """Draw the rules of a program: a row for each symbol, a column for each state.

    The grey of a cell stands for its actions, and is in between where they vary. The cell holds the next
    state, with what is written before an arrow; an ellipsis where that also depends on the content read; and
    nothing where there is no rule. With a single state, a cell holds only what is written.

    Args:
        program: the program.
        ax: axes to draw on; those of a new figure by default.
    """
    symbols = [symbol for symbol in program.symbols if symbol in program.steps]
    cells = [[_rules(program, symbol, state) for state in program.states] for symbol in symbols]
    actions = sorted({rule.actions for row in cells for rules in row for rule in rules})
    if ax is None:
        ax = new_axes(max(COLUMN, 1.1 + 0.34 * len(program.states)), 0.8 + 0.19 * len(symbols))
    greys = np.linspace(_LIGHTEST, _DARKEST, max(2, len(actions)))
    image = np.ones((len(symbols), len(program.states)))
    for row, column in np.ndindex(image.shape):
        rules = cells[row][column]
        if rules:
            image[row, column] = np.mean([greys[actions.index(rule.actions)] for rule in rules])
            _write(ax, row, column, rules, len(program.states))
    ax.imshow(image, cmap="gray", vmin=0, vmax=1, aspect="auto", interpolation="nearest")
    ax.set_xticks(range(len(program.states)), labels=[literal(state) for state in program.states])
    ax.set_yticks(range(len(symbols)), labels=[literal(symbol) for symbol in symbols])
    ax.set_xlabel(f"state (of {len(program.states)}; starts in {literal(program.start)})")
    ax.set_ylabel("symbol")
    ax.tick_params(length=0)
    _separate(ax, image.shape)
    _legend(ax, MACHINES[program.machine].actors, actions, greys.tolist())
    return ax


def _legend(ax: Axes, actors: tuple[str, ...], actions: list[tuple[str, ...]], greys: list[float]) -> None:
    is_single = len(actors) == 1

    def label(action: tuple[str, ...]) -> str:
        named = zip(actors, action, strict=False)
        return action[0] if is_single else ", ".join(f"{actor} {done}" for actor, done in named)

    handles = [
        Patch(facecolor=str(grey), edgecolor=LINE, linewidth=0.5, label=literal(label(action)))
        for action, grey in zip(actions, greys, strict=False)
    ]
    ax.legend(
        handles=handles,
        loc="lower left",
        bbox_to_anchor=(0, 1),
        ncols=len(handles) if is_single else 1,
        borderaxespad=0.3,
        alignment="left",
    )


def _rules(program: Program, symbol: str, state: str) -> list[Rule]:
    """Gather the rules at a symbol and a state, whatever is read."""
    rules = program.steps[symbol]
    if "state" not in rules.by:
        return list(rules.table.values())
    place = rules.by.index("state")
    return [rule for when, rule in rules.table.items() if when[place] == state]


def _write(ax: Axes, row: int, column: int, rules: list[Rule], states: int) -> None:
    """Write what is written and the next state into a cell."""
    written = {rule.write for rule in rules}
    following = {rule.next for rule in rules}
    parts = []
    if written != {None}:
        parts.append(str(next(iter(written))) if len(written) == 1 else VARIES)
    if states > 1:
        parts.append(next(iter(following)) if len(following) == 1 else VARIES)
    text = "\N{RIGHTWARDS ARROW}".join(literal(part) for part in parts)
    size = max(_SMALLEST, SMALL - 0.5 * max(0, len(text) - 3))
    ax.text(column, row, text, ha="center", va="center", fontsize=size)


def _separate(ax: Axes, shape: tuple[int, int]) -> None:
    """Draw hair lines between cells."""
    for row in range(1, shape[0]):
        ax.axhline(row - 0.5, color="white", linewidth=0.6)
    for column in range(1, shape[1]):
        ax.axvline(column - 0.5, color="white", linewidth=0.6)
