"""`mannscope study`: every task and memory, from training to report."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from mannscope.cli.output import note, print_json, print_table
from mannscope.cli.parsing import Parser
from mannscope.cli.pools import add_pool, pool_options

DATA, PAGE = "docs/results/networks.parquet", "docs/results.md"


def parser() -> Parser:
    """Give the options."""
    made = Parser(
        "study",
        "Train every task with every memory, evaluate, record, verify, and write the report. A study that "
        "was interrupted goes on where it stopped, by the same command.",
        "mannscope study --seeds 10 --condition-seeds 5 --out study",
    )
    made.add_argument("--quick", action="store_true", help="a small study, in minutes")
    made.add_whole("--seeds", 1, "networks of each kind")
    told = "networks of each memory on expressions under each condition (docs/study.md lists them)"
    made.add_whole("--condition-seeds", 0, told, least=0)
    made.add_argument("--out", default="study", metavar="DIR", help="folder to write (default: %(default)s)")
    add_pool(made)
    told = "train nothing, but compute the tables of a page of results from the study's data, and compare"
    made.add_argument("--check", action="store_true", help=told)
    made.add_argument("--data", default=DATA, metavar="FILE", help="data to check by (default: %(default)s)")
    made.add_argument("--page", default=PAGE, metavar="FILE", help="page to check (default: %(default)s)")
    made.add_json()
    return made


def run(arguments: Sequence[str]) -> int:
    """Run the study; what it says goes to standard error, and its results to standard output."""
    options = parser().read(arguments)
    if options.check:
        return _check(options)
    from mannscope.studies import run_study, study_table

    results = run_study(
        Path(options.out),
        quick=options.quick,
        seeds=options.seeds,
        conditions=options.condition_seeds,
        **pool_options(options),
        log=note,
    )
    if options.json:
        print_json(results)
    else:
        print_table(study_table(results))
        print(f"report: {results['report']}")
    return 0


def _check(options: argparse.Namespace) -> int:
    """Compare a page with its data; 1 says that they differ."""
    from mannscope.studies import check_page

    wrong = check_page(Path(options.page), Path(options.data))
    if options.json:
        print_json({"page": options.page, "data": options.data, "wrong": wrong})
    elif wrong:
        print(f"{options.page} is not what {options.data} gives in: {', '.join(wrong)}")
    else:
        print(f"{options.page} is what {options.data} gives")
    return 1 if wrong else 0
