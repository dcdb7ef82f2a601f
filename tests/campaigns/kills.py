"""Kills at random moments, many while something is written: what goes on ends as if nothing had been."""

import hashlib
import json
import random
import shlex
import shutil
import signal
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from campaigns.children import MEMORY, Kill, Outcome, Work, run
from mannscope.locks import LOCK
from mannscope.study import Protocol, run_study
from mannscope.sweeps import Space, run_sweep
from mannscope.training import Configuration, Training

SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
CHAIN = 6
"""Kills of one run, before it is let go on to its end."""
OLD = b"what was there before\n"

TRAIN = shlex.split(
    "train --task reversal --task.alphabet 3 --memory stack --memory.width 2 --controller rnn "
    "--controller.hidden 4 --training.largest 2 --training.batch 2 --training.steps 12 --training.chunk 2 "
    "--training.evaluate_every 4 --training.checkpoint_every 4 --keep-every 4 --out run --resume"
)
TURNS = {"train": 5, "record": 5, "report": 1, "extract": 1, "sweep": 1, "study": 1}
"""Chains of each command in a turn: most of those that take least time."""
RARE = {"sweep": 2, "study": 4}
"""Turns from one chain to the next of what takes longest."""
LEAST = 50
"""Of so many kills at least one is of every command."""


@dataclass(frozen=True)
class Killed:
    """A command that is killed: what it is, and what it must have left in the end."""

    name: str
    work: Work
    digest: Callable[[Path], Any]
    """Everything that it leaves, but for times."""
    output: str = ""
    """The one file that it writes, which must be the old one, the new one, or not there."""


@dataclass
class Counts:
    """What came of the kills."""

    kills: int = 0
    survived: int = 0
    by_command: Counter[str] = field(default_factory=Counter)
    by_signal: Counter[str] = field(default_factory=Counter)
    while_writing: int = 0
    failures: list[str] = field(default_factory=list)

    def lacks(self, killed: Killed) -> bool:
        """Whether a command was killed too seldom by now."""
        return self.by_command[killed.name] * LEAST < self.kills

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        counted = {"by_command": dict(self.by_command), "by_signal": dict(self.by_signal)}
        return {**vars(self), **counted}


def run_kills(
    place: Path,
    number: int,
    seed: int,
    say: Callable[[str], None],
    keep: Callable[[dict[str, Any]], None],
    only: str = "",
) -> None:
    """Kill every command in turn, or only one, until there were so many kills."""
    drawn, counts = random.Random(seed), Counts()
    chosen = [killed for killed in commands() if only in ("", killed.name)]
    whole = {}
    for killed in chosen:
        folder = place / f"whole-{killed.name}"
        folder.mkdir()
        run(killed.work, folder)  # once, to compile
        shutil.rmtree(folder)
        folder.mkdir()
        outcome = run(killed.work, folder)
        if outcome.code:
            raise RuntimeError(f"{killed.name} ended with {outcome.code}: {outcome.err}")
        whole[killed.name] = outcome, killed.digest(folder)
        say(f"{killed.name}: {outcome.seconds:.1f} s, {outcome.operations} file operations")
    turn = 0
    while turn < 4 * number and (counts.kills < number or any(map(counts.lacks, chosen))):
        for killed in chosen:
            rare = turn % RARE.get(killed.name, 1) != 0
            for again in range(0 if rare and not counts.lacks(killed) else TURNS[killed.name]):
                if counts.kills < number or counts.lacks(killed):
                    folder = place / f"{killed.name}-{turn}-{again}"
                    ended, digest = whole[killed.name]
                    _chain(killed, folder, drawn, counts, ended, digest, say)
                    keep(counts.to_dict())
        turn += 1
        say(f"{counts.kills} kills, {len(counts.failures)} failures")


def _chain(
    killed: Killed,
    folder: Path,
    drawn: random.Random,
    counts: Counts,
    whole: Outcome,
    digest: Any,
    say: Callable[[str], None],
) -> None:
    """Kill one command several times in one folder, and let it go on to its end."""
    folder.mkdir()
    if killed.output:
        (folder / killed.output).write_bytes(OLD)
    struck, problems = 0, []
    for _ in range(CHAIN):
        kill = _draw(drawn, whole)
        outcome = run(killed.work, folder, kill=kill)
        if outcome.code == 0:  # the kill came too late
            last = outcome
            break
        struck += 1
        counts.by_command[killed.name] += 1
        counts.by_signal[signal.Signals(kill.number).name] += 1
        counts.while_writing += kill.operation is not None
        problems += [
            f"{killed.name}, {kill}: {problem}" for problem in _wrong(killed, folder, kill, outcome, digest)
        ]
    else:
        last = run(killed.work, folder)
    problems += _wrong_in_the_end(killed, folder, last, digest)
    counts.kills += struck
    counts.survived += struck if not problems else max(0, struck - len(problems))
    for problem in problems:
        say(problem)
    counts.failures += problems
    shutil.rmtree(folder)


