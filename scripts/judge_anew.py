"""Judge networks of a study again, and write what holds of each, from which size to which.

Usage: python scripts/judge_anew.py STUDY CONDITION... --out docs/results/judged-anew.json
       python scripts/judge_anew.py --page

STUDY is a folder of `mannscope study`, with `<condition>/seed-<n>` in it. A network in the file is not
judged again. `--page` writes the table of docs/judged-anew.md from the file.
"""

import argparse
import json
import sys
from collections import Counter
from pathlib import Path
from statistics import median
from typing import Any

import mannscope as ms
from mannscope.files import atomic
from mannscope.hypotheses import Experiment, derived, mined
from mannscope.hypotheses.verification import EPISODES, look
from mannscope.study.page import fill_parts

DOCS = Path(__file__).parents[1] / "docs"


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


def table(rows: list[dict[str, Any]]) -> str:
    """Count, for every condition and hypothesis, the networks of which it holds."""
    lines = [
        "| condition | networks | actions that follow a symbol of another category | hypothesis | holds "
        "| does not | undecided |",
        "|---|---|---|---|---|---|---|",
    ]
    for condition in dict.fromkeys(row["condition"] for row in rows):
        here = [row for row in rows if row["condition"] == condition]
        shares = sorted(row["cue conflict"] for row in here if row["cue conflict"] is not None)
        follow = f"{median(shares):.2f} ({shares[0]:.2f} to {shares[-1]:.2f})" if shares else ""
        for place, name in enumerate(dict.fromkeys(name for row in here for name in row["verdicts"])):
            outcomes = Counter(row["verdicts"][name]["outcome"] for row in here if name in row["verdicts"])
            first = f"{condition} | {len(here)} | {follow}" if not place else " | |"
            counts = " | ".join(str(outcomes[one]) for one in ("passed", "failed", "undecided"))
            lines.append(f"| {first} | {name} | {counts} |")
    return "\n".join(lines)


def write_page() -> None:
    """Fill the table of the page."""
    rows = json.loads((DOCS / "results" / "judged-anew.json").read_text(encoding="utf-8"))
    page = DOCS / "judged-anew.md"
    text = fill_parts(page.read_text(encoding="utf-8"), {"judged": lambda: table(rows)})
    with atomic(page) as partial:
        partial.write_text(text, encoding="utf-8")


def main() -> None:
    """Judge every network of some conditions, or write the page."""
    if sys.argv[1:] == ["--page"]:
        write_page()
        return
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
