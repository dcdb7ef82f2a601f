"""Put the data of an atlas into the documentation, and fill its page.

Usage: python scripts/make_atlas.py ATLAS

ATLAS is a folder of `mannscope atlas`. What the data has besides stays.
"""

import sys
from pathlib import Path

from mannscope.atlas import DATA, fill
from mannscope.files import atomic
from mannscope.parquet import read_rows, write_rows

DOCS = Path(__file__).parents[1] / "docs"


def main(folder: Path) -> None:
    """Join both, the newer over the older, and fill the page."""
    data, page = DOCS / "results" / DATA, DOCS / "atlas.md"
    known = read_rows(data, "") if data.is_file() else []
    rows = {(row["pair"], row["seed"]): row for row in (*known, *read_rows(folder / DATA, "Run the atlas"))}
    joined = [rows[key] for key in sorted(rows)]
    write_rows(data, joined)
    text = fill(page.read_text(encoding="utf-8"), joined)
    with atomic(page) as partial:
        partial.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
