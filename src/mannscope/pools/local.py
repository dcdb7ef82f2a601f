"""The local pool: processes of this machine, a fresh one for each job."""

import multiprocessing
import os
import signal
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import Future as LocalFuture
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any

from mannscope.errors import MannscopeError
from mannscope.kept_programs import mend_kept_programs
from mannscope.pools.pool import INTERVAL, Options, Pool, SerialPool, require_options


@contextmanager
def local_pool(workers: int, folder: Path, options: Options) -> Iterator[Pool]:
    """Open a pool of processes, or the serial pool for one worker; kill what is unfinished in the end."""
    require_options(options, (), "local")
    if workers == 1:
        yield SerialPool()
        return
    with ThreadPoolExecutor(workers) as threads:
        pool = _ProcessPool(threads)
        try:
            yield pool
        finally:
            threads.shutdown(wait=False, cancel_futures=True)
            for process in list(pool.running):
                process.kill()


class _ProcessPool:
    """A fresh process for each job.

    A process that dies takes no other with it, and nothing that a job compiled or cached can change what the
    next one computes.
    """

    def __init__(self, threads: ThreadPoolExecutor) -> None:
        self.threads = threads
        self.context = multiprocessing.get_context("spawn")
        self.running: set[SpawnProcess] = set()

    def submit(self, function: Callable[..., Any], /, *arguments: Any) -> LocalFuture:
        return self.threads.submit(self._run, function, arguments)

    def _run(self, function: Callable[..., Any], arguments: tuple) -> Any:
        ours, theirs = self.context.Pipe(duplex=False)
        process = self.context.Process(target=_run_job, args=(os.getpid(), theirs, function, arguments))
        process.start()
        self.running.add(process)
        theirs.close()
        try:
            problem, outcome = ours.recv()
        except EOFError:
            process.join()
            remedy = "Run the same command again: it continues where it stopped"
            got = f"a process that ended with code {process.exitcode}"
            raise MannscopeError("every job must finish", got, remedy) from None
        finally:
            self.running.discard(process)
        process.join()
        if problem is not None:
            raise problem
        return outcome


def _run_job(parent: int, pipe: Connection, function: Callable[..., Any], arguments: tuple) -> None:
    """Run a job in this process; leave interruptions to the parent, and exit when the parent does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(INTERVAL)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
    mend_kept_programs()
    try:
        sent = (None, function(*arguments))
    except MannscopeError as problem:
        sent = (problem, None)
    except Exception:
        sent = (RuntimeError(traceback.format_exc()), None)
    pipe.send(sent)
