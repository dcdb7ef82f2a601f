"""Train the networks whose strategy is taught, measure them, and put them into the package.

Usage: python scripts/train_planted.py [--kinds KIND ...] [--seeds SEED ...]

A network that does not do what its goal says is not written. The same seed gives the same bits on the same
machine. The table of docs/planted.md is made from all networks in the package.
"""

import argparse
import json
import math
import os
import time
from pathlib import Path

os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false")

from mannscope.errors import MannscopeError
from mannscope.files import atomic
from mannscope.planted.goals import GOALS
from mannscope.planted.measured import Measured, measure
from mannscope.planted.trained import SEEDS, bundled_folder, train_towards
from mannscope.training.store import save_network, write_json

PAGE = Path(__file__).parents[1] / "docs" / "planted.md"
BEGIN, END = "<!-- begin: trained -->", "<!-- end: trained -->"
MEASURED = "measured.json"
HEADINGS = (
    "kind",
    "seed",
    "exact",
    "at twice the size",
    "actions",
    "actions off episodes",
    "interchange",
    "hidden state",
    "seconds",
    "KB",
)


def main() -> None:
    """Train every kind that is named with every seed, and write the page's table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kinds", nargs="*", default=list(GOALS))
    parser.add_argument("--seeds", nargs="*", type=int, default=list(SEEDS))
    options = parser.parse_args()
    for kind in options.kinds:
        for seed in options.seeds:
            make(kind, seed)
    write_page()


def make(kind: str, seed: int) -> None:
    """Train and measure one network, and write it with its row of the table."""
    began = time.process_time()
    network = train_towards(kind, seed)
    seconds = time.process_time() - began
    measured = measure(network, GOALS[kind])
    if not measured.reached(GOALS[kind]):
        must = f"{kind} {seed} must do what its goal says"
        raise MannscopeError(must, str(measured), "Give it more steps in planted/goals.py")
    folder = bundled_folder(kind, seed)
    folder.mkdir(parents=True, exist_ok=True)
    save_network(network, folder)
    shares = {name: None if math.isnan(share) else share for name, share in measured._asdict().items()}
    size = sum(path.stat().st_size for path in folder.iterdir() if path.name != MEASURED)
    print(f"{kind} {seed}: {seconds:.0f} s, {network.fingerprint}, {measured}", flush=True)
    row = {"kind": kind, "seed": seed, **shares, "seconds": seconds, "bytes": size}
    write_json(folder / MEASURED, row)


def write_page() -> None:
    """Put the table of all networks into the page."""
    lines = [f"| {' | '.join(HEADINGS)} |", "|---" * len(HEADINGS) + "|"]
    folders = [bundled_folder(kind, seed) for kind in GOALS for seed in SEEDS]
    for row in [json.loads((one / MEASURED).read_text()) for one in folders if one.is_dir()]:
        shares = ["" if row[name] is None else f"{row[name]:.4f}" for name in Measured._fields]
        cells = (
            row["kind"],
            str(row["seed"]),
            *shares,
            f"{row['seconds']:.0f}",
            f"{row['bytes'] / 1000:.0f}",
        )
        lines.append(f"| {' | '.join(cells)} |")
    text = PAGE.read_text(encoding="utf-8")
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    with atomic(PAGE) as partial:
        partial.write_text("\n".join([before + BEGIN, *lines, END]) + after, encoding="utf-8")


if __name__ == "__main__":
    main()
