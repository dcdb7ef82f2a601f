"""Measure what a training step costs against steps, batch, slots and width, for both memories, and draw it.

Usage: python benchmarks/scaling.py [--draw]    (--draw: draw again what was measured before)
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from mannscope.bench.benchmark import environment
from mannscope.bench.timing import cost, median_cost
from mannscope.bench.training_programs import TrainingStep
from mannscope.figures.save import save
from mannscope.figures.style import PAGE, category_colour, category_marker, styled
from mannscope.hardware import describe_machine
from mannscope.memories import NTM, Stack

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results" / "scaling.json"
PICTURE = ROOT / "docs" / "pictures" / "scaling.svg"

MEMORIES = {"stack": Stack, "ntm": NTM}
BASE = {"steps": 40, "batch": 32, "slots": 64, "width": 16, "hidden": 64}
"""What every point has but for the one number that varies; the controller is an LSTM."""
VARIED = {
    "steps": (10, 20, 40, 80, 160),
    "batch": (1, 4, 16, 32, 128),
    "slots": (16, 32, 64, 128, 256),
    "width": (4, 8, 16, 32, 64),
}
REPEATS = 15
Points = list[dict[str, Any]]


def main(*, draw_only: bool) -> None:
    """Measure every point, unless that was done before, and draw all of them."""
    if not draw_only:
        points = [
            point(memory, what, value) for memory in MEMORIES for what in VARIED for value in VARIED[what]
        ]
        found = {"machine": describe_machine(), "base": BASE, "points": points, "growth": growth(points)}
        RESULTS.write_text(json.dumps(found, indent=2) + "\n")
    save(draw(json.loads(RESULTS.read_text())["points"]), PICTURE)


def point(memory: str, what: str, value: int) -> dict[str, Any]:
    """Measure one training step, in milliseconds of CPU time."""
    sizes = BASE | {what: value}
    machine = MEMORIES[memory](width=sizes.pop("width"))
    run = TrainingStep(machine, "lstm", **sizes).program().run
    cost(run)
    milliseconds = 1e3 * median_cost(run, REPEATS).cpu
    print(f"{memory}, {what} {value}: {milliseconds:.2f} ms", flush=True)
    return {"memory": memory, "varied": what, "value": value, "cpu_ms": milliseconds}


def growth(points: Points) -> dict[str, dict[str, float]]:
    """Return the exponent of the cost over the last three values, by memory and by what varied."""
    return {
        memory: {
            what: float(np.log(times[-1] / times[-3]) / np.log(values[-1] / values[-3]))
            for what in VARIED
            for values, times in [curve(points, memory, what)]
        }
        for memory in MEMORIES
    }


def curve(points: Points, memory: str, what: str) -> tuple[list[int], list[float]]:
    """Pick the points of one line."""
    ours = [point for point in points if (point["memory"], point["varied"]) == (memory, what)]
    return [point["value"] for point in ours], [point["cpu_ms"] for point in ours]


@styled
def draw(points: Points) -> Figure:
    """Draw a panel for each number that varies, with a line for each memory."""
    figure = Figure(figsize=(PAGE, 1.9), layout="constrained")
    panels = figure.subplots(1, len(VARIED), sharey=True)
    for panel, what in zip(panels, VARIED, strict=True):
        for index, memory in enumerate(MEMORIES):
            style = {"color": category_colour(index), "marker": category_marker(index), "label": memory}
            panel.plot(*curve(points, memory, what), **style)
        panel.set(xscale="log", yscale="log", xlabel=what, xticks=VARIED[what])
        panel.set_xticks([], minor=True)
        panel.set_xticklabels(map(str, VARIED[what]))
    panels[0].set_ylabel("ms of CPU time a step")
    panels[0].legend()
    return figure


if __name__ == "__main__":
    os.environ.update(environment(1))  # before JAX starts
    main(draw_only="--draw" in sys.argv[1:])
