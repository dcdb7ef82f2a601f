"""The atlas from end to end: every pair, some seeds of each, in a pool of workers."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mannscope.atlas.grid import Pair
from mannscope.atlas.measure import RESULT, Row, measure
from mannscope.atlas.page import PAGE, write_page
from mannscope.errors import MannscopeError
from mannscope.locks import exclusive
from mannscope.parquet import write_rows
from mannscope.pools import Log, LogTailer, SerialPool, SharedLog, as_done, open_pool

DATA, LOG = "atlas.parquet", "atlas.log"


def run_atlas(
    out: Path,
    pairs: Sequence[Pair],
    *,
    seeds: int = 3,
    workers: int = 1,
    pool: str = "local",
    pool_options: Mapping[str, str] | None = None,
    log: Log = lambda message: None,
) -> list[Row]:
    """Train and judge networks of every pair, write data and page, and give a row for each network.

    The first seed of every pair comes first. What was found is kept in the folder: the same command continues
    an interrupted atlas, and more seeds or pairs are added to it. Data and page are of all that is in the
    folder, and are written after every network.

    Args:
        out: Folder of the atlas.
        pairs: Tasks with memories.
        seeds: Networks of each.
        workers: Networks at a time.
        pool: Where they are trained: `local`, `dask` or `slurm`. The folder must be visible from there.
        pool_options: Options of the pool.
        log: Called with lines about what is being done.

    Raises:
        MannscopeError: if `seeds` is not positive, another process writes in the folder, or a network could
            not be trained, which is raised after all others are done.
    """
    if seeds < 1:
        raise MannscopeError("seeds must be at least 1", str(seeds), "Pass --seeds 1")
    out = Path(out)
    found: dict[tuple[str, int], Row] = {}
    failures: list[MannscopeError] = []
    with exclusive(out) as held, open_pool(pool, workers, out, pool_options or {}) as opened:
        tailer = LogTailer(out / LOG, log)
        lines = log if isinstance(opened, SerialPool) else SharedLog(out / LOG)
        jobs = {
            opened.submit(measure, pair, seed, out, lines): (pair, seed)
            for seed in range(1, seeds + 1)
            for pair in pairs
        }
        for job in as_done(jobs, tailer.poll):
            pair, seed = jobs[job]
            try:
                found[pair.name, seed] = job.result()
            except MannscopeError as problem:
                failures.append(problem)
                log(f"{pair.name}, seed {seed}: {problem}")
                continue
            held.require()
            _write(out)
            log(f"{pair.name}, seed {seed}: {_said(found[pair.name, seed])}; {len(found)} of {len(jobs)}")
        tailer.poll()
    for problem in failures:
        raise problem
    return list(found.values())


def _write(out: Path) -> None:
    """Write data and page of all networks that are in the folder."""
    found = [json.loads(path.read_text(encoding="utf-8")) for path in out.glob(f"*/*/{RESULT}")]
    rows = sorted(found, key=lambda row: (row["pair"], row["seed"]))
    write_rows(out / DATA, rows)
    write_page(out / PAGE, rows)


def _said(row: Mapping[str, Any]) -> str:
    exact = ", ".join(
        f"{row[f'exact {times}x']:.3f}" for times in (1, 2, 5) if row[f"exact {times}x"] is not None
    )
    return f"exact {exact}; {'holds: ' + str(row['strategy']) if row['holds'] else 'nothing holds'}"
