"""Judge networks of a study again, and write what holds of each, from which size to which.

Usage: python scripts/judge_anew.py STUDY CONDITION... --out docs/results/judged-anew.json

STUDY is a folder of `mannscope study`, with `<condition>/seed-<n>` in it. A network in the file is not
judged again.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import mannscope as ms
from mannscope.files import atomic
from mannscope.hypotheses import Experiment, derived, mined
from mannscope.hypotheses.verification import EPISODES, look


def judge(folder: Path) -> dict[str, Any]:
    """Judge one network by all hypotheses that are derived for it, and the mined one."""
    network = ms.load(folder)
    claims = [*derived(network), mined(network)]
    verdicts = look(Experiment(network, EPISODES), claims, bare=True)
    by_symbol = {piece.kind: piece for piece in verdicts[0].evidence}
    return {
        "condition": folder.parent.name,
        "seed": int(folder.name.removeprefix("seed-")),
        "fingerprint": network.fingerprint,
        "exact": verdicts[0].exact,
        "cue conflict": by_symbol["cue conflict"].score,
        "verdicts": {
            verdict.hypothesis.name: {
                "outcome": verdict.outcome,
                "scope": verdict.scope,
                "failed": verdict.failed,
                "undecided": verdict.undecided,
            }
            for verdict in verdicts
        },
    }


def main() -> None:
    """Judge every network of some conditions."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("study", type=Path)
    parser.add_argument("conditions", nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    rows = json.loads(options.out.read_text()) if options.out.is_file() else []
    done = {(row["condition"], row["seed"]) for row in rows}
    for condition in options.conditions:
        for folder in sorted((options.study / condition).glob("seed-*"), key=lambda one: int(one.name[5:])):
            if (condition, int(folder.name[5:])) in done or not (folder / "model.safetensors").is_file():
                continue
            rows.append(judge(folder))
            print(rows[-1]["condition"], rows[-1]["seed"], rows[-1]["cue conflict"], flush=True)
            with atomic(options.out) as partial:
                partial.write_text(json.dumps(rows, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
