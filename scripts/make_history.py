"""Measure when runs of recipes learned what, keep the numbers, and draw the picture of the documentation.

Usage: python scripts/make_history.py [RUN ...]

RUN is a run folder with the name of its recipe, trained with --keep-every. Numbers of others stay as they
are; without any, the picture is drawn anew from the numbers.
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


def main(runs: list[Path]) -> None:
    """Measure the runs, and draw all that were measured."""
    told = json.loads(DATA.read_text(encoding="utf-8")) if DATA.is_file() else []
    by_name = {one["run"]: one for one in told}
    for run in runs:
        by_name[run.name] = measure(run)
        with atomic(DATA) as partial:
            found = [by_name[name] for name in RECIPES if name in by_name]
            partial.write_text(json.dumps(found) + "\n", encoding="utf-8")
    print(
        figures.save(figures.history({name: by_name[name] for name in RECIPES if name in by_name}), PICTURE)
    )


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
    main([Path(run) for run in sys.argv[1:]])
