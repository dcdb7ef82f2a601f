"""Pools: where the networks of a study or of a sweep are worked on. Anything with `submit` will do."""

import multiprocessing
import os
import signal
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future as LocalFuture
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar, runtime_checkable

from mannscope.errors import MannscopeError, UnknownNameError
from mannscope.tables import find

WATCH = 1.0
"""Seconds between two looks of a worker at whether it is still wanted, and of a pool at what is done."""

Job = TypeVar("Job", bound="Future")
Options = Mapping[str, str]


@runtime_checkable
class Future(Protocol):
    """What `submit` gives: the standard library's, Dask's and submitit's futures are all of this form."""

    def done(self) -> bool:
        """Tell whether the work has ended, well or not."""
        ...

    def result(self) -> Any:
        """Give what the work gave, or raise what it raised."""
        ...


@runtime_checkable
class Pool(Protocol):
    """Where work is sent to."""

    def submit(self, function: Callable[..., Any], /, *arguments: Any) -> Any:
        """Send a function and its arguments there, and give a `Future`."""
        ...


class Here:
    """The pool of one: work is done at once, in this process."""

    def submit(self, function: Callable[..., Any], /, *arguments: Any) -> LocalFuture:
        """Do the work, and give a future that is done; an interruption is not caught."""
        future: LocalFuture = LocalFuture()
        try:
            future.set_result(function(*arguments))
        except Exception as problem:
            future.set_exception(problem)
        return future


def open_pool(name: str, workers: int, folder: Path, options: Options) -> AbstractContextManager[Pool]:
    """Open a pool by name, and close it in the end; what is unfinished then is given up.

    Args:
        name: `local` for processes of this machine, `dask` for a Dask cluster, `slurm` for SLURM.
        workers: Jobs at a time; with one, the local pool is this process. SLURM decides for itself.
        folder: Where the pool may keep files of its own.
        options: Options of the pool. `dask` knows `address`, without which it starts a cluster on this
            machine; those of `slurm` are submitit's, such as `slurm_partition` or `timeout_min`, and
            `cluster`, where `local` runs without SLURM.

    Raises:
        UnknownNameError: if there is no such pool.
        MannscopeError: if an option is not the pool's, or what it needs is not installed.
    """
    return find("pool", name, POOLS)(workers, folder, options)


def as_done(jobs: Iterable[Job], meanwhile: Callable[[], None] = lambda: None) -> Iterator[Job]:
    """Give jobs as they end, and do something about once a second while none does."""
    due = list(jobs)
    while due:
        ended = next_done(due, meanwhile)
        due = [job for job in due if job not in ended]
        yield from ended


def next_done(jobs: Sequence[Job], meanwhile: Callable[[], None] = lambda: None) -> list[Job]:
    """Wait until some jobs have ended, and give those; do something about once a second until then."""
    while True:
        meanwhile()
        if ended := [job for job in jobs if job.done()]:
            return ended
        time.sleep(WATCH)


@contextmanager
def _local(workers: int, folder: Path, options: Options) -> Iterator[Pool]:
    _only(options, (), "local")
    if workers == 1:
        yield Here()
        return
    with ThreadPoolExecutor(workers) as threads:
        pool = _Processes(threads)
        try:
            yield pool
        finally:
            threads.shutdown(wait=False, cancel_futures=True)
            for process in list(pool.running):
                process.kill()


class _Processes:
    """A fresh process for each job, so that one that dies takes no other with it.

    Nothing that a job compiled or kept can change what the next one computes either.
    """

    def __init__(self, threads: ThreadPoolExecutor) -> None:
        self.threads = threads
        self.context = multiprocessing.get_context("spawn")
        self.running: set[SpawnProcess] = set()

    def submit(self, function: Callable[..., Any], /, *arguments: Any) -> LocalFuture:
        return self.threads.submit(self._run, function, arguments)

    def _run(self, function: Callable[..., Any], arguments: tuple) -> Any:
        ours, theirs = self.context.Pipe(duplex=False)
        process = self.context.Process(target=_work, args=(os.getpid(), theirs, function, arguments))
        process.start()
        self.running.add(process)
        theirs.close()
        try:
            problem, outcome = ours.recv()
        except EOFError:
            process.join()
            remedy = "Run the same command again: it goes on where it stopped"
            got = f"a process that ended with code {process.exitcode}"
            raise MannscopeError("every job must come to its end", got, remedy) from None
        finally:
            self.running.discard(process)
        process.join()
        if problem is not None:
            raise problem
        return outcome


def _work(parent: int, pipe: Connection, function: Callable[..., Any], arguments: tuple) -> None:
    """Do a job in this process; leave interruptions to the parent, and end with it, however it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(WATCH)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
    try:
        sent = (None, function(*arguments))
    except MannscopeError as problem:
        sent = (problem, None)
    except Exception:
        sent = (RuntimeError(traceback.format_exc()), None)
    pipe.send(sent)


@contextmanager
def _dask(workers: int, folder: Path, options: Options) -> Iterator[Pool]:
    _only(options, ("address",), "dask")
    try:
        from distributed import Client
    except ImportError as problem:
        raise _missing("Dask", "dask") from problem
    if address := options.get("address"):
        client = Client(address)
    else:
        client = Client(n_workers=workers, threads_per_worker=1, dashboard_address=None)
    with client:
        yield _Dask(client)


class _Dask:
    """A Dask client, told that no two jobs are the same one: results are on disk, not in what is returned."""

    def __init__(self, client: Any) -> None:
        self.client = client

    def submit(self, function: Callable[..., Any], /, *arguments: Any) -> Any:
        return self.client.submit(function, *arguments, pure=False)


@contextmanager
def _slurm(workers: int, folder: Path, options: Options) -> Iterator[Pool]:
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
        yield _Remembering(pool, jobs)
    finally:
        for job in jobs:
            if not job.done():
                job.cancel()


class _Remembering:
    """A submitit executor that knows its jobs, so that they can be cancelled."""

    def __init__(self, pool: Any, jobs: list[Any]) -> None:
        self.pool, self.jobs = pool, jobs

    def submit(self, function: Callable[..., Any], /, *arguments: Any) -> Any:
        self.jobs.append(job := self.pool.submit(function, *arguments))
        return job


POOLS: Final[Mapping[str, Callable[[int, Path, Options], AbstractContextManager[Pool]]]] = {
    "local": _local,
    "dask": _dask,
    "slurm": _slurm,
}


def _number(text: str) -> int | str:
    return int(text) if text.isdecimal() else text


def _only(options: Options, known: tuple[str, ...], pool: str) -> None:
    for name in options:
        if name not in known:
            raise UnknownNameError(f"option of the pool {pool}", name, known)


def _missing(what: str, extra: str) -> MannscopeError:
    remedy = f"pip install 'mannscope[{extra}]'"
    return MannscopeError(f"{what} must be installed to work there", "no such package", remedy)
