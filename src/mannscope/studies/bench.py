"""The benchmark: every workload in a process of its own, so that none sees another's memory or caches."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from mannscope.errors import MannscopeError, UnknownNameError
from mannscope.studies.workloads import WORKLOADS

_ONE_THREAD = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"


def run_bench(*, only: str | None = None, log: Callable[[str], None] = print) -> dict[str, Any]:
    """Measure every workload, or one, with one thread and a cold compilation.

    Times are CPU times, medians after a warm-up. `floor_ms` is a yardstick of the same run: the matrix
    products of a training step alone, or the plain forward pass of a recording.

    Raises:
        UnknownNameError: if there is no workload of that name.
    """
    if only is not None and only not in WORKLOADS:
        raise UnknownNameError("workload", only, WORKLOADS)
    rows = []
    for name in [only] if only else WORKLOADS:
        log(f"{name} …")
        rows.append(_apart(name))
        floor = f", floor {rows[-1]['floor_ms']:.1f} ms" if rows[-1]["floor_ms"] else ""
        log(f"{name}: {rows[-1]['cpu_ms']:.1f} ms of CPU time{floor}, peak {rows[-1]['peak_mb']:.0f} MB")
    return {"workloads": rows}


def _apart(name: str) -> dict[str, Any]:
    unset = ("JAX_COMPILATION_CACHE_DIR", "JAX_ENABLE_COMPILATION_CACHE")
    environment = {key: value for key, value in os.environ.items() if key not in unset}
    environment |= {"XLA_FLAGS": _ONE_THREAD, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-c", "from mannscope.studies.bench import work; work()", name]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        got = lines[-1] if lines else f"exit code {done.returncode}"
        raise MannscopeError(
            f"the workload {name} must run", got, f"Run it alone: mannscope bench --only {name} --debug"
        )
    return json.loads(done.stdout.strip().splitlines()[-1])


def work() -> None:
    """Measure the workload that the process was started with, and print one line of JSON."""
    import resource

    name = sys.argv[1]
    measured = WORKLOADS[name].measure()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
    print(json.dumps({"name": name, "threads": 1, **measured, "peak_mb": peak}))
