"""Run the Python of a documentation page, block by block in one namespace, from the page's own folder.

Usage: python scripts/run_page.py docs/find-out.md
"""

import os
import re
import sys
from pathlib import Path

BLOCK = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def blocks(page: str) -> list[str]:
    """Give the blocks of Python of a page, in their order."""
    return BLOCK.findall(page)


def main(page: Path) -> None:
    """Run every block; pictures are written where the page shows them."""
    code = blocks(page.read_text(encoding="utf-8"))
    os.chdir(page.resolve().parent)
    namespace: dict[str, object] = {"__name__": "page"}
    for number, block in enumerate(code, start=1):
        print(f"--- block {number} of {len(code)}", flush=True)
        exec(compile(block, f"{page.name}, block {number}", "exec"), namespace)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
