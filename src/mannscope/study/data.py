"""The study's data: one row for each network, as a Parquet file that can be read without mannscope."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mannscope.hypotheses import described
from mannscope.parquet import Row, read_rows
from mannscope.study.network_result import NetworkResult

DATA = "networks.parquet"
CONTROLS = {
    "untrained control": "untrained",
    "answers from elsewhere": "elsewhere",
    "shuffled categories": "shuffled",
}
"""Name of a control in a column -> its name in a verification."""


def tabulate(results: Sequence[NetworkResult], machine: Mapping[str, Any]) -> list[Row]:
    """Make a row for each network.

    Columns `exact 5x left` and `discretised 5x left` are accuracies, in [0, 1], at five times the largest
    size trained on, in the shape `left`, with soft and with the most probable actions; `base rate 5x left` is
    what the most frequent answer alone would get. `worst 5x` is the least of all accuracies at that size.
    """
    rows = [_row(result, machine) for result in results]
    columns = dict.fromkeys(name for row in rows for name in row)
    return [{name: row.get(name) for name in columns} for row in rows]


def read_data(path: Path) -> list[Row]:
    """Read the data.

    Raises:
        MannscopeError: if there is no such file, it is truncated, or pyarrow is not installed.
    """
    return read_rows(path, f"Write it with: mannscope study --out DIR, and pass --data DIR/{DATA}")


def strategy(result: NetworkResult) -> tuple[str, bool]:
    """Return the description of a network's strategy, and whether that hypothesis holds.

    It is the first stated hypothesis that holds, or else the mined one: the blocks of symbols, and the action
    at each.
    """
    verdicts = result.verification["hypotheses"]
    if not verdicts:
        return "no memory", False
    stated, mined = verdicts[:-1], verdicts[-1]
    for verdict in stated:
        if verdict["holds"]:
            return verdict["name"], True
    return described(mined["hypothesis"]["policy"]), bool(mined["holds"])


def _row(result: NetworkResult, machine: Mapping[str, Any]) -> Row:
    configuration, training = result.configuration, result.training or {}
    description, holds = strategy(result)
    verdicts = result.verification["hypotheses"]
    return {
        "condition": result.condition,
        "task": configuration.task["name"],
        "memory": configuration.memory["name"],
        "controller": configuration.controller["name"],
        "variant": result.variant,
        "seed": result.seed,
        "weights": result.weights,
        "largest trained size": configuration.training.largest,
        "steps": training.get("steps"),
        "training seconds": training.get("cpu_seconds", training.get("seconds")),
        "last loss": training.get("loss"),
        "seconds": result.seconds,
        **_accuracies(result),
        "strategy": description,
        "strategy holds": holds,
        "hypotheses that hold": [verdict["name"] for verdict in verdicts if verdict["holds"]],
        "fails on": [_failed_evidence(verdict) for verdict in verdicts],
        **{
            f"holds on {name}": sum(v["holds"] for v in result.verification[control]["hypotheses"])
            for name, control in CONTROLS.items()
        },
        **_first_failures(result.first_failures),
        "episodes": result.evaluations[0].episodes,
        "episodes verified": result.protocol["episodes"],
        "replay": result.replay,
        "fingerprint": result.fingerprint,
        "version": result.protocol["version"],
        "processor": machine["processor"],
        "cores": machine["cores"],
    }


def _first_failures(found: Mapping[str, Any] | None) -> dict[str, Any]:
    """Make columns of the first errors at the smallest size that a network fails at, as shares."""
    if found is None:
        return {}
    wrong = max(found["wrong"], 1)
    causes = {f"{cause} errors": count / wrong for cause, count in found["causes"].items()}
    noisy = {f"exact there with noise {level}": exact for level, exact in found["exact_noisy"].items()}
    right = 1 - found["wrong"] / found["episodes"]
    return {"fails at": f"{found['size']} {found['shape']}", **causes, "exact there": right, **noisy}


def _accuracies(result: NetworkResult) -> dict[str, float]:
    columns: dict[str, float] = {}
    worst: dict[str, float] = {}
    for row in result.evaluations:
        times = f"{row.size // result.configuration.training.largest}x"
        place = f"{times} {row.shape}"
        columns[f"exact {place}"] = row.exact
        columns[f"discretised {place}"] = row.exact_discrete
        columns[f"base rate {place}"] = row.base_rate
        least = min(row.exact, row.exact_discrete, worst.get(f"worst {times}", 1.0))
        worst[f"worst {times}"] = least
    return columns | worst


def _failed_evidence(verdict: Mapping[str, Any]) -> str:
    deciding = [piece for piece in verdict["evidence"] if piece["decides"]]
    failed = [piece["kind"] for piece in deciding if piece["outcome"] == "failed"]
    undecided = [f"{piece['kind']} (undecided)" for piece in deciding if piece["outcome"] == "undecided"]
    return f"{verdict['name']}: {', '.join([*failed, *undecided]) or 'nothing'}"
