"""Measure when runs of recipes learned what, keep the numbers, and draw the picture of the documentation.

Usage: python scripts/make_history.py [RUNS]

RUNS holds a run folder by the name of each recipe, trained with --keep-every. Without it, the picture is
drawn anew from the numbers.
"""

import json
import sys
from pathlib import Path
from typing import Any

from mannscope import figures
from mannscope.files import atomic, strict
from mannscope.histories import history

DOCS = Path(__file__).parents[1] / "docs"
DATA, PICTURE = DOCS / "results" / "history.json", DOCS / "pictures" / "history.svg"
RECIPES = ("reversal-stack", "reversal-ntm", "expressions-stack")


def main(runs: Path | None) -> None:
    """Measure, where runs are given, and draw."""
    if runs is not None:
        found = [measure(runs / name) for name in RECIPES if (runs / name).is_dir()]
        with atomic(DATA) as partial:
            partial.write_text(json.dumps(found) + "\n", encoding="utf-8")
        print(DATA)
    told = json.loads(DATA.read_text(encoding="utf-8"))
    print(figures.save(figures.history({one["run"]: one for one in told}), PICTURE))


def measure(folder: Path) -> dict[str, Any]:
    """Give the history of a run, under the name of its recipe, in four decimals."""
    found = history(folder, log=print)
    print(f"{folder.name}: {found.line()}", flush=True)
    return rounded(strict(found.to_dict())) | {"run": folder.name}


def rounded(value: Any) -> Any:
    """Round every number of plain values."""
    if isinstance(value, dict):
        return {name: rounded(part) for name, part in value.items()}
    if isinstance(value, list):
        return [rounded(part) for part in value]
    return round(value, 4) if isinstance(value, float) else value


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
