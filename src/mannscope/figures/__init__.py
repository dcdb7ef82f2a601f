"""Drawings of traces and results; each takes `ax` or makes its own figure, and returns the axes; `history`,
`panel` and `sites` have panels, and return the figure. `dress` fits axes into a figure of one's own.

| figure | draws | of |
|---|---|---|
| `memory` | what the slots hold, step by step | a trace |
| `head_weights` | where a head is, step by step | a trace of a memory with heads |
| `strata` | how thick each vector is, step by step | a trace of a memory with strengths |
| `actions` | what decides an actor's action, step by step | a trace |
| `panel` | memory and actions in rows over the same steps; a figure of several panels | a trace |
| `actions_by_category` | the mean action at each category | a trace |
| `mean_memory` | the memory on average, episodes aligned at a category | a trace |
| `write_read_arcs` | which write is in which reading | `arcs` of `ReadSources` |
| `projection` | points in two dimensions by category | a projection's result |
| `sites` | every site in two dimensions by category, with how well categories separate | a trace |
| `accuracy_by_size` | exact accuracy beyond the training sizes | results of `evaluate` |
| `program` | the rules of an extracted program, state by symbol | a program |
| `accuracy_over_seeds` | the same for every seed of several kinds of network | accuracies by kind |
| `history` | when policy and accuracy were learned; a figure of three panels | a history, or several |

What belongs to a memory, such as its slots, its heads, and its actors with their actions, is read off the
anatomy of the trace; no figure knows a memory by its name.
"""

from collections.abc import Callable, Mapping
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mannscope.figures.accuracy import accuracy_by_size
from mannscope.figures.actions import actions
from mannscope.figures.actions_by_category import actions_by_category
from mannscope.figures.arcs import write_read_arcs
from mannscope.figures.averages import mean_memory
from mannscope.figures.episode import StepLabels, step_labels
from mannscope.figures.history import history
from mannscope.figures.memory_map import Content, memory
from mannscope.figures.panel import dress, panel
from mannscope.figures.program import program
from mannscope.figures.save import check_suffix, save, svg_text
from mannscope.figures.scatter import projection
from mannscope.figures.seeds import accuracy_over_seeds
from mannscope.figures.sites import sites
from mannscope.figures.strata import strata
from mannscope.figures.style import COLUMN, PAGE, STYLE, new_axes
from mannscope.figures.terminal import show_table
from mannscope.figures.weights import head_weights

FIGURES: Final[Mapping[str, Callable[..., Axes | Figure]]] = {
    "memory": memory,
    "head_weights": head_weights,
    "strata": strata,
    "actions": actions,
    "actions_by_category": actions_by_category,
    "mean_memory": mean_memory,
    "write_read_arcs": write_read_arcs,
    "projection": projection,
    "sites": sites,
    "program": program,
    "accuracy_by_size": accuracy_by_size,
    "accuracy_over_seeds": accuracy_over_seeds,
    "history": history,
    "panel": panel,
}
"""The figures by name."""

__all__ = [
    "COLUMN",
    "FIGURES",
    "PAGE",
    "STYLE",
    "Content",
    "StepLabels",
    "accuracy_by_size",
    "accuracy_over_seeds",
    "actions",
    "actions_by_category",
    "check_suffix",
    "dress",
    "head_weights",
    "history",
    "mean_memory",
    "memory",
    "new_axes",
    "panel",
    "program",
    "projection",
    "save",
    "show_table",
    "sites",
    "step_labels",
    "strata",
    "svg_text",
    "write_read_arcs",
]
