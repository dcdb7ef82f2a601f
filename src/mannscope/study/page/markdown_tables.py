"""The tables of the page of results, each computed from the study's data."""

from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import fmean
from typing import Final

from mannscope.study.conditions import GENERALISES, NO_MEMORY, VARIANTS
from mannscope.study.data import Row
from mannscope.study.number_formats import format_share
from mannscope.study.titles import condition_title

TIMES: Final = ("1x", "2x", "5x", "10x")


def generalises(row: Row) -> bool:
    """Whether a network is right far beyond the sizes trained on."""
    return all(row[f"worst {times}"] >= least for times, least in GENERALISES[row["task"]].items())


def by_condition(rows: Sequence[Row], *, recipes_only: bool = False) -> list[list[Row]]:
    """Group the networks by condition; with `recipes_only`, without the variants."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        if not (recipes_only and row["variant"]):
            found.setdefault(row["condition"], []).append(row)
    return list(found.values())


def row_title(row: Row) -> str:
    """Return the title of a network's condition."""
    return condition_title(row["task"], row["memory"], row["variant"])


def shapes_of(group: Sequence[Row]) -> list[str]:
    """List the shapes that a condition was measured in."""
    start = "exact 1x "
    return [
        name.removeprefix(start) for name in group[0] if name.startswith(start) and group[0][name] is not None
    ]


def count(group: Sequence[Row]) -> str:
    """Count the networks that generalise."""
    return f"{sum(map(generalises, group))} of {len(group)}"


def accuracy(rows: Sequence[Row]) -> str:
    """Tabulate, for each condition, exact accuracy over the seeds, in the worst shape."""
    lines = [
        [row_title(group[0]), *_spreads(group), count(group)]
        for group in by_condition(rows, recipes_only=True)
    ]
    return markdown(["condition", *TIMES, "seeds that generalise"], lines)


def shapes(rows: Sequence[Row]) -> str:
    """Tabulate mean accuracy at ten times the trained size in every shape, beside the base rate."""
    kinds = ("exact", "discretised", "base rate")
    lines = [
        [
            row_title(group[0]),
            shape,
            *(format_share(fmean(row[f"{kind} 10x {shape}"] for row in group)) for kind in kinds),
        ]
        for group in by_condition(rows, recipes_only=True)
        for shape in shapes_of(group)
    ]
    return markdown(["condition", "shape", "soft", "discretised", "base rate"], lines)


def each_seed(rows: Sequence[Row]) -> str:
    """Tabulate every network with a memory, its strategy and its verdict."""
    lines = [
        [
            row_title(row),
            str(row["seed"]),
            *(format_share(row[f"worst {times}"]) for times in TIMES),
            row["strategy"] if row["strategy holds"] or generalises(row) else "",
            "holds" if row["strategy holds"] else "none holds",
            f"{row['training seconds']:.0f}",
        ]
        for group in by_condition(rows, recipes_only=True)
        for row in group
        if row["memory"] != NO_MEMORY
    ]
    return markdown(["condition", "seed", *TIMES, "strategy", "verdict", "seconds"], lines)


def failures(rows: Sequence[Row]) -> str:
    """Tabulate, for every network that fails somewhere, where it first does, and why."""
    causes = ("policy", "precision", "content")
    lines = [
        [
            row_title(row),
            str(row["seed"]),
            row["fails at"],
            format_share(row["exact there"]),
            *(format_share(row[f"{cause} errors"]) for cause in causes),
            format_share(row["exact there with noise 0.1"]),
        ]
        for row in rows
        if row.get("fails at")
    ]
    headings = [
        "condition",
        "seed",
        "fails at",
        "exact there",
        *causes,
        "exact there with noise on what is read",
    ]
    return markdown(headings, lines)


def variants(rows: Sequence[Row]) -> str:
    """Tabulate every variant beside the recipe as it is, on the same seeds."""
    lines = []
    changed = [row for row in rows if row["variant"]]
    for task, memory in dict.fromkeys((row["task"], row["memory"]) for row in changed):
        of_memory = [row for row in changed if (row["task"], row["memory"]) == (task, memory)]
        seeds = {row["seed"] for row in of_memory}
        lines += [
            _variant(memory, "as it is", [row for row in group if row["seed"] in seeds])
            for group in by_condition(rows, recipes_only=True)
            if (group[0]["task"], group[0]["memory"]) == (task, memory)
        ]
        lines += [
            _variant(memory, VARIANTS[group[0]["variant"]].title, group) for group in by_condition(of_memory)
        ]
    return markdown(["memory", "variant", *TIMES, "generalise", "strategies that hold"], lines)


def cost(rows: Sequence[Row]) -> str:
    """Tabulate weights, steps and seconds of training, and the machine."""
    lines = []
    for group in by_condition(rows):
        seconds = [row["training seconds"] for row in group]
        steps = fmean(row["steps"] for row in group)
        spent = [f"{steps:,.0f}", f"{fmean(seconds):.0f}", f"{max(seconds):.0f}"]
        lines.append([row_title(group[0]), f"{group[0]['weights']:,}", *spent])
    found = markdown(["condition", "weights", "steps, mean", "seconds, mean", "seconds, most"], lines)
    hours = sum(row["training seconds"] for row in rows) / 3600
    machines = "; ".join(sorted({f"{row['processor']} ({row['cores']} cores)" for row in rows}))
    versions = ", ".join(sorted({row["version"] for row in rows}))
    spent = f"{len(rows)} networks, {hours:.1f} hours of training on one core"
    machines_and_versions = f"{spent}, on {machines}, by mannscope {versions}."
    return f"{found}\n\n{machines_and_versions}"


def held(group: Sequence[Row]) -> str:
    """List the strategies that hold, with the number of networks of each."""
    found = Counter(row["strategy"] for row in group if row["strategy holds"])
    return "; ".join(f"{name} ({number})" for name, number in found.most_common()) or "none holds"


def markdown(headings: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """Write a table in Markdown."""
    every = [headings, ["---"] * len(headings), *lines]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in every)


def _variant(memory: str, name: str, group: Sequence[Row]) -> list[str]:
    return [memory, name, *_spreads(group), count(group), held(group)]


def _spreads(group: Sequence[Row]) -> list[str]:
    """Return the mean at each size, with the worst and the best of the seeds."""
    spreads = []
    for times in TIMES:
        values = [row[f"worst {times}"] for row in group]
        spreads.append(
            f"{format_share(fmean(values))} [{format_share(min(values))}, {format_share(max(values))}]"
        )
    return spreads
