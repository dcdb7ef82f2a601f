"""Run the Python of documentation pages, block by block in one namespace a page, and say how long it took.

Usage: python scripts/run_page.py docs/find-out.md          from the page's own folder, where its pictures are
       python scripts/run_page.py --all                     every page, each in an empty folder; 7 minutes

A block after a comment `<!-- not run: WHY -->` is left out. In an empty folder, `runs/reversal` is a copy of
the bundled `reversal-stack`.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"(<!-- not run: [^>]* -->\n)?^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def blocks(page: str) -> list[str]:
    """Give the blocks of Python of a page that are run, in their order."""
    return [block for left_out, block in BLOCK.findall(page) if not left_out]


def pages() -> list[Path]:
    """Give the pages that have such blocks."""
    known = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    return [page for page in known if blocks(page.read_text(encoding="utf-8"))]


def run(page: Path) -> None:
    """Run every block; pictures are written where the page shows them."""
    code = blocks(page.read_text(encoding="utf-8"))
    os.chdir(page.resolve().parent)
    namespace: dict[str, object] = {"__name__": "page"}
    for number, block in enumerate(code, start=1):
        print(f"--- block {number} of {len(code)}", flush=True)
        exec(compile(block, f"{page.name}, block {number}", "exec"), namespace)


def run_all() -> int:
    """Run every page in a process and an empty folder of its own; count those that fail."""
    failed = 0
    for page in pages():
        began = time.perf_counter()
        with TemporaryDirectory() as folder:
            here = Path(folder, "docs", page.name)
            here.parent.mkdir()
            shutil.copy(page, here)
            bundled = ROOT / "src" / "mannscope" / "checkpoints" / "reversal-stack"
            shutil.copytree(bundled, here.parent / "runs" / "reversal")
            done = subprocess.run(
                [sys.executable, __file__, str(here)], capture_output=True, text=True, check=False
            )
        print(f"{page.name}: {time.perf_counter() - began:.0f} s", flush=True)
        if done.returncode:
            failed += 1
            print(done.stderr[-600:])
    return failed


if __name__ == "__main__":
    sys.exit(run_all() if sys.argv[1:] == ["--all"] else run(Path(sys.argv[1])))
