"""Train the recipes that generalise on seeds that nobody looked at while they were made: 11 to 20.

Usage: python scripts/run_fresh_seeds.py OUT [WORKERS]    (continues where it was interrupted)
"""

import sys
from dataclasses import replace
from pathlib import Path

from mannscope.study import run_study
from mannscope.training.recipes import read_recipe

RECIPES = ("reversal-stack", "reversal-ntm", "expressions-stack")
FIRST, COUNT = 11, 10


def main(out: Path, workers: int) -> None:
    """Train, measure and verify; OUT/networks.parquet has a row for each network."""
    conditions = {name: replace(read_recipe(name), seed=FIRST) for name in RECIPES}
    run_study(out, seeds=COUNT, workers=workers, conditions=conditions, log=print)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1)
