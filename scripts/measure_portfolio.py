"""Train the portfolio on the tasks and memories of docs/portfolio.md, measure, and judge each network.

Usage: python scripts/measure_portfolio.py OUT [--seeds 1 2] [--only reversal/stack ...]
       python scripts/measure_portfolio.py OUT --judge [--seeds 1 2] [--only reversal/stack ...]
       python scripts/measure_portfolio.py --page

OUT keeps the runs; docs/results/portfolio.json has a row for each, and one that is there is not made again.
`--judge` judges the networks of these rows again, without training. `--page` fills the page's table.
"""

import argparse
import json
import time
from pathlib import Path
from statistics import median
from typing import Any

import mannscope as ms
from mannscope.compiling import let_go_of_programs
from mannscope.files import atomic
from mannscope.hypotheses import Experiment, derived, mined
from mannscope.hypotheses.verification import EPISODES, look
from mannscope.study.page import fill_parts

DOCS = Path(__file__).parents[1] / "docs"
ROWS = DOCS / "results" / "portfolio.json"
MULTIPLES = (1, 2, 5)
REVERSAL, DYCK, COPY = {"name": "reversal"}, {"name": "dyck"}, {"name": "copy"}
RECALL = {"name": "multi_query_recall"}
CONDITIONS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "reversal/stack": (REVERSAL, {"name": "stack"}),
    "expressions/stack": ({"name": "expressions"}, {"name": "stack"}),
    "expressions + -/stack": ({"name": "expressions", "operators": "+-"}, {"name": "stack"}),
    "expressions mod 5/stack": ({"name": "expressions", "modulus": 5}, {"name": "stack"}),
    "postfix/stack": ({"name": "postfix"}, {"name": "stack"}),
    "boolean postfix/stack": ({"name": "postfix", "operators": "&|", "modulus": 2}, {"name": "stack"}),
    "dyck-2/stack": (DYCK, {"name": "stack"}),
    "undo flip-flop/stack": ({"name": "undo_flip_flop"}, {"name": "stack"}),
    "stack manipulation/stack": ({"name": "stack_manipulation"}, {"name": "stack"}),
    "marked reversal/stack": ({"name": "marked_reversal"}, {"name": "stack"}),
    "reversal/stratification stack": (REVERSAL, {"name": "stratification_stack"}),
    "dyck-2/stratification stack": (DYCK, {"name": "stratification_stack"}),
    "copy/stratification queue": (COPY, {"name": "stratification_queue"}),
    "repeat copy/stratification queue": ({"name": "repeat_copy"}, {"name": "stratification_queue"}),
    "copy/ntm": (COPY, {"name": "ntm"}),
    "reversal/ntm": (REVERSAL, {"name": "ntm"}),
    "associative recall/ntm": ({"name": "associative_recall"}, {"name": "ntm"}),
    "copy/dnc": (COPY, {"name": "dnc"}),
    "multi-query recall/delta": (RECALL, {"name": "delta"}),
    "flip-flop/delta": ({"name": "flip_flop"}, {"name": "delta"}),
    "parity/delta": ({"name": "parity"}, {"name": "delta", "negative": True}),
    "multi-query recall/attention": (RECALL, {"name": "attention"}),
}


def measure(name: str, seed: int, folder: Path) -> dict[str, Any]:
    """Train one condition, measure it, and judge what can be claimed of it."""
    task, memory = CONDITIONS[name]
    began = time.process_time()
    found = ms.train_portfolio(task, memory, folder, seed=seed, resume=folder.is_dir(), log=print)
    spent = time.process_time() - began
    network, chosen = found.network, found.candidates[found.chosen]
    size = network.configuration.training.largest
    rows = ms.evaluate(network, [size * times for times in MULTIPLES], network.task.shapes)
    exact = {
        str(times): min(min(row.exact, row.exact_discrete) for row in rows if row.size == size * times)
        for times in MULTIPLES
    }
    row = {
        "condition": name,
        "seed": seed,
        "template": chosen.template,
        "tried": sum(candidate.steps > 0 for candidate in found.candidates),
        "steps": sum(candidate.steps for candidate in found.candidates),
        "cpu_seconds": round(spent, 1),
        "size": size,
        "exact": exact,
        "fingerprint": network.fingerprint,
        "why": list(found.why),
    }
    return row | {"verdicts": judge(network)}


