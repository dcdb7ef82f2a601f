"""`mannscope study`: every task and memory, from training to report."""

from collections.abc import Sequence
from pathlib import Path

from mannscope.cli.output import note, print_json, print_table
from mannscope.cli.parsing import Parser


def parser() -> Parser:
    """Give the options."""
    made = Parser(
        "study",
        "Train every task with every memory, evaluate, record, verify, and write the report.",
        "mannscope study --quick",
    )
    made.add_argument("--quick", action="store_true", help="a small study, in minutes")
    made.add_whole("--seeds", 1, "networks of each kind")
    made.add_argument("--out", default="study", metavar="DIR", help="folder to write (default: %(default)s)")
    made.add_json()
    return made


def run(arguments: Sequence[str]) -> None:
    """Run the study; what it says goes to standard error, and its results to standard output."""
    options = parser().read(arguments)
    from mannscope.studies import run_study, study_table

    results = run_study(Path(options.out), quick=options.quick, seeds=options.seeds, log=note)
    if options.json:
        print_json(results)
    else:
        print_table(study_table(results))
        print(f"report: {results['report']}")
