"""The study from end to end: every task with every memory, from training to report."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mannscope.errors import MannscopeError
from mannscope.studies.cells import choose_cells
from mannscope.studies.journal import Log
from mannscope.studies.measure import measure
from mannscope.studies.report import write_report
from mannscope.studies.results import STANDARD, Protocol
from mannscope.studies.summary import summarise_cell
from mannscope.training import Configuration
from mannscope.training.store import write_json

SUMMARY, REPORT = "summary.json", "report.html"


def run_study(
    out: Path,
    *,
    quick: bool = False,
    seeds: int = 1,
    log: Log = lambda message: None,
    cells: Mapping[str, Configuration] | None = None,
    protocol: Protocol = STANDARD,
) -> dict[str, Any]:
    """Run the study, write `summary.json` and `report.html`, and give the summary.

    A study that was interrupted goes on where it stopped: networks with a finished result are left alone,
    and one that was being trained is trained further from its last checkpoint.

    Args:
        out: Folder of the study; each network has a folder in it, ``<cell>/seed-<n>``.
        quick: Train one cell, and take the networks of the others from the package.
        seeds: Networks of each cell that is trained.
        log: Told what is being done, and how long it took.
        cells: Configurations by name, to be trained instead of the paper's four cells.
        protocol: How much is measured.

    Raises:
        MannscopeError: if `seeds` is not positive, a bundled network is missing, or a folder of the study
            holds a run of another configuration.
    """
    began = time.perf_counter()
    if seeds < 1:
        raise MannscopeError("seeds must be at least 1", str(seeds), "Pass --seeds 1")
    out = Path(out)
    found = [
        [measure(cell, seed, out, protocol, log) for seed in cell.seeds(seeds)]
        for cell in choose_cells(quick, cells)
    ]
    summary = {
        "quick": quick,
        "seeds": seeds,
        "report": str(out / REPORT),
        "seconds": time.perf_counter() - began,
        "cells": [summarise_cell(results) for results in found],
    }
    write_report(out, REPORT, summary, found)
    write_json(out / SUMMARY, summary)
    log(f"wrote {out / REPORT}, {summary['seconds']:.0f} s in all")
    return summary
