"""The study from end to end: every condition, from training to report."""

import time
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any

from mannscope.errors import MannscopeError
from mannscope.hardware import describe_machine
from mannscope.locks import exclusive
from mannscope.parquet import write_rows
from mannscope.pools import Log, LogTailer, Pool, SerialPool, SharedLog, as_done, open_pool
from mannscope.study.conditions import Condition, choose_conditions
from mannscope.study.data import DATA, tabulate
from mannscope.study.measure import measure
from mannscope.study.network_result import QUICK, STANDARD, NetworkResult, Protocol
from mannscope.study.report import write_report
from mannscope.study.summary import summarise_condition
from mannscope.training import Configuration
from mannscope.training.store import write_json

SUMMARY, REPORT, LOG = "summary.json", "report.html", "study.log"

Place = tuple[str, int]
"""Name of a condition, and seed."""


def run_study(
    out: Path,
    *,
    quick: bool = False,
    seeds: int = 1,
    variant_seeds: int = 0,
    workers: int = 1,
    pool: str = "local",
    pool_options: Mapping[str, str] | None = None,
    log: Log = lambda message: None,
    conditions: Mapping[str, Configuration] | None = None,
    protocol: Protocol | None = None,
) -> dict[str, Any]:
    """Run the study, write `summary.json`, `networks.parquet` and `report.html`, and return the summary.

    An interrupted study continues where it stopped: networks with a finished result are left alone, and one
    whose training was interrupted resumes from its last checkpoint. A finished study can be given more seeds.

    Args:
        out: Folder of the study; each network has a folder in it, ``<condition>/seed-<n>``.
        quick: Train one condition, and take the networks of the others from the package.
        seeds: Networks of each condition that is trained.
        variant_seeds: Networks of each variant of the conditions of expressions, such as another modulus.
        workers: Networks at a time.
        pool: Where they are trained and measured: `local`, `dask` or `slurm`. The folder must be visible
            from there.
        pool_options: Options of the pool.
        log: Called with lines about what is being done, and how long it took.
        conditions: Configurations by name, to be trained instead of the paper's four conditions.
        protocol: How much is measured.

    Raises:
        MannscopeError: if `seeds` is not positive, another process writes in the folder, a bundled network is
            missing, or a network could not be trained or measured, for instance since its folder holds a run
            of another configuration, which is raised after all other networks are done.
    """
    began = time.perf_counter()
    if seeds < 1:
        raise MannscopeError("seeds must be at least 1", str(seeds), "Pass --seeds 1")
    chosen = choose_conditions(seeds, variant_seeds, quick=quick, given=conditions)
    protocol = protocol or (QUICK if quick else STANDARD)
    out = Path(out)
    with exclusive(out) as held:
        with open_pool(pool, workers, out, pool_options or {}) as opened:
            results = _measure_all(opened, chosen, out, protocol, log)
        held.require()
        found = [[results[condition.name, seed] for seed in condition.seeds] for condition in chosen]
        summary = {
            "quick": quick,
            "seeds": seeds,
            "report": str(out / REPORT),
            "seconds": time.perf_counter() - began,
            "machine": describe_machine(),
            "conditions": [summarise_condition(results) for results in found],
        }
        _write(out, summary, found, log)
    log(f"wrote {out / REPORT}, {summary['seconds']:.0f} s in all")
    return summary


def _write(out: Path, summary: Mapping[str, Any], found: Sequence[Sequence[NetworkResult]], log: Log) -> None:
    write_report(out, REPORT, summary, found)
    write_json(out / SUMMARY, summary)
    if find_spec("pyarrow"):
        write_rows(out / DATA, tabulate([result for of in found for result in of], summary["machine"]))
    else:
        log(f"{DATA} is not written, since that needs pyarrow: pip install 'mannscope[parquet]'")


def _measure_all(
    pool: Pool, conditions: Sequence[Condition], out: Path, protocol: Protocol, log: Log
) -> dict[Place, NetworkResult]:
    """Submit every network to the pool, and pass on the log of the workers until all are done."""
    tailer = LogTailer(out / LOG, log)
    workers_log = log if isinstance(pool, SerialPool) else SharedLog(out / LOG)
    jobs = {
        pool.submit(measure, condition, seed, out, protocol, workers_log): (condition.name, seed)
        for condition, seed in order(conditions)
    }
    results, failures = {}, {}
    for job in as_done(jobs, tailer.poll):
        try:
            results[jobs[job]] = job.result()
        except MannscopeError as problem:
            failures[jobs[job]] = problem
            log(f"{jobs[job][0]}, seed {jobs[job][1]}: {problem}")
    tailer.poll()
    for problem in failures.values():
        raise problem
    return results


def order(conditions: Sequence[Condition]) -> list[tuple[Condition, int]]:
    """Order networks so that the first seed of every condition is known first, and variants come last."""
    plain = [condition for condition in conditions if not condition.variant]
    variants = [condition for condition in conditions if condition.variant]
    return [pair for part in (plain, variants) for pair in _in_turn(part)]


def _in_turn(conditions: Sequence[Condition]) -> list[tuple[Condition, int]]:
    turns = zip_longest(*([(condition, seed) for seed in condition.seeds] for condition in conditions))
    return [pair for pair in chain.from_iterable(turns) if pair is not None]
