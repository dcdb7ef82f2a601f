"""Rows of the study's data, written by hand."""

from typing import Any

from mannscope.studies.data import tabulate

TIMES, SHAPES = (1, 2, 5, 10), ("random", "left")
MACHINE = {"processor": "a processor", "cores": 2}
VERDICT = {"name": "push and pop", "holds": True, "hypothesis": {}, "evidence": []}
MINED = {
    "name": "mined",
    "holds": False,
    "hypothesis": {"policy": {"stack 0": {"open": "PUSH", "close": "POP", "digit": "PUSH"}}},
    "evidence": [{"kind": "agreement", "passed": False}],
}
NOWHERE = {"hypotheses": []}


def result(seed: int, exact: float = 1.0, holds: bool = True, **changes: Any) -> dict[str, Any]:
    """Write a network's result, with the accuracy at ten times the largest size in the shape `left`."""
    accuracies = [
        {
            "size": 8 * times,
            "shape": shape,
            "exact": exact if (times, shape) == (10, "left") else 1.0,
            "exact_discrete": 1.0,
            "base_rate": 0.25,
            "episodes": 4,
        }
        for shape in SHAPES
        for times in TIMES
    ]
    return {
        "cell": "expressions-stack",
        "condition": "",
        "seed": seed,
        "weights": 1234,
        "training": {"steps": 100, "seconds": 60.0, "loss": 0.01},
        "seconds": 3600.0,
        "configuration": {
            "task": {"name": "expressions"},
            "memory": {"name": "stack"},
            "controller": {"name": "rnn"},
            "training": {"largest": 8},
        },
        "results": accuracies,
        "verify": {
            "hypotheses": [VERDICT | {"holds": holds}, MINED],
            "untrained": NOWHERE,
            "shuffled": NOWHERE,
        },
        "failures": None,
        "protocol": {"episodes": 8, "version": "1"},
        "replay": 0.0,
        "fingerprint": "f",
        **changes,
    }


def row(seed: int, exact: float = 1.0, holds: bool = True, **changes: Any) -> dict[str, Any]:
    """Write a network's row."""
    return tabulate([result(seed, exact, holds, **changes)], MACHINE)[0]
