"""The tables of the page of results, each computed from the study's data."""

from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import fmean
from typing import Final

from mannscope.studies.data import Row
from mannscope.studies.words import CONDITIONS, cell_title

TIMES: Final = ("1x", "2x", "5x", "10x")

WANTED: Final = {
    "reversal": {"10x": 0.999},
    "expressions": {"2x": 0.99, "5x": 0.98, "10x": 0.98},
}
"""Least accuracy, in the worst shape and both soft and discretised, from which a network generalises."""


def generalises(row: Row) -> bool:
    """Tell whether a network is right far beyond the sizes trained on."""
    return all(row[f"worst {times}"] >= least for times, least in WANTED[row["task"]].items())


def cells(rows: Sequence[Row], *, plain: bool = False) -> list[list[Row]]:
    """Gather the networks of each cell; with `plain`, those trained by a recipe as it is."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        if not (plain and row["condition"]):
            found.setdefault(row["cell"], []).append(row)
    return list(found.values())


def shapes_of(of: Sequence[Row]) -> list[str]:
    """Name the shapes that a cell was measured in."""
    start = "exact 1x "
    return [name.removeprefix(start) for name in of[0] if name.startswith(start) and of[0][name] is not None]


def share(value: float) -> str:
    """Spell a share with three digits, rounding nothing to all or nothing that is not.

    >>> share(0.9999), share(1.0)
    ('0.999', '1.000')
    """
    return f"{value:.3f}" if value in (0.0, 1.0) else f"{min(max(value, 0.001), 0.999):.3f}"


def count(of: Sequence[Row]) -> str:
    """Count the networks that generalise."""
    return f"{sum(map(generalises, of))} of {len(of)}"


def accuracy(rows: Sequence[Row]) -> str:
    """Lay out, for each cell, exact accuracy over the seeds, in the worst shape."""
    lines = [[cell_title(of[0]), *_spreads(of), count(of)] for of in cells(rows, plain=True)]
    return markdown(["cell", *TIMES, "seeds that generalise"], lines)


def shapes(rows: Sequence[Row]) -> str:
    """Lay out mean accuracy at ten times the trained size in every shape, beside the base rate."""
    kinds = ("exact", "discretised", "base rate")
    lines = [
        [
            cell_title(of[0]),
            shape,
            *(share(fmean(row[f"{kind} 10x {shape}"] for row in of)) for kind in kinds),
        ]
        for of in cells(rows, plain=True)
        for shape in shapes_of(of)
    ]
    return markdown(["cell", "shape", "soft", "discretised", "base rate"], lines)


def each_seed(rows: Sequence[Row]) -> str:
    """Lay out every network with a memory, its strategy and its verdict."""
    lines = [
        [
            cell_title(row),
            str(row["seed"]),
            *(share(row[f"worst {times}"]) for times in TIMES),
            row["strategy"] if row["strategy holds"] or generalises(row) else "",
            "holds" if row["strategy holds"] else "none holds",
            f"{row['training seconds']:.0f}",
        ]
        for of in cells(rows, plain=True)
        for row in of
        if row["memory"] != "none"
    ]
    return markdown(["cell", "seed", *TIMES, "strategy", "verdict", "seconds"], lines)


def failures(rows: Sequence[Row]) -> str:
    """Lay out, for every network that fails somewhere, where it first does, and why."""
    causes = ("policy", "precision", "content")
    lines = [
        [
            cell_title(row),
            str(row["seed"]),
            row["fails at"],
            share(row["exact there"]),
            *(share(row[f"{cause} errors"]) for cause in causes),
            share(row["exact there with noise 0.1"]),
        ]
        for row in rows
        if row.get("fails at")
    ]
    headings = ["cell", "seed", "fails at", "exact there", *causes, "exact there with noise on what is read"]
    return markdown(headings, lines)


def conditions(rows: Sequence[Row]) -> str:
    """Lay out every condition beside the recipe as it is, on the same seeds."""
    lines = []
    changed = [row for row in rows if row["condition"]]
    for memory in dict.fromkeys(row["memory"] for row in changed):
        of_memory = [row for row in changed if row["memory"] == memory]
        seeds = {row["seed"] for row in of_memory}
        lines += [
            _condition(memory, "as it is", [row for row in of if row["seed"] in seeds])
            for of in cells(rows, plain=True)
            if (of[0]["task"], of[0]["memory"]) == ("expressions", memory)
        ]
        lines += [_condition(memory, CONDITIONS[of[0]["condition"]], of) for of in cells(of_memory)]
    return markdown(["memory", "condition", *TIMES, "generalise", "strategies that hold"], lines)


def cost(rows: Sequence[Row]) -> str:
    """Lay out weights, steps and seconds of training, and the machine."""
    lines = []
    for of in cells(rows):
        seconds = [row["training seconds"] for row in of]
        steps = fmean(row["steps"] for row in of)
        spent = [f"{steps:,.0f}", f"{fmean(seconds):.0f}", f"{max(seconds):.0f}"]
        lines.append([cell_title(of[0]), f"{of[0]['weights']:,}", *spent])
    found = markdown(["cell", "weights", "steps, mean", "seconds, mean", "seconds, most"], lines)
    hours = sum(row["training seconds"] for row in rows) / 3600
    machines = "; ".join(sorted({f"{row['processor']} ({row['cores']} cores)" for row in rows}))
    versions = ", ".join(sorted({row["version"] for row in rows}))
    spent = f"{len(rows)} networks, {hours:.1f} hours of training on one core"
    told = f"{spent}, on {machines}, by mannscope {versions}."
    return f"{found}\n\n{told}"


def held(of: Sequence[Row]) -> str:
    """Name the strategies that hold, with the number of networks of each."""
    found = Counter(row["strategy"] for row in of if row["strategy holds"])
    return "; ".join(f"{name} ({number})" for name, number in found.most_common()) or "none holds"


def markdown(headings: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """Write a table in Markdown."""
    every = [headings, ["---"] * len(headings), *lines]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in every)


def _condition(memory: str, name: str, of: Sequence[Row]) -> list[str]:
    return [memory, name, *_spreads(of), count(of), held(of)]


def _spreads(of: Sequence[Row]) -> list[str]:
    """Give the mean at each size, with the worst and the best of the seeds."""
    spreads = []
    for times in TIMES:
        values = [row[f"worst {times}"] for row in of]
        spreads.append(f"{share(fmean(values))} [{share(min(values))}, {share(max(values))}]")
    return spreads
