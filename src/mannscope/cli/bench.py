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
        print_table(table(("benchmark", "result"), [(name, str(told)) for name, told in results.items()]))
