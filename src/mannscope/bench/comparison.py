"""What is faster or slower than in an earlier benchmark."""

import json
from pathlib import Path
from typing import Any

from mannscope.errors import MannscopeError

Key = tuple[str, int, int | None]
"""Name, threads and batch: a workload of another batch is another workload."""


def read_earlier(path: str | Path) -> dict[str, Any]:
    """Read what an earlier benchmark printed as JSON.

    Raises:
        MannscopeError: if the file is not there, is no JSON, or holds no workloads.
    """
    must, remedy = f"{path} must hold a benchmark's results", "Write some with: mannscope bench --json > FILE"
    try:
        found = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        got = problem.strerror if isinstance(problem, OSError) else f"no JSON ({problem})"
        raise MannscopeError(must, got or str(problem), remedy) from problem
    rows = found.get("workloads") if isinstance(found, dict) else None
    if not isinstance(rows, list):
        raise MannscopeError(must, "JSON without a list of workloads", remedy)
    for row in rows:
        if not (isinstance(row, dict) and "name" in row and isinstance(row.get("cpu_ms"), int | float)):
            raise MannscopeError(must, f"a workload without name or cpu_ms: {row!r:.60}", remedy)
    return found


def compare(now: dict[str, Any], then: dict[str, Any]) -> dict[str, Any]:
    """Divide every workload's CPU time by the earlier one, and its ratio to the baseline likewise.

    Below 1 is faster than before. The second depends less on the machine than the first. Workloads that were
    measured only once are listed.
    """
    new, old = _by_key(now), _by_key(then)
    pairs = [(row, old[key]) for key, row in new.items() if key in old]
    return {
        "workloads": [
            {
                "name": row["name"],
                "threads": row["threads"],
                "cpu": row["cpu_ms"] / before["cpu_ms"],
                "ratio": _quotient(_ratio(row), _ratio(before)),
            }
            for row, before in pairs
        ],
        "only_now": [_title(key) for key in new if key not in old],
        "only_then": [_title(key) for key in old if key not in new],
    }


def _by_key(results: dict[str, Any]) -> dict[Key, dict[str, Any]]:
    return {(row["name"], row.get("threads", 1), row.get("batch")): row for row in results["workloads"]}


def _title(key: Key) -> str:
    name, threads, batch = key
    return f"{name} (threads {threads}, batch {batch})"


def _ratio(row: dict[str, Any]) -> float | None:
    return _quotient(row["cpu_ms"], row.get("floor_ms"))


def _quotient(above: float | None, below: float | None) -> float | None:
    return above / below if above is not None and below else None
