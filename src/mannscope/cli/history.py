"""`mannscope history`: when a network learned what it does."""

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mannscope.cli.interruption import INTERRUPTION
from mannscope.cli.output import note, print_json, print_table, table
from mannscope.cli.parsing import Parser

if TYPE_CHECKING:
    from mannscope.histories import History

ROWS = 24
"""Most rows of the table, but for those at which something was learned."""


def parser() -> Parser:
    """Give the options."""
    made = Parser(
        "history",
        "Find out when a network learned what it does, from weights that were kept in training: accuracy, "
        "agreement with the final policy, and what it costs to take a part away.",
        "mannscope history runs/reversal --out history.svg",
    )
    made.add_argument("run", metavar="RUN", help="run folder, trained with --keep-every")
    made.add_whole("--episodes", 128, "episodes of each size")
    made.add_seed(0)
    made.add_argument("-o", "--out", metavar="FILE", help="also draw it, as .svg, .pdf or .png")
    made.add_json()
    return made


def run(arguments: Sequence[str]) -> None:
    """Measure all kept networks and print when they learned what."""
    options = parser().read(arguments)
    found = _measure(options)
    if options.out:
        from mannscope import figures

        figures.save(figures.history(found), options.out)
    if options.json:
        print_json(found.to_dict())
        return
    rows = _chosen(found)
    print_table(_table(rows, found))
    if len(rows) < len(found.moments):
        print(f"{len(rows)} of {len(found.moments)} kept steps; --json has all of them")
    print(found.line())


def _measure(options: argparse.Namespace) -> "History":
    from mannscope.figures import check_suffix
    from mannscope.histories import history

    if options.out:
        check_suffix(options.out)

    def log(line: str) -> None:
        INTERRUPTION.check()
        note(line)

    return history(options.run, episodes=options.episodes, seed=options.seed, log=log)


def _chosen(found: "History") -> list[dict[str, Any]]:
    """Choose the rows to print: some at equal distances, the last, and where something was learned."""
    rows = found.rows()
    apart = -(-len(rows) // ROWS)
    learned = {found.since("agreement"), found.since("exact")}
    return [
        row
        for place, row in enumerate(rows)
        if place % apart == 0 or place == len(rows) - 1 or row["step"] in learned
    ]


def _table(rows: list[dict[str, Any]], found: "History") -> Any:
    near, far = found.sizes[0], found.sizes[-1]
    columns = {
        "step": "step",
        f"exact {near}": f"exact at {near}",
        f"exact {far}": f"exact at {far}",
        f"discretised {far}": f"exact_discrete at {far}",
        f"answers {near}": f"answers at {near}",
        f"agreement {near}": f"agreement at {near}",
        f"agreement {far}": f"agreement at {far}",
        "swapped cues": "cue_conflict",
    }
    columns |= {f"lost: {kind}": f"lost: {kind}" for kind in found.moments[0].lost}
    return table(list(columns), [[_cell(row[name]) for name in columns.values()] for row in rows])


def _cell(value: float | int | None) -> str:
    if value is None:
        return ""
    return str(value) if isinstance(value, int) else f"{value:.3f}"
