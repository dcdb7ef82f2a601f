"""The verdicts of a study as a table for the terminal."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mannscope.studies.markup import number

if TYPE_CHECKING:
    from rich.table import Table

HEADINGS = ("cell", "exact 1x", "2x", "5x", "hypothesis", "holds", "untrained", "shuffled")


def study_table(summary: Mapping[str, Any]) -> "Table":
    """Lay out a line for each cell and hypothesis: exact accuracy by size, and on how many seeds it holds.

    Accuracies are means over the seeds with soft actions. The last two columns are the controls, where no
    hypothesis may hold.
    """
    from rich.table import Table
    from rich.text import Text

    laid = Table(box=None, pad_edge=False, header_style="bold")
    for heading in HEADINGS:
        laid.add_column(Text(heading), justify="right" if heading.endswith("x") else "left", overflow="fold")
    for of in summary["cells"]:
        exact = [number(spread["mean"]) for spread in of["exact"].values()]
        start = [of["cell"], *exact]
        for name, count in of["holding"].items():
            controls = [_count(of, control, name) for control in ("untrained", "shuffled")]
            laid.add_row(*(Text(part) for part in [*start, name, count, *controls]))
            start = [""] * len(start)
    return laid


def _count(of: Mapping[str, Any], control: str, name: str) -> str:
    """Count the seeds on which a hypothesis holds under a control, where it stands at the same place."""
    held = 0
    for seed in of["seeds"]:
        names = [verdict["name"] for verdict in seed["verify"]["hypotheses"]]
        held += seed["verify"][control]["hypotheses"][names.index(name)]["holds"]
    return f"{held} of {len(of['seeds'])}"
