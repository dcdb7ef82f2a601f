"""`--check`: whether the numbers of a page are those of its data."""

import argparse
from collections.abc import Callable
from pathlib import Path

from mannscope.cli.output import print_json
from mannscope.cli.parsing import Parser


def add_check(parser: Parser, data: str, page: str) -> None:
    """Add the options."""
    text = "train nothing; check that the tables of a page are those of the data"
    parser.add_argument("--check", action="store_true", help=text)
    parser.add_argument("--data", default=data, metavar="FILE", help="the data (default: %(default)s)")
    parser.add_argument("--page", default=page, metavar="FILE", help="the page (default: %(default)s)")


def run_check(options: argparse.Namespace, check: Callable[[Path, Path], list[str]]) -> int:
    """Compare a page with its data; the exit code is 1 if they differ."""
    wrong = check(Path(options.page), Path(options.data))
    if options.json:
        print_json({"page": options.page, "data": options.data, "wrong": wrong})
    elif wrong:
        print(f"{options.page} differs from {options.data} in: {', '.join(wrong)}")
    else:
        print(f"{options.page} agrees with {options.data}")
    return 1 if wrong else 0
