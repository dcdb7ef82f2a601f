"""Broken inputs, each given to the command that reads it, in workers that live until one of them dies."""

import io
import json
import multiprocessing
import os
import random
import resource
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

from campaigns import mutations
from campaigns.children import ADDRESSES, LIMIT, MEMORY, PATIENCE

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


class Told(NamedTuple):
    """What came of one input."""

    kind: str
    index: int
    verdict: str
    """refused, accepted, or what was wrong."""


class _AcceptedError(Exception):
    """An input that is good, where what follows would take long."""


def run_inputs(
    place: Path, number: int, seed: int, say: Callable[[str], None], keep: Callable[[dict[str, Any]], None]
) -> None:
    """Give every kind of input in turn, broken in its own way each time, until there were so many."""
    began, counts, failures = time.monotonic(), {"refused": Counter(), "accepted": Counter()}, []
    worker, due = None, 0
    peak, slowest = 0, 0.0
    while due < number:
        worker = worker or _Worker(place, seed)
        verdict, spent, held = worker.ask(due)
        kind = KINDS[due % len(KINDS)]
        peak, slowest = max(peak, held), max(slowest, spent)
        if verdict in counts:
            counts[verdict][kind] += 1
        else:
            failures.append(f"{kind} {due}: {verdict}")
            say(failures[-1])
        if worker.process.exitcode is not None:
            worker = None
        due += 1
        if due % 100 == 0 or due == number:
            keep(
                {
                    "inputs": due,
                    **{name: sum(counted.values()) for name, counted in counts.items()},
                    "by_kind": {kind: sum(counts[name][kind] for name in counts) for kind in KINDS},
                    "refused_by_kind": dict(counts["refused"]),
                    "peak": peak,
                    "slowest": slowest,
                    "failures": failures,
                }
            )
        if due % 500 == 0:
            say(f"{due} inputs, {len(failures)} failures, {time.monotonic() - began:.0f} s")
    if worker:
        worker.end()


class _Worker:
    """A process that is given inputs by their number; it is killed where it takes too much."""

    def __init__(self, place: Path, seed: int) -> None:
        context = multiprocessing.get_context("fork")
        self.ours, theirs = context.Pipe()
        self.process = context.Process(target=_work, args=(place, seed, theirs), daemon=True)
        self.process.start()
        theirs.close()

    def ask(self, index: int) -> tuple[str, float, int]:
        """Give one input, and tell the verdict, the CPU time and the memory that it took."""
        self.ours.send(index)
        began = time.monotonic()
        while not self.ours.poll(0.2):
            if not self.process.is_alive():
                break
            if time.monotonic() - began > PATIENCE:
                self.process.kill()
        try:
            verdict, spent, held = self.ours.recv()
        except (EOFError, ConnectionError):
            self.process.join()
            return f"the process died with {self.process.exitcode}", 0.0, 0
        if spent > LIMIT and verdict in ("refused", "accepted"):
            verdict = f"it took {spent:.0f} s"
        if held > MEMORY:
            verdict = f"it took {held / 1e9:.1f} GB" if verdict in ("refused", "accepted") else verdict
            self.end()
        return verdict, spent, held

    def end(self) -> None:
        """End the process."""
        self.process.kill()
        self.process.join()


def _work(place: Path, seed: int, pipe: Connection) -> None:
    """Be a worker: answer until the other end hangs up."""
    folder = place / f"worker-{os.getpid()}" / "in"
    folder.mkdir(parents=True)
    (folder.parent / mutations.OUTSIDE).write_text(mutations.SECRET * 10)
    os.chdir(folder)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESSES, ADDRESSES))
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # where libraries in C complain
    seen = _watch(place)
    bench = _Bench(folder)
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


def _judge(bench: "_Bench", kind: str, drawn: random.Random, seen: list[str]) -> str:
    from mannscope.cli import main

    arguments = bench.prepare(kind, drawn)
    out, err = io.StringIO(), io.StringIO()
    seen.clear()
    try:
        with redirect_stdout(out), redirect_stderr(err):
            code = main(arguments)
    except _AcceptedError:
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


