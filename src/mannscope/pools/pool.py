"""What a pool is, the serial pool, and waiting for jobs. Anything with `submit` is a pool."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future as LocalFuture
from typing import Any, Protocol, TypeVar, runtime_checkable

from mannscope.compiling import let_go_of_programs
from mannscope.errors import UnknownNameError

INTERVAL = 1.0
"""Seconds between two checks: of a pool for finished jobs, of a worker for whether its parent still runs."""

Job = TypeVar("Job", bound="Future")
Options = Mapping[str, str]


@runtime_checkable
class Future(Protocol):
    """What `submit` returns: the standard library's, Dask's and submitit's futures all have this form."""

    def done(self) -> bool:
        """Whether the job has ended, successfully or not."""
        ...

    def result(self) -> Any:
        """Return what the job returned, or raise what it raised."""
        ...


@runtime_checkable
class Pool(Protocol):
    """Where jobs run."""

    def submit(self, function: Callable[..., Any], /, *arguments: Any) -> Any:
        """Submit a function and its arguments, and return a `Future`."""
        ...


class SerialPool:
    """Runs each job at once, in this process."""

    def submit(self, function: Callable[..., Any], /, *arguments: Any) -> LocalFuture:
        """Run the job, and return a finished future; an interruption is not caught."""
        future: LocalFuture = LocalFuture()
        try:
            future.set_result(function(*arguments))
        except Exception as problem:
            future.set_exception(problem)
        let_go_of_programs()
        return future


def as_done(jobs: Iterable[Job], meanwhile: Callable[[], None] = lambda: None) -> Iterator[Job]:
    """Yield jobs as they end; call `meanwhile` about once a second while waiting."""
    due = list(jobs)
    while due:
        ended = next_done(due, meanwhile)
        due = [job for job in due if job not in ended]
        yield from ended


def next_done(jobs: Sequence[Job], meanwhile: Callable[[], None] = lambda: None) -> list[Job]:
    """Wait until some jobs have ended, and return those; call `meanwhile` about once a second until then."""
    while True:
        meanwhile()
        if ended := [job for job in jobs if job.done()]:
            return ended
        time.sleep(INTERVAL)


def require_options(options: Options, known: tuple[str, ...], pool: str) -> None:
    """Refuse options that a pool does not have.

    Raises:
        UnknownNameError: if there is one.
    """
    for name in options:
        if name not in known:
            raise UnknownNameError(f"option of the pool {pool}", name, known)
