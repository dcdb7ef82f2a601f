"""Put the contents claimed of every network of a finished study to the causal test, and keep the numbers.

Usage: python scripts/make_interchange.py STUDY
"""

import json
import sys
from pathlib import Path
from typing import Any

from mannscope.hypotheses.storing import interchange

from mannscope.files import atomic
from mannscope.hypotheses import Experiment, derived
from mannscope.training import load

TARGET = Path(__file__).parents[1] / "docs" / "results" / "interchange.json"
CELLS = ("reversal-stack", "reversal-ntm", "expressions-stack")


def main(study: Path) -> None:
    """Measure every seed of the cells that generalise."""
    folders = [folder for cell in CELLS for folder in sorted((study / cell).iterdir(), key=seed)]
    rows = [row for folder in folders for row in measure(folder)]
    with atomic(TARGET) as partial:
        partial.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    print(TARGET)


def measure(folder: Path) -> list[dict[str, Any]]:
    """Give a row for each built-in claim of contents about one network."""
    network = load(folder)
    experiment, rows = Experiment(network), []
    for claim in derived(network):
        table = claim.table(experiment.symbols, experiment.actors)
        for piece in interchange(experiment, claim, table):
            rows.append(
                {
                    "cell": folder.parent.name,
                    "seed": seed(folder),
                    "hypothesis": claim.name,
                    "algorithm": claim.algorithm,
                    "score": piece.score,
                    "unmoved": piece.control,
                    "swaps": piece.details["counted"],
                    "fingerprint": network.fingerprint,
                }
            )
    print(folder, flush=True)
    return rows


def seed(folder: Path) -> int:
    """Read the seed off the folder's name."""
    return int(folder.name.removeprefix("seed-"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
