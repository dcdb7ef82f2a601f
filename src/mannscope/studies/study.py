"""The study from end to end: every task with every memory, from training to report."""

import time
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any

from mannscope.errors import MannscopeError
from mannscope.studies.cells import Cell, choose_cells
from mannscope.studies.data import DATA, tabulate, write_data
from mannscope.studies.journal import Follower, Log, SharedLog
from mannscope.studies.machine import describe_machine
from mannscope.studies.measure import measure
from mannscope.studies.pools import Here, Pool, as_done, open_pool
from mannscope.studies.report import write_report
from mannscope.studies.results import QUICK, STANDARD, Protocol, Result
from mannscope.studies.summary import summarise_cell
from mannscope.training import Configuration
from mannscope.training.store import write_json

SUMMARY, REPORT, LOG = "summary.json", "report.html", "study.log"

Place = tuple[str, int]
"""Cell and seed."""


def run_study(
    out: Path,
    *,
    quick: bool = False,
    seeds: int = 1,
    conditions: int = 0,
    workers: int = 1,
    pool: str = "local",
    pool_options: Mapping[str, str] | None = None,
    log: Log = lambda message: None,
    cells: Mapping[str, Configuration] | None = None,
    protocol: Protocol | None = None,
) -> dict[str, Any]:
    """Run the study, write `summary.json`, `networks.parquet` and `report.html`, and give the summary.

    A study that was interrupted goes on where it stopped: networks with a finished result are left alone,
    and one that was being trained is trained further from its last checkpoint. So does one that is asked for
    more seeds.

    Args:
        out: Folder of the study; each network has a folder in it, ``<cell>/seed-<n>``.
        quick: Train one cell, and take the networks of the others from the package.
        seeds: Networks of each cell that is trained.
        conditions: Networks of each cell of expressions under each condition, such as another modulus.
        workers: Networks at a time.
        pool: Where they are worked on: `local`, `dask` or `slurm`. The folder must be seen from there.
        pool_options: Options of the pool.
        log: Told what is being done, and how long it took.
        cells: Configurations by name, to be trained instead of the paper's four cells.
        protocol: How much is measured.

    Raises:
        MannscopeError: if `seeds` is not positive, a bundled network is missing, or a network could not be
            trained or measured, for instance since its folder holds a run of another configuration. The
            others are done before that is told.
    """
    began = time.perf_counter()
    if seeds < 1:
        raise MannscopeError("seeds must be at least 1", str(seeds), "Pass --seeds 1")
    out = Path(out)
    chosen = choose_cells(seeds, conditions, quick=quick, given=cells)
    protocol = protocol or (QUICK if quick else STANDARD)
    with open_pool(pool, workers, out, pool_options or {}) as opened:
        results = _measure_all(opened, chosen, out, protocol, log)
    found = [[results[cell.name, seed] for seed in cell.seeds] for cell in chosen]
    summary = {
        "quick": quick,
        "seeds": seeds,
        "report": str(out / REPORT),
        "seconds": time.perf_counter() - began,
        "machine": describe_machine(),
        "cells": [summarise_cell(results) for results in found],
    }
    write_report(out, REPORT, summary, found)
    write_json(out / SUMMARY, summary)
    if find_spec("pyarrow"):
        write_data(out / DATA, tabulate([result for of in found for result in of], summary["machine"]))
    else:
        log(f"{DATA} is not written, since that needs pyarrow: pip install 'mannscope[parquet]'")
    log(f"wrote {out / REPORT}, {summary['seconds']:.0f} s in all")
    return summary


def _measure_all(
    pool: Pool, cells: Sequence[Cell], out: Path, protocol: Protocol, log: Log
) -> dict[Place, Result]:
    """Send every network to the pool, and pass on what is said of them until all have come back."""
    follower = Follower(out / LOG, log)
    told = log if isinstance(pool, Here) else SharedLog(out / LOG)
    jobs = {
        pool.submit(measure, cell, seed, out, protocol, told): (cell.name, seed)
        for cell, seed in order(cells)
    }
    results, failures = {}, {}
    for job in as_done(jobs, follower.follow):
        try:
            results[jobs[job]] = job.result()
        except MannscopeError as problem:
            failures[jobs[job]] = problem
            log(f"{jobs[job][0]}, seed {jobs[job][1]}: {problem}")
    follower.follow()
    for problem in failures.values():
        raise problem
    return results


def order(cells: Sequence[Cell]) -> list[tuple[Cell, int]]:
    """Order networks so that the first seed of every cell is known first; conditions come after the rest."""
    plain = [cell for cell in cells if not cell.condition]
    rest = [cell for cell in cells if cell.condition]
    return [pair for part in (plain, rest) for pair in _in_turn(part)]


def _in_turn(cells: Sequence[Cell]) -> list[tuple[Cell, int]]:
    turns = zip_longest(*([(cell, seed) for seed in cell.seeds] for cell in cells))
    return [pair for pair in chain.from_iterable(turns) if pair is not None]
