"""Take a finished self-test into the documentation: its numbers, and the table of its page.

Usage: mannscope verify --self-test --workers 2 --json > self-test.json
       python scripts/make_self_test.py self-test.json
"""

import json
import shutil
import sys
from pathlib import Path

from mannscope.files import atomic
from mannscope.self_test import matrix_table
from mannscope.study.page import fill_parts

DOCS = Path(__file__).parents[1] / "docs"


def main(numbers: Path) -> None:
    """Copy the numbers, and fill the page."""
    shutil.copy(numbers, DOCS / "results" / "self-test.json")
    table = matrix_table(json.loads(numbers.read_text(encoding="utf-8")))
    page = DOCS / "self-test.md"
    text = fill_parts(page.read_text(encoding="utf-8"), {"matrix": lambda: table})
    with atomic(page) as partial:
        partial.write_text(text, encoding="utf-8")
    print(page)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
