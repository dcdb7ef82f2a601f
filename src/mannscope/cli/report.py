"""`mannscope report`: the explorer with runs, in one file."""

from collections.abc import Sequence

from mannscope.cli.explore import add_runs, add_sample
from mannscope.cli.interruption import INTERRUPTION
from mannscope.cli.output import note, print_json
from mannscope.cli.parsing import Parser
from mannscope.files import require_writable

LIMIT = 5
"""Megabytes."""


def parser() -> Parser:
    """Give the options."""
    made = Parser(
        "report",
        "Write runs, their episodes, verdicts and accuracy to one HTML file, which opens in any browser, "
        "from disk, without a server.",
        "mannscope report runs/reversal -o report.html",
    )
    add_runs(made, "+")
    made.add_argument(
        "-o", "--output", default="report.html", metavar="FILE", help="file to write (default: %(default)s)"
    )
    text = "megabytes of the file; if all episodes take more, it holds a fair sample and says so"
    made.add_whole("--limit-mb", LIMIT, text)
    made.add_argument("--no-verify", action="store_true", help="leave verdicts and accuracy out")
    add_sample(made)
    made.add_json()
    return made


def run(arguments: Sequence[str]) -> None:
    """Write the report."""
    options = parser().read(arguments)
    require_writable(options.output)
    from mannscope.explorer.report import write_report
    from mannscope.explorer.session import Session

    session = Session(options.runs, episodes=options.episodes, seed=options.seed, limit=None)
    limit, verified = options.limit_mb * 1_000_000, not options.no_verify
    report = write_report(session, options.output, limit, verified=verified, log=_log)
    if options.json:
        runs = [one._asdict() for one in report.runs]
        print_json({"report": options.output, "bytes": report.size, "runs": runs})
        return
    print(f"wrote {options.output}: {report.size / 1e6:.1f} MB")
    for one in report.runs:
        some = "" if one.kept == one.of else f", of {one.of}"
        print(f"{one.run}: {one.kept} episodes{some}")


def _log(line: str) -> None:
    INTERRUPTION.check()
    note(line)
