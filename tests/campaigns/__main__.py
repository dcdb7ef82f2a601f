"""Runs the campaign: `make campaign`, or `python -m campaigns` in the folder of the tests."""

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from campaigns import children
from mannscope.files import atomic


def main() -> None:
    """Run the parts that are asked for, and put their numbers into the file of those before."""
    made = argparse.ArgumentParser(prog="python -m campaigns", description=__doc__)
    made.add_argument("--seed", type=int, default=0)
    made.add_argument("--kills", type=int, default=0, help="kills")
    made.add_argument("--inputs", type=int, default=0, help="broken inputs")
    made.add_argument("--requests", type=int, default=0, help="requests to the explorer")
    made.add_argument("--places", action="store_true", help="full disks, and the like")
    made.add_argument("--sequences", action="store_true", help="long sequences")
    made.add_argument("--only", default="", help="the one command that is killed")
    made.add_argument("--out", type=Path, default=Path("reliability.json"))
    options = made.parse_args()
    options.out = options.out.absolute()
    with tempfile.TemporaryDirectory(prefix="mannscope-campaign-") as place:
        caches = Path(place) / "compiled"
        caches.mkdir()
        children.prepare(caches)
        began = time.monotonic()

        def say(line: str) -> None:
            print(f"{time.monotonic() - began:6.0f} s  {line}", flush=True)

        def keeper(part: str) -> Callable[[Any], None]:
            """Write the numbers of a part as they come, so that none are lost."""

            def keep(numbers: Any) -> None:
                known = json.loads(options.out.read_text()) if options.out.is_file() else {}
                with atomic(options.out) as partial:
                    partial.write_text(json.dumps(known | {part: numbers}, indent=1) + "\n")

            return keep

        if options.kills:
            from campaigns.kills import run_kills

            (Path(place) / "kills").mkdir()
            run_kills(Path(place) / "kills", options.kills, options.seed, say, keeper("kills"), options.only)
        if options.inputs:
            from campaigns.inputs import run_inputs

            (Path(place) / "inputs").mkdir()
            run_inputs(Path(place) / "inputs", options.inputs, options.seed, say, keeper("inputs"))
        if options.requests:
            from campaigns.served import run_requests

            keeper("requests")(run_requests(Path(place), options.requests, options.seed, say))
        if options.places:
            from campaigns.places import run_places

            (Path(place) / "places").mkdir()
            keeper("places")(run_places(Path(place) / "places", say))
        if options.sequences:
            from campaigns.sequences import run_sequences

            (Path(place) / "sequences").mkdir()
            keeper("sequences")(run_sequences(Path(place) / "sequences", say))


if __name__ == "__main__":
    main()