def judge(network: ms.Network) -> dict[str, Any]:
    """Judge the derived and the mined hypotheses, with more episodes until decided."""
    try:
        claims = [*derived(network), mined(network)]
        verdicts = look(Experiment(network, EPISODES), claims, bare=True)
    except ms.MannscopeError as problem:
        return {"refused": str(problem)}
    return {
        verdict.hypothesis.name: {
            "outcome": str(verdict.outcome),
            "scope": verdict.scope,
            "failed": verdict.failed,
            "undecided": verdict.undecided,
        }
        for verdict in verdicts
    }


def judge_again(name: str, seed: int, folder: Path) -> None:
    """Judge the network of a row again, if it is the one in the folder."""
    network = ms.load(folder)
    rows = read()
    for row in rows:
        if (row["condition"], row["seed"], row["fingerprint"]) == (name, seed, network.fingerprint):
            row["verdicts"] = judge(network)
            write(rows)
            print(json.dumps(row), flush=True)


def write(rows: list[dict[str, Any]]) -> None:
    """Write the rows, in the order of the conditions."""
    places = list(CONDITIONS)
    rows = sorted(rows, key=lambda row: (places.index(row["condition"]), row["seed"]))
    with atomic(ROWS) as partial:
        partial.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


def read() -> list[dict[str, Any]]:
    """Read the rows that there are."""
    return json.loads(ROWS.read_text(encoding="utf-8")) if ROWS.is_file() else []


def table(rows: list[dict[str, Any]]) -> str:
    """Put each condition in a line: seeds, how exact, what was taken, how long, and what holds."""
    lines = [
        "| task / memory | seeds | exact at 1x | 2x | 5x | taken | CPU seconds | a verdict holds |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name in CONDITIONS:
        here = [row for row in rows if row["condition"] == name]
        if not here:
            continue
        exact = " | ".join(
            ", ".join(f"{row['exact'][str(times)]:.3f}" for row in here) for times in MULTIPLES
        )
        taken = ", ".join(dict.fromkeys(row["template"] for row in here))
        seconds = f"{median(row['cpu_seconds'] for row in here):.0f}"
        holding = sum(
            any(
                verdict.get("outcome") == "passed"
                for verdict in row["verdicts"].values()
                if isinstance(verdict, dict)
            )
            for row in here
        )
        lines.append(f"| {name} | {len(here)} | {exact} | {taken} | {seconds} | {holding} of {len(here)} |")
    return "\n".join(lines)


def write_page() -> None:
    """Fill the page's table."""
    page, found = DOCS / "portfolio.md", table(read())
    text = fill_parts(page.read_text(encoding="utf-8"), {"portfolio": lambda: found})
    with atomic(page) as partial:
        partial.write_text(text, encoding="utf-8")


def main() -> None:
    """Measure what is asked for and not yet there, or fill the page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path, nargs="?")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--only", nargs="+", default=list(CONDITIONS))
    parser.add_argument("--page", action="store_true")
    parser.add_argument("--judge", action="store_true")
    options = parser.parse_args()
    if options.page:
        write_page()
        return
    for seed in options.seeds:
        for name in options.only:
            folder = options.out / name.replace("/", "-").replace(" ", "_") / f"seed-{seed}"
            known = any((row["condition"], row["seed"]) == (name, seed) for row in read())
            if options.judge and known and folder.is_dir():
                judge_again(name, seed, folder)
            elif not options.judge and not known:
                row = measure(name, seed, folder)
                write([*read(), row])
                print(json.dumps(row), flush=True)
            let_go_of_programs()


if __name__ == "__main__":
    main()
