"""Results and rows of the study's data, written by hand."""

from typing import Any

from mannscope.study.data import tabulate
from mannscope.study.network_result import Example, NetworkResult
from mannscope.training import Evaluation
from mannscope.training.recipes import read_recipe

TIMES, SHAPES = (1, 2, 5, 10), ("random", "left")
MACHINE = {"processor": "a processor", "cores": 2}
VERDICT = {"name": "push and pop", "holds": True, "hypothesis": {}, "evidence": []}
MINED = {
    "name": "mined",
    "holds": False,
    "hypothesis": {"policy": {"stack 0": {"open": "PUSH", "close": "POP", "digit": "PUSH"}}},
    "evidence": [{"kind": "agreement", "outcome": "failed", "decides": True}],
}
NOWHERE = {"hypotheses": []}


def evaluation(times: int, shape: str, exact: float, discrete: float = 1.0) -> Evaluation:
    """Make an evaluation at a multiple of the largest size trained on, which is 8."""
    return Evaluation(8 * times, shape, 4, exact, exact, discrete, 0.25, (0.0, 1.0))


def result(seed: int, exact: float = 1.0, holds: bool = True, **changes: Any) -> NetworkResult:
    """Make a network's result, with the accuracy at ten times the largest size in the shape `left`."""
    fields = {
        "condition": "expressions-stack",
        "variant": "",
        "seed": seed,
        "run": "a run",
        "fingerprint": "f",
        "protocol": {"episodes": 8, "version": "1"},
        "configuration": read_recipe("expressions-stack"),
        "weights": 1234,
        "training": {"steps": 100, "seconds": 60.0, "loss": 0.01},
        "example": Example(0, "(1+2)=", ("3",), ("3",), 1, 1),
        "evaluations": tuple(
            evaluation(times, shape, exact if (times, shape) == (10, "left") else 1.0)
            for shape in SHAPES
            for times in TIMES
        ),
        "replay": 0.0,
        "mined": None,
        "verification": {
            "hypotheses": [VERDICT | {"holds": holds}, MINED],
            "untrained": NOWHERE,
            "elsewhere": NOWHERE,
            "shuffled": NOWHERE,
        },
        "first_failures": None,
        "pictures": (),
        "seconds": 3600.0,
    }
    return NetworkResult(**fields | changes)


def row(seed: int, exact: float = 1.0, holds: bool = True, **changes: Any) -> dict[str, Any]:
    """Make a network's row."""
    return tabulate([result(seed, exact, holds, **changes)], MACHINE)[0]
