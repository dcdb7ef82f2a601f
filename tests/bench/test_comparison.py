"""An earlier benchmark is read, and divided by."""

import json
from pathlib import Path
from typing import Any

import pytest

from mannscope.bench.comparison import compare, read_earlier
from mannscope.errors import MannscopeError


def results(**changes: Any) -> dict[str, Any]:
    """Make a benchmark of one workload."""
    row = {"name": "step", "threads": 1, "batch": 32, "cpu_ms": 10.0, "floor_ms": 5.0}
    return {"workloads": [row | changes]}


def test_half_the_time_is_a_half() -> None:
    compared = compare(results(cpu_ms=5.0), results())
    assert compared == {
        "workloads": [{"name": "step", "threads": 1, "cpu": 0.5, "ratio": 0.5}],
        "only_now": [],
        "only_then": [],
    }


def test_a_slower_machine_changes_the_times_and_not_the_ratios() -> None:
    (row,) = compare(results(cpu_ms=20.0, floor_ms=10.0), results())["workloads"]
    assert (row["cpu"], row["ratio"]) == (2, 1)


def test_what_has_no_floor_is_compared_by_its_time_alone() -> None:
    (row,) = compare(results(floor_ms=None), results(floor_ms=None))["workloads"]
    assert (row["cpu"], row["ratio"]) == (1, None)


@pytest.mark.parametrize("change", [{"name": "other"}, {"threads": 2}, {"batch": 1}])
def test_what_was_measured_once_is_named(change: dict[str, Any]) -> None:
    compared = compare(results(), results(**change))
    assert compared["workloads"] == []
    assert compared["only_now"] == ["step (threads 1, batch 32)"]
    assert len(compared["only_then"]) == 1


def test_results_are_read_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "then.json").write_text(json.dumps(results()))
    assert read_earlier(tmp_path / "then.json") == results()


@pytest.mark.parametrize(
    ("text", "got"),
    [
        (None, "No such file"),
        ("{", "no JSON"),
        ("[]", "without a list of workloads"),
        ('{"workloads": [{"name": "step"}]}', "a workload without name or cpu_ms"),
        ('{"workloads": [3]}', "a workload without name or cpu_ms"),
    ],
)
def test_a_file_that_is_no_benchmark_is_refused(tmp_path: Path, text: str | None, got: str) -> None:
    path = tmp_path / "then.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(MannscopeError, match=f"must hold a benchmark's results. Got .*{got}"):
        read_earlier(path)
