"""The study's data: one row for each network, as a Parquet file that needs no mannscope to be read."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mannscope.errors import MannscopeError
from mannscope.files import atomic
from mannscope.studies.results import Result

DATA = "networks.parquet"

Row = dict[str, Any]


def tabulate(results: Sequence[Result], machine: Mapping[str, Any]) -> list[Row]:
    """Lay results out, a row for each network.

    Columns `exact 5x left` and `discretised 5x left` are accuracies, in [0, 1], at five times the largest
    size trained on, in the shape `left`, with soft and with the most probable actions; `base rate 5x left` is
    what the commonest answer alone would get. `worst 5x` is the least of all accuracies at that size.
    """
    rows = [_row(result, machine) for result in results]
    columns = dict.fromkeys(name for row in rows for name in row)
    return [{name: row.get(name) for name in columns} for row in rows]


def write_data(path: Path, rows: Sequence[Row]) -> None:
    """Write the data, whole or not at all.

    Raises:
        MannscopeError: if pyarrow is not installed.
    """
    arrow, parquet = _pyarrow()
    with atomic(path) as partial:
        parquet.write_table(arrow.Table.from_pylist(list(rows)), partial)


def read_data(path: Path) -> list[Row]:
    """Read the data.

    Raises:
        MannscopeError: if there is no such file, it is cut off, or pyarrow is not installed.
    """
    arrow, parquet = _pyarrow()
    if not path.is_file():
        remedy = f"Write it with: mannscope study --out DIR, and pass --data DIR/{DATA}"
        raise MannscopeError("the study's data must be a Parquet file", str(path), remedy)
    try:
        return parquet.read_table(path).to_pylist()
    except (OSError, arrow.ArrowException) as problem:
        must = f"{path} must be a complete Parquet file"
        raise MannscopeError(must, " ".join(str(problem).split()), "Copy or write it again") from problem


def strategy(result: Result) -> tuple[str, bool]:
    """Name what a network does, and tell whether that hypothesis holds.

    It is the first stated hypothesis that holds, or else what was mined: the blocks of symbols, and what is
    done at each.
    """
    verdicts = result["verify"]["hypotheses"]
    if not verdicts:
        return "no memory", False
    stated, mined = verdicts[:-1], verdicts[-1]
    for verdict in stated:
        if verdict["holds"]:
            return verdict["name"], True
    return told(mined["hypothesis"]), bool(mined["holds"])


def told(hypothesis: Mapping[str, Any]) -> str:
    """Put a policy in a line, an actor after the other: `PUSH at open, digit; POP at close`."""
    parts = []
    for actor, rules in hypothesis["policy"].items():
        done: dict[str, list[str]] = {}
        for block, action in rules.items():
            done.setdefault(action, []).append(block)
        line = "; ".join(f"{action} at {', '.join(blocks)}" for action, blocks in done.items())
        parts.append(line if len(hypothesis["policy"]) == 1 else f"{actor}: {line}")
    return " | ".join(parts)


def _row(result: Result, machine: Mapping[str, Any]) -> Row:
    configuration, training = result["configuration"], result["training"] or {}
    named, holds = strategy(result)
    verdicts = result["verify"]["hypotheses"]
    return {
        "cell": result["cell"],
        "task": configuration["task"]["name"],
        "memory": configuration["memory"]["name"],
        "controller": configuration["controller"]["name"],
        "condition": result["condition"],
        "seed": result["seed"],
        "weights": result["weights"],
        "largest trained size": configuration["training"]["largest"],
        "steps": training.get("steps"),
        "training seconds": training.get("cpu_seconds", training.get("seconds")),
        "last loss": training.get("loss"),
        "seconds": result["seconds"],
        **_accuracies(result),
        "strategy": named,
        "strategy holds": holds,
        "hypotheses that hold": [verdict["name"] for verdict in verdicts if verdict["holds"]],
        "fails on": [_failures(verdict) for verdict in verdicts],
        **{
            f"holds on {name}": sum(verdict["holds"] for verdict in result["verify"][control]["hypotheses"])
            for name, control in (("untrained twin", "untrained"), ("shuffled categories", "shuffled"))
        },
        **_failures_at(result["failures"]),
        "episodes": result["results"][0]["episodes"],
        "episodes verified": result["protocol"]["episodes"],
        "replay": result["replay"],
        "fingerprint": result["fingerprint"],
        "version": result["protocol"]["version"],
        "processor": machine["processor"],
        "cores": machine["cores"],
    }


def _failures_at(found: Mapping[str, Any] | None) -> dict[str, Any]:
    """Lay out the first errors at the least size that a network fails at, as shares of its failures."""
    if found is None:
        return {}
    wrong = max(found["wrong"], 1)
    causes = {f"{cause} errors": count / wrong for cause, count in found["causes"].items()}
    noisy = {f"exact there with noise {level}": exact for level, exact in found["exact_noisy"].items()}
    right = 1 - found["wrong"] / found["episodes"]
    return {"fails at": f"{found['size']} {found['shape']}", **causes, "exact there": right, **noisy}


def _accuracies(result: Result) -> dict[str, float]:
    largest, columns = result["configuration"]["training"]["largest"], {}
    worst: dict[str, float] = {}
    for row in result["results"]:
        times = f"{row['size'] // largest}x"
        place = f"{times} {row['shape']}"
        columns[f"exact {place}"] = row["exact"]
        columns[f"discretised {place}"] = row["exact_discrete"]
        columns[f"base rate {place}"] = row["base_rate"]
        least = min(row["exact"], row["exact_discrete"], worst.get(f"worst {times}", 1.0))
        worst[f"worst {times}"] = least
    return columns | worst


def _failures(verdict: Mapping[str, Any]) -> str:
    failed = [piece["kind"] for piece in verdict["evidence"] if not piece["passed"]]
    return f"{verdict['name']}: {', '.join(failed) or 'nothing'}"


def _pyarrow() -> tuple[Any, Any]:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as problem:
        remedy = "pip install 'mannscope[parquet]'"
        raise MannscopeError("pyarrow must be installed for Parquet", "none", remedy) from problem
    return pa, pq
