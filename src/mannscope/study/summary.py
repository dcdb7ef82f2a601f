"""What the study found, over the seeds of each condition, and the verdicts as a table for the terminal."""

from collections.abc import Mapping, Sequence
from statistics import fmean, pstdev
from typing import TYPE_CHECKING, Any

from mannscope.hypotheses.verification import CONTROLS
from mannscope.study.network_result import NetworkResult
from mannscope.study.number_formats import format_number

if TYPE_CHECKING:
    from rich.table import Table

KEPT = ("seed", "run", "evaluations", "verification", "mined", "replay", "fingerprint", "seconds")
HEADINGS = ("condition", "exact 1x", "2x", "5x", "hypothesis", "holds", *CONTROLS)


def summarise_condition(results: Sequence[NetworkResult]) -> dict[str, Any]:
    """Summarise the results of one condition's seeds."""
    first, seeds = results[0], [result.to_dict() for result in results]
    return {
        "condition": first.condition,
        "variant": first.variant,
        "task": first.configuration.task["name"],
        "memory": first.configuration.memory["name"],
        "seeds": [{name: seed[name] for name in KEPT} for seed in seeds],
        "exact": _spread(results, "exact"),
        "exact_discrete": _spread(results, "exact_discrete"),
        "holding": _holding(results),
    }


def study_table(summary: Mapping[str, Any]) -> "Table":
    """Make a table with a line for each condition and hypothesis.

    It has exact accuracy by size, the mean over the seeds with soft actions, and the number of seeds that the
    hypothesis holds on. The last columns are the controls, where no hypothesis may hold.
    """
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in HEADINGS:
        table.add_column(Text(heading), justify="right" if heading.endswith("x") else "left", overflow="fold")
    for condition in summary["conditions"]:
        exact = [format_number(spread["mean"]) for spread in condition["exact"].values()]
        start = [condition["condition"], *exact]
        for name, count in condition["holding"].items():
            controls = [_count(condition, control, name) for control in CONTROLS]
            table.add_row(*(Text(part) for part in [*start, name, count, *controls]))
            start = [""] * len(start)
    return table


def _spread(results: Sequence[NetworkResult], column: str) -> dict[str, dict[str, float]]:
    """Return mean, standard deviation, best and worst over the seeds, by size."""
    shares: dict[str, list[float]] = {}
    for result in results:
        for row in result.headline:
            shares.setdefault(str(row.size), []).append(getattr(row, column))
    return {
        size: {"mean": fmean(found), "std": pstdev(found), "best": max(found), "worst": min(found)}
        for size, found in shares.items()
    }


def _holding(results: Sequence[NetworkResult]) -> dict[str, str]:
    """Count the seeds that each hypothesis holds on."""
    counts: dict[str, int] = {}
    for result in results:
        for verdict in result.verification["hypotheses"]:
            counts[verdict["name"]] = counts.get(verdict["name"], 0) + verdict["holds"]
    return {name: f"{count} of {len(results)}" for name, count in counts.items()}


def _count(condition: Mapping[str, Any], control: str, name: str) -> str:
    """Count the seeds on which a hypothesis holds under a control, where it has the same position."""
    held = 0
    for seed in condition["seeds"]:
        names = [verdict["name"] for verdict in seed["verification"]["hypotheses"]]
        held += seed["verification"][control]["hypotheses"][names.index(name)]["holds"]
    return f"{held} of {len(condition['seeds'])}"
