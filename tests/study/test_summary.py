"""A condition is summarised over its seeds."""

from typing import Any

from mannscope.study import NetworkResult, study_table
from mannscope.study.summary import summarise_condition
from study.rows import evaluation, result


def verdict(holds: bool) -> dict[str, Any]:
    return {"name": "push and pop", "holds": holds}


def judged(seed: int, exact: float, holds: bool, untrained: bool = False) -> NetworkResult:
    """Make a result with one verdict; only the first shape has this accuracy."""
    rows = (
        evaluation(times, shape, exact if shape == "random" else 0.0, 0.5)
        for shape in ("random", "left")
        for times in (1, 2, 5)
    )
    verification = {
        "hypotheses": [verdict(holds)],
        "untrained": {"hypotheses": [verdict(untrained)]},
        "elsewhere": {"hypotheses": [verdict(False)]},
        "shuffled": {"hypotheses": [verdict(False)]},
    }
    return result(seed, evaluations=tuple(rows), verification=verification)


def test_accuracy_over_seeds_is_of_the_first_shape() -> None:
    summary = summarise_condition([judged(0, 1.0, True), judged(1, 0.5, False)])
    spread = {"mean": 0.75, "std": 0.25, "best": 1.0, "worst": 0.5}
    assert summary["exact"] == dict.fromkeys(("8", "16", "40"), spread)


def test_a_hypothesis_is_counted_over_the_seeds() -> None:
    summary = summarise_condition([judged(0, 1.0, True), judged(1, 0.5, False)])
    assert summary["holding"] == {"push and pop": "1 of 2"}


def test_the_tables_last_columns_count_the_controls() -> None:
    summary = summarise_condition([judged(0, 1.0, True, untrained=True), judged(1, 0.5, False)])
    columns = [list(column.cells) for column in study_table({"conditions": [summary]}).columns]
    assert [str(column[0]) for column in columns[-5:-1]] == ["push and pop", "1 of 2", "1 of 2", "0 of 2"]
