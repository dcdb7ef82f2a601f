"""`mannscope study`: every task and memory, from training to report."""

from collections.abc import Sequence
from pathlib import Path

from mannscope.cli.checking import add_check, run_check
from mannscope.cli.output import note, print_json, print_table
from mannscope.cli.parsing import Parser
from mannscope.cli.pool_options import add_pool, pool_options

DATA, PAGE = "docs/results/networks.parquet", "docs/results.md"


def parser() -> Parser:
    """Return the options."""
    made = Parser(
        "study",
        "Train every task with every memory, evaluate, record, verify, and write the report. The same "
        "command continues an interrupted study where it stopped.",
        "mannscope study --seeds 10 --variant-seeds 5 --out study",
    )
    made.add_argument("--quick", action="store_true", help="a small study, in minutes")
    made.add_whole("--seeds", 1, "networks of each condition: a task with a memory")
    text = "networks of each variant of the conditions of expressions (docs/study.md lists them)"
    made.add_whole("--variant-seeds", 0, text, least=0)
    made.add_argument("--out", default="study", metavar="DIR", help="folder to write (default: %(default)s)")
    add_pool(made)
    add_check(made, DATA, PAGE)
    made.add_json()
    return made


def run(arguments: Sequence[str]) -> int:
    """Run the study; its log goes to standard error, and its results to standard output."""
    options = parser().read(arguments)
    if options.check:
        from mannscope.study import check_page

        return run_check(options, check_page)
    from mannscope.study import run_study, study_table

    results = run_study(
        Path(options.out),
        quick=options.quick,
        seeds=options.seeds,
        variant_seeds=options.variant_seeds,
        **pool_options(options),
        log=note,
    )
    if options.json:
        print_json(results)
    else:
        print_table(study_table(results))
        print(f"report: {results['report']}")
    return 0
