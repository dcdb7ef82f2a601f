"""`mannscope bench`: how fast it is."""

from collections.abc import Sequence
from typing import Any

from mannscope.cli.output import note, print_json, print_table, table
from mannscope.cli.parsing import Parser, whole


def parser() -> Parser:
    """Return the options."""
    made = Parser(
        "bench",
        "Measure how fast training and analyses are here.",
        "mannscope bench --threads 1 --json --compare before.json",
    )
    made.add_argument("--only", metavar="NAME", help="run this benchmark alone (default: all)")
    text = "numbers of threads to measure training steps with (default: 1,2)"
    made.add_argument("--threads", type=_threads, default=(1, 2), metavar="N,N", help=text)
    text = "JSON of an earlier benchmark, to show what is faster or slower"
    made.add_argument("--compare", metavar="FILE", help=text)
    made.add_json()
    return made


def _threads(text: str) -> tuple[int, ...]:
    return tuple(dict.fromkeys(map(whole("--threads"), text.split(","))))


def run(arguments: Sequence[str]) -> None:
    """Run the benchmarks and print their results."""
    options = parser().read(arguments)
    from mannscope.bench import compare, read_earlier, run_bench

    earlier = read_earlier(options.compare) if options.compare else None
    results = run_bench(only=options.only, threads=options.threads, log=note)
    if earlier is not None:
        earlier["workloads"] = [row for row in earlier["workloads"] if options.only in (None, row["name"])]
        results["compared"] = compare(results, earlier)
    if options.json:
        print_json(results)
        return
    _print_rows(results["workloads"])
    if earlier is not None:
        print("\nnow / then; below 1 is faster")
        _print_rows(results["compared"]["workloads"])
        for when in ("now", "then"):
            for name in results["compared"][f"only_{when}"]:
                print(f"measured only {when}: {name}")


def _print_rows(rows: Sequence[dict[str, Any]]) -> None:
    headings = list(dict.fromkeys(name for row in rows for name in row))
    print_table(table(headings, [[_cell(row.get(name)) for name in headings] for row in rows]))


def _cell(value: object) -> str:
    return "" if value is None else f"{value:.2f}" if isinstance(value, float) else str(value)
