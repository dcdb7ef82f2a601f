"""Pools on clusters: Dask, and SLURM through submitit."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mannscope.errors import MannscopeError
from mannscope.pools.pool import Options, Pool, require_options


@contextmanager
def dask_pool(workers: int, folder: Path, options: Options) -> Iterator[Pool]:
    """Connect to the Dask cluster at `address`, or start one on this machine."""
    require_options(options, ("address",), "dask")
    try:
        from distributed import Client
    except ImportError as problem:
        raise _missing("Dask", "dask") from problem
    if address := options.get("address"):
        client = Client(address)
    else:
        client = Client(n_workers=workers, threads_per_worker=1, dashboard_address=None)
    with client:
        yield _DaskPool(client)


class _DaskPool:
    """A Dask client that treats no two jobs as the same: results are on disk, not in the return value."""

    def __init__(self, client: Any) -> None:
        self.client = client

    def submit(self, function: Callable[..., Any], /, *arguments: Any) -> Any:
        return self.client.submit(function, *arguments, pure=False)


@contextmanager
def slurm_pool(workers: int, folder: Path, options: Options) -> Iterator[Pool]:
    """Submit jobs to SLURM; cancel what is unfinished in the end."""
    try:
        import submitit
    except ImportError as problem:
        raise _missing("submitit", "slurm") from problem
    parameters: dict[str, Any] = {"timeout_min": "60", **options}
    cluster = parameters.pop("cluster", "slurm")
    jobs: list[Any] = []
    try:
        pool = submitit.AutoExecutor(folder / "jobs", cluster=cluster)
        pool.update_parameters(**{name: _number(value) for name, value in parameters.items()})
    except (RuntimeError, ValueError, NameError, AssertionError) as problem:
        must = "the options of the pool slurm must be those of submitit, on a machine with SLURM"
        raise MannscopeError(must, " ".join(str(problem).split()), "See mannscope study --help") from problem
    try:
        yield _SlurmPool(pool, jobs)
    finally:
        for job in jobs:
            if not job.done():
                job.cancel()


class _SlurmPool:
    """A submitit executor that keeps its jobs, so that they can be cancelled."""

    def __init__(self, pool: Any, jobs: list[Any]) -> None:
        self.pool, self.jobs = pool, jobs

    def submit(self, function: Callable[..., Any], /, *arguments: Any) -> Any:
        self.jobs.append(job := self.pool.submit(function, *arguments))
        return job


def _number(text: str) -> int | str:
    return int(text) if text.isdecimal() else text


def _missing(what: str, extra: str) -> MannscopeError:
    remedy = f"pip install 'mannscope[{extra}]'"
    return MannscopeError(f"{what} must be installed for this pool", "no such package", remedy)
