"""The benchmark: every workload in its own processes, so that none shares memory or caches with another."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from typing import Any

from mannscope.bench.timing import compile_seconds, measure
from mannscope.bench.workloads import WORKLOADS
from mannscope.errors import MannscopeError, UnknownNameError
from mannscope.hardware import describe_machine

Log = Callable[[str], None]


class Job(StrEnum):
    """What a process is started for."""

    MEASURE = "measure"
    COMPILE = "compile"


def run_bench(
    *, only: str | None = None, threads: Sequence[int] = (1, 2), log: Log = print
) -> dict[str, Any]:
    """Measure every workload, or one: training steps with each number of threads, the others with one.

    Times are CPU times, medians after a warm-up, of a unit of work: an optimiser step, a recording, a draw,
    a run. `floor_ms` is the baseline, in the same process: the matrix products of a training step alone, or
    the forward pass without a trace. `compile_s` is the wall time of tracing, lowering and compiling without
    a cache, and `compile_cached_s` that of a process that finds the compiled program in one.

    Raises:
        UnknownNameError: if there is no workload of that name.
        MannscopeError: if packages that the only workload needs are not installed, or one fails.
    """
    if only is not None and only not in WORKLOADS:
        raise UnknownNameError("workload", only, WORKLOADS)
    remedy = "Install them with: pip install 'mannscope[bench]'"
    rows, skipped = [], []
    for name in [only] if only else WORKLOADS:
        if missing := WORKLOADS[name].missing():
            if only:
                must = f"the packages that {name} is measured with must be installed"
                raise MannscopeError(must, f"no {' and no '.join(missing)}", remedy)
            log(f"{name}: skipped, since there is no {' and no '.join(missing)}. {remedy}")
            skipped.append(name)
            continue
        for row in _measurements(name, threads):
            log(_describe(row))
            rows.append(row)
    return {"machine": describe_machine(), "workloads": rows, "skipped": skipped}


def _measurements(name: str, threads: Sequence[int]) -> Iterator[dict[str, Any]]:
    """Measure a workload with each number of threads; the cache is tried with the first number alone."""
    for place, number in enumerate(threads if WORKLOADS[name].threaded else (1,)):
        row = {"name": name, "threads": number} | _in_process(name, Job.MEASURE, environment(number))
        if row["compile_s"] is not None and not place:
            with tempfile.TemporaryDirectory() as cache:
                _in_process(name, Job.COMPILE, environment(number, cache))
                row |= _in_process(name, Job.COMPILE, environment(number, cache))
        yield row


def _describe(row: dict[str, Any]) -> str:
    floor = f", {row['ratio']:.1f} times the floor" if row["ratio"] else ""
    return (
        f"{row['name']}, threads {row['threads']}: {row['cpu_ms']:.1f} ms of CPU time{floor}, "
        f"peak {row['peak_mb']:.0f} MB"
    )


def environment(threads: int, cache: str | None = None) -> dict[str, str]:
    """Return the environment of a process with so many threads.

    XLA and linear algebra have their own thread pools; NPROC limits that of XLA. With
    `cache`, the process keeps compiled programs there.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JAX_")}
    eigen = f"--xla_cpu_multi_thread_eigen={str(threads > 1).lower()}"
    pools = ("NPROC", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    caching = {
        "JAX_COMPILATION_CACHE_DIR": str(cache),
        "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
        "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
    }
    return kept | dict.fromkeys(pools, str(threads)) | {"XLA_FLAGS": eigen} | (caching if cache else {})


def _in_process(name: str, job: Job, variables: dict[str, str]) -> dict[str, Any]:
    """Run a job in a new process, and return what it printed."""
    program = "from mannscope.bench.benchmark import work; work()"
    command = [sys.executable, "-c", program, name, job]
    done = subprocess.run(command, capture_output=True, text=True, env=variables, check=False)
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        got = lines[-1] if lines else f"exit code {done.returncode}"
        raise MannscopeError(
            f"the workload {name} must run", got, f"Run it alone: mannscope bench --only {name} --debug"
        )
    return json.loads(done.stdout.strip().splitlines()[-1])


def work() -> None:
    """Do the job that the process was started for, and print one line of JSON."""
    from mannscope.compiling import compiler_options

    name, job = sys.argv[1:]
    compiler_options()  # starts JAX, which does not count as compile time
    program = WORKLOADS[name].program()
    if Job(job) is Job.MEASURE:
        print(json.dumps(measure(program)))
    else:
        print(json.dumps({"compile_cached_s": compile_seconds(program)}))
