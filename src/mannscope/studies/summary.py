"""What the study found, over the seeds of each cell."""

from collections.abc import Sequence
from statistics import fmean, pstdev
from typing import Any

from mannscope.studies.results import Result

KEPT = ("seed", "run", "results", "verify", "mined", "replay", "fingerprint", "seconds")


def summarise_cell(results: Sequence[Result]) -> dict[str, Any]:
    """Put the results of one cell's seeds together."""
    first = results[0]
    return {
        "cell": first["cell"],
        "condition": first["condition"],
        "task": first["configuration"]["task"]["name"],
        "memory": first["configuration"]["memory"]["name"],
        "seeds": [{name: result[name] for name in KEPT} for result in results],
        "exact": _spread(results, "exact"),
        "exact_discrete": _spread(results, "exact_discrete"),
        "holding": _holding(results),
    }


def headline(result: Result) -> list[dict[str, Any]]:
    """Pick the rows that headlines are about: those of the first shape trained on."""
    return [row for row in result["results"] if row["shape"] == result["results"][0]["shape"]]


def _spread(results: Sequence[Result], column: str) -> dict[str, dict[str, float]]:
    """Give mean, standard deviation, best and worst over the seeds, by size."""
    shares: dict[str, list[float]] = {}
    for result in results:
        for row in headline(result):
            shares.setdefault(str(row["size"]), []).append(row[column])
    return {
        size: {"mean": fmean(found), "std": pstdev(found), "best": max(found), "worst": min(found)}
        for size, found in shares.items()
    }


def _holding(results: Sequence[Result]) -> dict[str, str]:
    counts: dict[str, int] = {}
    for result in results:
        for verdict in result["verify"]["hypotheses"]:
            counts[verdict["name"]] = counts.get(verdict["name"], 0) + verdict["holds"]
    return {name: f"{count} of {len(results)}" for name, count in counts.items()}