class _Bench:
    """Good inputs of every kind, and the command that reads each."""

    def __init__(self, folder: Path) -> None:
        import mannscope as ms
        from mannscope.cli import main, verify
        from mannscope.training.store import _bundle

        self.folder = folder
        self.run = _bundle() / "reversal-stack"
        self.network = ms.load("reversal-stack")
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            main(["record", "reversal-stack", "--episodes", "3", "--size", "4", "-o", "whole.nc"])
            main(["extract", "reversal-stack", "--observed", "64", "--episodes", "8", "-o", "whole.json"])
        self.whole = (folder / "whole.nc").rename(folder.parent / "whole.nc")
        self.program = json.loads((folder / "whole.json").read_text())
        self.plain = json.loads((self.run / "config.json").read_text())
        self.hypotheses = [claim.to_dict() for claim in ms.derived(self.network)]
        rows = [
            {"input": f"{a} {b} {c}", "target": f"{c} {b} {a}", "category": "x y x"}
            for a in "abc"
            for b in "abc"
            for c in "abc"
        ]
        self.tables = {
            ".jsonl": "\n".join(map(json.dumps, rows)).encode(),
            ".csv": b"input,target\n" + "\n".join(f"{row['input']},{row['target']}" for row in rows).encode(),
            ".parquet": _parquet(rows),
        }
        verify.load_network = lambda run: self.network
        import mannscope.hypotheses

        mannscope.hypotheses.verify = self._tabulate

    def _tabulate(self, network: Any, claims: Any, **rest: Any) -> Any:
        """Go as far with hypotheses as costs nothing."""
        from mannscope.hypotheses.experiment import Experiment
        from mannscope.hypotheses.policy import Policy

        own = Experiment(network, 8, 0, True)
        for claim in claims:
            Policy(claim, own.symbols, own.actors)
        raise _AcceptedError

    def prepare(self, kind: str, drawn: random.Random) -> list[str]:
        """Write a broken input, and give the command that reads it."""
        for path in self.folder.iterdir():
            path.unlink() if path.is_file() else _remove(path)
        return getattr(self, f"_{kind}")(drawn)

    def _configuration(self, drawn: random.Random) -> list[str]:
        Path("in.yaml").write_bytes(mutations.broken_yaml(self.plain, drawn))
        return ["train", "--config", "in.yaml", "--print_config"]

    def _run(self, drawn: random.Random) -> list[str]:
        Path("run").mkdir()
        Path("run/config.json").write_bytes(mutations.broken_json(self.plain, drawn))
        Path("run/model.safetensors").write_bytes((self.run / "model.safetensors").read_bytes())
        return ["show", "run", "--input", "1 2", "--json"]

    def _checkpoint(self, drawn: random.Random) -> list[str]:
        Path("run").mkdir()
        Path("run/config.json").write_bytes((self.run / "config.json").read_bytes())
        whole = (self.run / "model.safetensors").read_bytes()
        Path("run/model.safetensors").write_bytes(mutations.broken_weights(whole, drawn))
        return ["show", "run", "--input", "1 2", "--json"]

    def _hypothesis(self, drawn: random.Random) -> list[str]:
        Path("in.yaml").write_bytes(mutations.broken_yaml(drawn.choice(self.hypotheses), drawn))
        return ["verify", "reversal-stack", "--hypothesis", "in.yaml", "--episodes", "8"]

    def _table(self, drawn: random.Random) -> list[str]:
        ending, content = drawn.choice(list(self.tables.items()))
        other, content = mutations.broken_table(content, drawn)
        path = Path(f"in{other or ending}")
        path.write_bytes(content)
        return ["train", "--task", "table", "--task.path", str(path), "--memory", "stack", "--print_config"]

    def _trace(self, drawn: random.Random) -> list[str]:
        mutations.broken_trace(self.whole, Path("in.nc"), drawn)
        return drawn.choice(
            (["mine", "in.nc"], ["show", "in.nc", "--json"], ["show", "in.nc", "--episode", "1"])
        )

    def _program(self, drawn: random.Random) -> list[str]:
        Path("in.json").write_bytes(mutations.broken_json(self.program, drawn))
        return ["run-program", "in.json", "--input", "1 2 3"]

    def _space(self, drawn: random.Random) -> list[str]:
        plain = {
            "recipe": "reversal-stack",
            "sizes": [2],
            "shapes": [],
            "episodes": 8,
            "space": {"training.learning_rate": {"low": 0.001, "high": 0.1, "log": True}},
            "start": [{"training.learning_rate": 0.01}],
        }
        Path("in.yaml").write_bytes(mutations.broken_yaml(plain, drawn))
        import mannscope.sweeps

        def accept(*_: Any, **__: Any) -> None:
            raise _AcceptedError

        mannscope.sweeps.run_sweep = accept
        return ["sweep", "in.yaml", "--trials", "1"]


KINDS = ("configuration", "run", "checkpoint", "hypothesis", "table", "trace", "program", "space")


def _remove(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()


def _parquet(rows: list[dict[str, str]]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    into = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), into)
    return into.getvalue()
