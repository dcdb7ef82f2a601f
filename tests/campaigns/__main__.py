"""Runs the campaign: `make campaign`, or `python -m campaigns` in the folder of the tests."""

import argparse
import json
import tempfile
import time
from pathlib import Path

from campaigns import children


def main() -> None:
    """Run the parts that are asked for, and put their numbers into the file of those before."""
    made = argparse.ArgumentParser(prog="python -m campaigns", description=__doc__)
    made.add_argument("--seed", type=int, default=0)
    made.add_argument("--kills", type=int, default=0, help="kills")
    made.add_argument("--inputs", type=int, default=0, help="broken inputs")
    made.add_argument("--requests", type=int, default=0, help="requests to the explorer")
    made.add_argument("--only", default="", help="the one command that is killed")
    made.add_argument("--out", type=Path, default=Path("reliability.json"))
    options = made.parse_args()
    options.out = options.out.absolute()
    found = json.loads(options.out.read_text()) if options.out.is_file() else {}
    with tempfile.TemporaryDirectory(prefix="mannscope-campaign-") as place:
        caches = Path(place) / "compiled"
        caches.mkdir()
        children.prepare(caches)
        began = time.monotonic()

        def say(line: str) -> None:
            print(f"{time.monotonic() - began:6.0f} s  {line}", flush=True)

        if options.kills:
            from campaigns.kills import run_kills

            (Path(place) / "kills").mkdir()
            found["kills"] = run_kills(Path(place) / "kills", options.kills, options.seed, say, options.only)
            options.out.write_text(json.dumps(found, indent=1))
            for failure in found["kills"]["failures"]:
                say(failure)
        if options.inputs:
            from campaigns.inputs import run_inputs

            (Path(place) / "inputs").mkdir()
            found["inputs"] = run_inputs(Path(place) / "inputs", options.inputs, options.seed, say)
            options.out.write_text(json.dumps(found, indent=1))
        if options.requests:
            from campaigns.served import run_requests

            found["requests"] = run_requests(Path(place), options.requests, options.seed, say)
            options.out.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
