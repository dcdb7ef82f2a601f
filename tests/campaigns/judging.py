"""Workers that are given broken inputs by their numbers, and judge what the commands make of them."""

import io
import os
import random
import resource
import sys
import time
import traceback
from contextlib import redirect_stderr, redirect_stdout
from multiprocessing.connection import Connection
from pathlib import Path

from campaigns import mutations
from campaigns.bench import KINDS, AcceptedError, Bench
from campaigns.children import ADDRESSES

FORBIDDEN = (
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.fork",
    "socket.connect",
    "pickle.find",
)
"""Events that no input may cause."""


def work(place: Path, seed: int, pipe: Connection) -> None:
    """Be a worker: answer until the other end hangs up."""
    folder = place / f"worker-{os.getpid()}" / "in"
    folder.mkdir(parents=True)
    (folder.parent / mutations.OUTSIDE).write_text(mutations.SECRET * 10)
    os.chdir(folder)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESSES, ADDRESSES))
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # where libraries in C complain
    seen = _watch(place)
    bench = Bench(folder)
    while True:
        try:
            index = pipe.recv()
        except EOFError:
            os._exit(0)
        drawn = random.Random(f"{seed} {index}")
        Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here
        began = time.process_time()
        verdict = _judge(bench, KINDS[index % len(KINDS)], drawn, seen)
        pipe.send((verdict, time.process_time() - began, _peak()))


def _peak() -> int:
    """Give the most memory that was taken, in bytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


def _watch(place: Path) -> list[str]:
    """Note what no input may cause: what is executed, and files outside that are written."""
    seen: list[str] = []
    allowed = (str(place.parent), "/dev/null", "/proc/self")

    def hear(event: str, arguments: tuple) -> None:
        if event.startswith(FORBIDDEN):
            seen.append(f"{event} {arguments!r}"[:200])
        elif event == "open" and isinstance(arguments[0], str) and isinstance(arguments[1], str):
            writes = any(letter in arguments[1] for letter in "wax+")
            if writes and not os.path.abspath(arguments[0]).startswith(allowed):
                seen.append(f"writes {arguments[0]}")

    sys.addaudithook(hear)
    return seen


def _judge(bench: Bench, kind: str, drawn: random.Random, seen: list[str]) -> str:
    from mannscope.cli import main

    arguments = bench.prepare(kind, drawn)
    out, err = io.StringIO(), io.StringIO()
    seen.clear()
    try:
        with redirect_stdout(out), redirect_stderr(err):
            code = main(arguments)
    except AcceptedError:
        code = 0
    except BaseException:
        return f"{arguments} raises {' '.join(traceback.format_exc().split())[-700:]}"
    told = err.getvalue()
    if seen or Path(mutations.EXECUTED).exists():
        return f"{arguments} causes {seen}"
    if mutations.SECRET in out.getvalue() + told:
        return f"{arguments} tells what is in a file outside"
    if "Traceback" in told or code not in (0, 2):
        return f"{arguments} ends with {code}: {told[-500:]}"
    if code == 0:
        return "accepted"
    whole = " must " in told and " Got " in told and len(told.strip().splitlines()) == 1
    return "refused" if whole else f"{arguments} is told as {told[-500:]}"
