"""The scripts in benchmarks/ measure, draw and print what they say."""

import json
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from unittest.mock import Mock, call

import pytest

from mannscope.bench.training_programs import TrainingStep
from mannscope.memories import Stack

FOLDER = Path(__file__).parents[1] / "benchmarks"
TINY = TrainingStep(Stack(width=2), "rnn", 4, batch=2, steps=4)


def script(name: str) -> ModuleType:
    """Load a script without running it."""
    spec = spec_from_file_location(f"benchmark_{name}", FOLDER / f"{name}.py")
    assert spec is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def scaling() -> ModuleType:
    """Load the script that measures scaling."""
    return script("scaling")


def squares(scaling: ModuleType) -> list[dict]:
    """Make points whose cost is the square of what varies."""
    return [
        {"memory": memory, "varied": what, "value": value, "cpu_ms": float(value**2)}
        for memory in scaling.MEMORIES
        for what, values in scaling.VARIED.items()
        for value in values
    ]


def test_a_cost_that_is_a_square_grows_with_exponent_two(scaling) -> None:
    growth = scaling.growth(squares(scaling))
    assert growth.keys() == {"stack", "ntm"}
    assert all(exponent == pytest.approx(2) for of in growth.values() for exponent in of.values())


def test_a_panel_is_drawn_for_each_number_with_a_line_for_each_memory(scaling) -> None:
    panels = scaling.draw(squares(scaling)).axes
    assert [panel.get_xlabel() for panel in panels] == ["steps", "batch", "slots", "width"]
    assert [line.get_label() for line in panels[0].lines] == ["stack", "ntm"]


def test_a_point_varies_one_number(scaling, monkeypatch) -> None:
    step = Mock()
    monkeypatch.setattr(scaling, "TrainingStep", step)
    point = scaling.point("stack", "steps", 5)
    assert (point["varied"], point["value"]) == ("steps", 5)
    assert step.call_args == call(Stack(width=16), "lstm", steps=5, batch=32, slots=64, hidden=64)


@pytest.mark.parametrize("way", ["vmap", "lax.map"])
def test_seeds_are_measured_in_one_program(way, monkeypatch) -> None:
    seeds = script("seeds")
    monkeypatch.setattr(seeds, "REPEATS", 1)
    assert all(value > 0 for value in seeds.one_process(TINY, way).values())


def test_results_are_printed_as_a_table(tmp_path, capsys) -> None:
    row = {"name": "step", "threads": 1, "cpu_ms": 1234.5, "wall_ms": 2.0, "floor_ms": None}
    (tmp_path / "bench.json").write_text(json.dumps({"workloads": [row]}))
    script("table").main(tmp_path / "bench.json")
    heading, rule, line = capsys.readouterr().out.splitlines()
    assert heading.count("|") == rule.count("|") == line.count("|")
    assert line.startswith("| `step` | 1 | 1,234 | 2 |  |")
