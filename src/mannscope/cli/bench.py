"""`mannscope bench`: how fast it is."""

from collections.abc import Sequence

from mannscope.cli.output import note, print_json, print_table, table
from mannscope.cli.parsing import Parser


def parser() -> Parser:
    """Give the options."""
    made = Parser("bench", "Measure how fast training and analyses are here.", "mannscope bench --json")
    made.add_argument("--only", metavar="NAME", help="run this benchmark alone (default: all)")
    made.add_json()
    return made


def run(arguments: Sequence[str]) -> None:
    """Run the benchmarks and print their results."""
    options = parser().read(arguments)
    from mannscope.studies import run_bench

    results = run_bench(only=options.only, log=note)
    if options.json:
        print_json(results)
    else:
        rows = results["workloads"]
        headings = list(dict.fromkeys(name for row in rows for name in row))
        print_table(table(headings, [[_cell(row.get(name)) for name in headings] for row in rows]))


def _cell(value: object) -> str:
    return "" if value is None else f"{value:.1f}" if isinstance(value, float) else str(value)