def _wrong_in_the_end(killed: Killed, folder: Path, last: Outcome, digest: Any) -> list[str]:
    """List what is wrong with a command that was killed, and went on to its end."""
    if last.code or last.hung:
        return [f"{killed.name}: does not go on: {last.code} {last.err[-400:]}"]
    if "Warning" in last.err:
        return [f"{killed.name}: warns: {last.err[-400:]}"]
    if (left := killed.digest(folder)) != digest:
        return [f"{killed.name}: ends otherwise: {_difference(left, digest)}"]
    stray = [str(path) for path in folder.rglob(".*") if path.name == LOCK or not killed.output]
    return [f"{killed.name}: leaves {stray}"] if stray else []


def _draw(drawn: random.Random, whole: Outcome) -> Kill:
    number = drawn.choice(SIGNALS)
    if drawn.random() < 0.5:
        return Kill(number, seconds=drawn.uniform(0, whole.seconds))
    delay = drawn.choice((0.0, drawn.uniform(0, 0.002)))
    return Kill(number, operation=drawn.randint(1, max(1, whole.operations)), delay=delay)


def _wrong(killed: Killed, folder: Path, kill: Kill, outcome: Outcome, digest: Any) -> list[str]:
    """List what a killed command did wrong."""
    found = []
    expected = -kill.number if kill.number == signal.SIGKILL else 128 + kill.number
    # Before the command listens for signals, and after its end, the system's own way to end is right too.
    if outcome.code not in (expected, -kill.number):
        found.append(f"exit code {outcome.code}: {outcome.err[-300:]}")
    if outcome.traceback and outcome.code != -kill.number:
        found.append(f"a traceback: {outcome.err[-600:]}")
    if outcome.hung or outcome.peak > MEMORY:
        found.append(f"it takes {outcome.seconds:.0f} s and {outcome.peak / 1e9:.1f} GB")
    if killed.output:
        left = folder / killed.output
        if not left.exists() or (left.read_bytes() != OLD and killed.digest(folder) != digest):
            found.append("the file is neither the old one nor the new one")
    return found


def _difference(one: Any, other: Any) -> str:
    if isinstance(one, dict) and isinstance(other, dict):
        return ", ".join(str(name) for name in one.keys() | other.keys() if one.get(name) != other.get(name))
    return "the file"


def commands() -> list[Killed]:
    """List the commands that write."""
    few = ["reversal-stack", "--episodes", "4"]
    return [
        Killed("train", TRAIN, _of_runs),
        Killed("record", ["record", *few, "-o", "a.nc"], _of_trace, "a.nc"),
        Killed("report", ["report", *few, "--no-verify", "-o", "a.html"], _of_file("a.html"), "a.html"),
        Killed(
            "extract", ["extract", *few, "--observed", "64", "-o", "a.json"], _of_file("a.json"), "a.json"
        ),
        Killed("sweep", _sweep, _of_runs),
        Killed("study", _study, _of_study),
    ]


def _tiny() -> Configuration:
    training = Training(steps=8, largest=2, batch=2, chunk=2, evaluate_every=4, checkpoint_every=4)
    memory = {"name": "stack", "width": 2}
    return Configuration(
        {"name": "reversal", "alphabet": 3}, memory, {"name": "rnn", "hidden": 4}, training=training
    )


def _sweep() -> None:
    rates = {"training.learning_rate": {"low": 1e-3, "high": 1e-1, "log": True}}
    run_sweep(
        Space("tiny", _tiny(), rates, ({"training.learning_rate": 0.02},), (2,), (), 8), Path("sweep"), 2
    )


def _study() -> None:
    protocol = Protocol(times=(1, 2), evaluated=8, episodes=8, recorded=4)
    run_study(Path("study"), conditions={"one": _tiny()}, protocol=protocol)


def _of_file(name: str) -> Callable[[Path], Any]:
    return lambda folder: _hash(folder / name)


def _of_runs(folder: Path) -> dict[str, Any]:
    """Everything in the folders of runs, but for times and logs."""
    found: dict[str, Any] = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.name == "metrics.jsonl":
            lines = [json.loads(line) for line in path.read_text().splitlines()]
            found[name] = [(line["step"], line["loss"], line["exact"]) for line in lines]
        elif path.name == "score.json":
            found[name] = json.loads(path.read_text())["exact"]
        elif path.is_file() and path.suffix in (".safetensors", ".json", ".yaml"):
            found[name] = _hash(path)
    return found


TIMES = {"seconds", "run", "report", "cpu_seconds", "machine"}


def _of_study(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.suffix == ".json":
            found[name] = _timeless(json.loads(path.read_text()))
        elif path.suffix in (".safetensors", ".svg"):
            found[name] = _hash(path)
        elif path.suffix in (".html", ".parquet", ".nc"):
            found[name] = path.is_file()
    return found


def _timeless(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _timeless(part) for key, part in value.items() if key not in TIMES}
    return [_timeless(part) for part in value] if isinstance(value, list) else value


def _of_trace(folder: Path) -> Any:
    """All variables of the trace; None where the file is none."""
    import h5py

    try:
        with h5py.File(folder / "a.nc", "r") as stored:
            found = {name: np.asarray(stored[name]) for name in stored}
    except (OSError, KeyError):
        return None
    values = {name: value for name, value in found.items() if value.ndim > 1}
    return {
        name: hashlib.sha256(value.tobytes()).hexdigest()
        for name, value in values.items()
        if value.dtype.kind != "O"
    }


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
