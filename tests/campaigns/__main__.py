"""Runs the campaign: `make campaign`, or `python -m campaigns` in the folder of the tests."""

import argparse
import json
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from campaigns import children
from mannscope.files import atomic

PARTS = ("kills", "requests", "places", "sequences", "inputs", "pages")
"""In this order: the last one starts JAX in this process, of which none can be forked then."""


def main() -> int:
    """Run the parts that are asked for, put their numbers into the file, and say whether none failed."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as in the background of a shell
        signal.signal(signal.SIGINT, signal.default_int_handler)
    options = _parser().parse_args()
    options.out = options.out.absolute()
    failures: list[str] = []
    with tempfile.TemporaryDirectory(prefix="mannscope-campaign-") as name:
        place, began = Path(name), time.monotonic()
        place.chmod(0o755)  # for those without rights
        (place / "compiled").mkdir()
        children.prepare(place / "compiled")

        def say(line: str) -> None:
            print(f"{time.monotonic() - began:6.0f} s  {line}", flush=True)

        for part in PARTS:
            if getattr(options, part):
                (place / part).mkdir()
                keep, kept = _keeper(options, part)
                _run(part, place / part, options, say, keep)
                failures += kept()["failures"]
    print(f"{len(failures)} failures; the numbers are in {options.out}", *failures, sep="\n")
    return 1 if failures else 0


def _parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="python -m campaigns", description=__doc__)
    made.add_argument("--seed", type=int, default=0)
    made.add_argument("--kills", type=int, default=0, help="kills")
    made.add_argument("--inputs", type=int, default=0, help="broken inputs")
    made.add_argument("--requests", type=int, default=0, help="requests to the explorer")
    made.add_argument("--places", action="store_true", help="full disks, and the like")
    made.add_argument("--sequences", action="store_true", help="long sequences")
    made.add_argument("--pages", type=int, default=0, help="pages with hostile names")
    made.add_argument("--only", default="", help="the one command that is killed")
    made.add_argument("--out", type=Path, default=Path("reliability.json"))
    return made


def _run(
    part: str,
    place: Path,
    options: argparse.Namespace,
    say: Callable[[str], None],
    keep: Callable[[dict[str, Any]], None],
) -> None:
    """Run one part, which gives its numbers as they come."""
    number = getattr(options, part)
    match part:
        case "kills":
            from campaigns.kills import run_kills

            run_kills(place, number, options.seed, say, keep, options.only)
        case "inputs":
            from campaigns.inputs import run_inputs

            run_inputs(place, number, options.seed, say, keep)
        case "requests":
            from campaigns.floods import run_requests

            keep(run_requests(place, number, options.seed, say))
        case "places":
            from campaigns.places import run_places

            run_places(place, say, keep)
        case "pages":
            from campaigns.pages import run_pages

            run_pages(place, number, options.seed, say, keep)
        case "sequences":
            from campaigns.sequences import run_sequences

            run_sequences(place, say, keep)


def _keeper(
    options: argparse.Namespace, part: str
) -> tuple[Callable[[dict[str, Any]], None], Callable[[], dict[str, Any]]]:
    """Give what writes the numbers of a part as they come, so that none are lost, and what reads them."""
    began, told = time.monotonic(), {"seed": options.seed, "commit": _commit()}

    def known() -> dict[str, Any]:
        return json.loads(options.out.read_text()) if options.out.is_file() else {}

    def keep(numbers: dict[str, Any]) -> None:
        seconds = round(time.monotonic() - began)
        with atomic(options.out) as partial:
            partial.write_text(
                json.dumps(known() | {part: told | {"seconds": seconds} | numbers}, indent=1) + "\n"
            )

    return keep, lambda: known()[part]


def _commit() -> str:
    """Name the state of the code that is tried."""
    asked = ["git", "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"]
    return subprocess.run(asked, capture_output=True, text=True, cwd=Path(__file__).parent).stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
