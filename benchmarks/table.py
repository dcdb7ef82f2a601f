"""Print the results of `mannscope bench --json` as a table in Markdown.

Usage: python benchmarks/table.py [FILE]
"""

import json
import sys
from pathlib import Path

RESULTS = Path(__file__).parent / "results" / "bench.json"
COLUMNS = {
    "name": ("workload", "{}"),
    "threads": ("threads", "{}"),
    "cpu_ms": ("CPU, ms", "{:,.4g}"),
    "wall_ms": ("wall, ms", "{:,.4g}"),
    "floor_ms": ("floor, ms", "{:,.3g}"),
    "ratio": ("ratio", "{:.1f}"),
    "compile_s": ("compilation, s", "{:.1f}"),
    "compile_cached_s": ("cached, s", "{:.1f}"),
    "peak_mb": ("peak, MB", "{:,.0f}"),
    "us_per_sequence_step": ("µs a sequence step", "{:.3g}"),
    "trace_mb": ("trace, MB", "{:,.0f}"),
}


def main(path: Path) -> None:
    """Print a row for each workload and number of threads."""
    print("|", " | ".join(heading for heading, _ in COLUMNS.values()), "|")
    print("|---" * len(COLUMNS) + "|")
    for row in json.loads(path.read_text())["workloads"]:
        cells = [
            "" if row.get(name) is None else form.format(row[name]) for name, (_, form) in COLUMNS.items()
        ]
        print(f"| `{cells[0]}` |", " | ".join(cells[1:]), "|")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else RESULTS)
