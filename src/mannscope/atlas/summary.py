"""What the seeds of each pair say, against what is expected."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from mannscope.atlas.grid import choose_pairs, grid
from mannscope.atlas.measure import GENERALISES, Row
from mannscope.pages.filling import differing, fill_parts
from mannscope.parquet import read_rows

TIMES = 2
"""The multiple of the size trained on at which a network generalises or not."""


class Square(NamedTuple):
    """The networks of one pair."""

    task: str
    memory: str
    expected: str
    rows: tuple[Row, ...]

    @property
    def generalise(self) -> int:
        """How many are exact beyond the size trained on, soft and discretised."""
        return sum(generalises(row) for row in self.rows)

    @property
    def hold(self) -> int:
        """How many of these have a strategy that holds."""
        return sum(row["holds"] and generalises(row) for row in self.rows)

    @property
    def strategies(self) -> dict[str, int]:
        """The strategies that hold, and of how many networks."""
        found: dict[str, int] = {}
        for row in self.rows:
            if row["holds"]:
                found[row["strategy"]] = found.get(row["strategy"], 0) + 1
        return found

    @property
    def surprise(self) -> str:
        """What goes against the expectation; empty where nothing does."""
        if self.expected == "known" and not self.generalise:
            return "expected, and none does"
        if self.expected == "none" and self.generalise:
            return f"not expected, and {self.generalise} of {len(self.rows)} do"
        return ""


def generalises(row: Mapping[str, Any]) -> bool:
    """Whether a network is exact beyond the size trained on, with soft and with the most probable actions."""
    values = [row[f"{kind} {TIMES}x"] for kind in ("exact", "discretised")]
    return all(value is not None and value >= GENERALISES for value in values)


def summarise(rows: Sequence[Row]) -> list[Square]:
    """Put the networks of each pair together, in the order of the grid; pairs without one are left out."""
    return [
        Square(pair.task, pair.memory, pair.expected, tuple(row for row in rows if row["pair"] == pair.name))
        for pair in choose_pairs()
        if any(row["pair"] == pair.name for row in rows)
    ]


def surprises(rows: Sequence[Row]) -> list[str]:
    """List the pairs that go against what is expected, with why the best network was not exact."""
    found = []
    for square in summarise(rows):
        if square.surprise:
            why = next((row["why"] for row in square.rows if not generalises(row) and row["why"]), "")
            found.append(f"**{square.task} / {square.memory}**: {square.surprise}. {why}".strip())
    return found


def table(rows: Sequence[Row]) -> str:
    """Write the map as a table: of each pair, how many generalise, how many strategies hold, of how many."""
    memories = [name for name in grid()["memories"] if any(row["memory"] == name for row in rows)]
    by_place = {(square.task, square.memory): square for square in summarise(rows)}
    lines = [f"| task | {' | '.join(memories)} |", "|---" * (len(memories) + 1) + "|"]
    for task in grid()["tasks"]:
        cells = [_cell(by_place.get((task, memory))) for memory in memories]
        if any(cells):
            lines.append(f"| {task} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(square: Square | None) -> str:
    if square is None:
        return ""
    mark = {"known": "", "hard": " (hard)", "none": " (none)"}[square.expected]
    bold = "**" if square.surprise else ""
    return f"{bold}{square.generalise}, {square.hold} of {len(square.rows)}{bold}{mark}"


def strategies(rows: Sequence[Row]) -> str:
    """List the strategies that hold, by pair."""
    lines = []
    for square in summarise(rows):
        for name, count in square.strategies.items():
            lines.append(f"- {square.task} / {square.memory}: {name} ({count} of {len(square.rows)})")
    return "\n".join(lines) or "None yet."


def counts(rows: Sequence[Row]) -> str:
    """Say how many networks and pairs there are, and what they took."""
    hours, holding = sum(row["seconds"] for row in rows) / 3600, sum(row["holds"] for row in rows)
    return (
        f"{len(rows)} networks of {len(summarise(rows))} pairs, {hours:.1f} hours of one core; "
        f"{sum(map(generalises, rows))} generalise, and a strategy holds on {holding}."
    )


def fill(page: str, rows: Sequence[Row]) -> str:
    """Compute the marked parts of a page of documentation from the data."""
    return fill_parts(
        page,
        {
            "counts": lambda: counts(rows),
            "map": lambda: table(rows),
            "surprises": lambda: "\n".join(f"- {line}" for line in surprises(rows)) or "None yet.",
            "strategies": lambda: strategies(rows),
        },
    )


def check(page: Path, data: Path) -> list[str]:
    """List the parts of a page that differ from what its data give; none if the page is right.

    Raises:
        MannscopeError: if a file is missing, or a part has an unknown name.
    """
    remedy = "Write it with: mannscope atlas --out DIR, and pass --data DIR/atlas.parquet"
    return differing(page, lambda text: fill(text, read_rows(data, remedy)))
