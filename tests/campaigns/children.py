"""Commands in forked children of a process that has imported JAX, and not started it: they start fast."""

import gc
import os
import resource
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from mannscope.cli import main
from mannscope.cli.failures import guard
from mannscope.kept_programs import mend_kept_programs

LIMIT = 20.0
"""Seconds of CPU time that a command may take before it counts as a hang."""
PATIENCE = 300.0
"""Seconds on the clock: a busy machine is no hang."""
MEMORY = 2 * 1024**3
"""Bytes of memory that a command may take."""
ADDRESSES = 12 * 1024**3
"""Bytes of address space, of which XLA reserves much more than it takes: the machine's last resort."""
_TICKS = os.sysconf("SC_CLK_TCK")
_WRITES = {"os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.truncate"}

Work = Sequence[str] | Callable[[], int | None]


@dataclass(frozen=True)
class Kill:
    """When a child gets a signal: after some CPU time, or at a file operation of its own."""

    number: int
    seconds: float | None = None
    operation: int | None = None
    delay: float = 0.0
    """Seconds after the operation began."""


class Outcome(NamedTuple):
    """How a command ended."""

    code: int
    """Its exit code, or minus the number of the signal that ended it."""
    out: str
    err: str
    seconds: float
    """CPU time."""
    hung: bool
    operations: int
    """File operations that write."""
    peak: int
    """Bytes of memory."""

    @property
    def traceback(self) -> bool:
        """Whether it printed one."""
        return "Traceback (most recent call last)" in self.err

    @property
    def refused(self) -> bool:
        """Whether it ended as a refusal must: exit code 2, and what must hold, what came, what to do."""
        return self.code == 2 and not self.traceback and " must " in self.err and " Got " in self.err


def prepare(caches: Path) -> None:
    """Import what commands need, and keep compiled programs in a folder; JAX must not have started."""
    os.environ |= {
        "JAX_PLATFORMS": "cpu",
        "JAX_DISABLE_MOST_OPTIMIZATIONS": "1",
        "JAX_COMPILATION_CACHE_DIR": str(caches),
        "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
        "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
        "MPLBACKEND": "agg",
    }
    mend_kept_programs()
    from importlib import import_module

    for name in (
        "training",
        "models",
        "hypotheses",
        "programs.extraction",
        "explorer.report",
        "study",
        "sweeps",
    ):
        import_module(f"mannscope.{name}")
    for name in ("h5netcdf", "optuna", "safetensors.numpy", "pyarrow.parquet", "jsonargparse"):
        import_module(name)
    gc.collect()
    gc.freeze()  # children do not look through what all of them have
    from jax._src import xla_bridge

    if xla_bridge._backends:
        raise RuntimeError("JAX must not have started before processes are forked")


def run(
    work: Work,
    folder: Path,
    *,
    kill: Kill | None = None,
    before: Callable[[], None] = lambda: None,
    limit: float = LIMIT,
) -> Outcome:
    """Run a command, or a function as if it were one, in a child, in a folder, and wait for it.

    Args:
        work: Arguments of the command line, or a function.
        folder: Where it runs.
        kill: A signal that the child gets, if any.
        before: Called in the child, to lower its rights or limits.
        limit: Seconds of CPU time after which it counts as hanging.
    """
    told, tells = zip(*(os.pipe() for _ in range(3)), strict=True)
    child = os.fork()
    if child == 0:
        _be_child(work, folder, tells, kill, before)
    for descriptor in tells:
        os.close(descriptor)
    streams = [_Stream(descriptor) for descriptor in told]
    try:
        usage, code, hung = _wait(child, kill, limit, streams)
    except BaseException:  # the campaign is interrupted
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        raise
    out, err, count = (stream.end() for stream in streams)
    seconds = usage.ru_utime + usage.ru_stime
    return Outcome(code, out, err, seconds, hung, int(count or 0), usage.ru_maxrss * 1024)


class _Stream:
    """What a child writes: into a pipe, for which no disk is full and no rights are needed."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor, self.content = descriptor, b""
        os.set_blocking(descriptor, False)

    def read(self) -> None:
        """Take what is there."""
        with suppress(BlockingIOError):
            while part := os.read(self.descriptor, 1 << 16):
                self.content += part

    def end(self) -> str:
        """Take the rest, and close."""
        self.read()
        os.close(self.descriptor)
        return self.content.decode(errors="replace")


def _wait(
    child: int, kill: Kill | None, limit: float, streams: Sequence[_Stream]
) -> tuple[resource.struct_rusage, int, bool]:
    began, sent, hung = time.monotonic(), False, False
    while True:
        for stream in streams:
            stream.read()
        pid, status, usage = os.wait4(child, os.WNOHANG)
        if pid:
            return usage, os.waitstatus_to_exitcode(status), hung
        spent = _spent(child)
        if kill and kill.seconds is not None and not sent and spent >= kill.seconds:
            sent = True
            os.kill(child, kill.number)
        if spent > limit or time.monotonic() - began > PATIENCE:
            hung = True
            os.killpg(child, signal.SIGKILL)
        time.sleep(0.005)


def _spent(child: int) -> float:
    """CPU time of a child that runs."""
    try:
        fields = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _be_child(
    work: Work, folder: Path, tells: Sequence[int], kill: Kill | None, before: Callable[[], None]
) -> None:
    """Do the work, and end the process, whatever happens."""
    code = 70
    try:
        os.setsid()
        os.dup2(tells[0], 1)
        os.dup2(tells[1], 2)
        sys.stdout = os.fdopen(1, "w", closefd=False)
        sys.stderr = os.fdopen(2, "w", closefd=False)
        os.chdir(folder)
        held = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (held + ADDRESSES, held + ADDRESSES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        counted = _listen(kill)
        before()
        code = guard(work) if callable(work) else main(list(work))
        os.write(tells[2], str(counted[0]).encode())
    except BaseException:
        traceback.print_exc()
    finally:
        with suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _listen(kill: Kill | None) -> list[int]:
    """Count the file operations that write, and strike at the one that is chosen."""
    counted = [0]

    def strike() -> None:
        time.sleep(kill.delay if kill else 0)
        os.kill(os.getpid(), kill.number if kill else 0)

    def hear(event: str, arguments: tuple) -> None:
        if event == "open":
            mode, flags = arguments[1], arguments[2]
            writes = any(letter in mode for letter in "wax+") if isinstance(mode, str) else flags & 3
            if not writes or not isinstance(arguments[0], str | bytes | os.PathLike):
                return
        elif event not in _WRITES:
            return
        counted[0] += 1
        if kill and kill.operation == counted[0]:
            threading.Thread(target=strike, daemon=True).start() if kill.delay else strike()

    sys.addaudithook(hear)
    return counted
