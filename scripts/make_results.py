"""Take a finished study into the documentation: its data, its pictures, and the tables of its page.

Usage: python scripts/make_results.py STUDY
"""

import shutil
import sys
from pathlib import Path

from mannscope import figures
from mannscope.files import atomic
from mannscope.study import fill
from mannscope.study.data import DATA, Row, read_data
from mannscope.study.page.markdown_tables import TIMES

DOCS = Path(__file__).parents[1] / "docs"
KINDS = {"stack": "stack", "ntm": "NTM", "none": "LSTM, no memory"}


def main(study: Path) -> None:
    """Copy the data, draw the pictures, fill the page."""
    (DOCS / "results").mkdir(exist_ok=True)
    data = DOCS / "results" / DATA
    shutil.copy(study / DATA, data)
    rows = read_data(data)
    for task in dict.fromkeys(row["task"] for row in rows):
        print(draw(task, [row for row in rows if row["task"] == task and not row["variant"]]))
    page = DOCS / "results.md"
    text = fill(page.read_text(encoding="utf-8"), rows)
    with atomic(page) as partial:
        partial.write_text(text, encoding="utf-8")
    print(page)


def draw(task: str, rows: list[Row]) -> Path:
    """Draw accuracy in the worst shape, a dot a network."""
    kinds = {
        name: [[row[f"worst {times}"] for times in TIMES] for row in rows if row["memory"] == memory]
        for memory, name in KINDS.items()
    }
    axes = figures.accuracy_over_seeds(kinds, TIMES, ax=figures.new_axes(figures.PAGE * 0.7, 2.2))
    return figures.save(axes, DOCS / "pictures" / f"results-{task}.svg")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
