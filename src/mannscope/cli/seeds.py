"""Several seeds of one training: a process each, as many at a time as there are cores."""

import subprocess
import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mannscope.cli.output import note, print_json
from mannscope.cli.pool_options import cores
from mannscope.cli.runs import format_summary
from mannscope.errors import MannscopeError

if TYPE_CHECKING:
    from mannscope.training import Configuration


def train_seeds(
    configuration: "Configuration", folder: Path, number: int, *, resume: bool, options: Sequence[str] = ()
) -> dict[str, Any]:
    """Train seeds from the configuration's own on, each in `seed-<seed>` of the folder.

    Complete runs are skipped. A seed that fails does not stop the others. `options` are passed on to each.

    Raises:
        MannscopeError: if the configuration cannot be used, or a folder holds another or an unfinished run.
    """
    from mannscope.locks import exclusive
    from mannscope.training import Network

    Network.fresh(configuration)  # what is wrong shows here, before a folder is made
    with exclusive(folder):
        return _train_all(configuration, folder, number, resume, options)


def _train_all(
    configuration: "Configuration", folder: Path, number: int, resume: bool, options: Sequence[str]
) -> dict[str, Any]:
    from mannscope.training.store import CONFIGURATION, summarise, write_json

    first = configuration.seed
    runs = {
        folder / f"seed-{seed}": replace(configuration, seed=seed) for seed in range(first, first + number)
    }
    due = [run for run, wanted in runs.items() if _is_due(run, wanted, resume)]
    for run in due:
        if not (run / CONFIGURATION).is_file():
            write_json(run / CONFIGURATION, runs[run].to_dict())
    skipped = [str(run) for run in runs if run not in due]
    for run in skipped:
        note(f"{run}: complete already")
    steps = ("--training.steps", str(configuration.training.steps))
    codes = run_all(due, [*options, *steps])
    failed = [str(run) for run, code in codes.items() if code]
    trained = [summarise(run) for run in runs if str(run) not in failed]
    return {"runs": trained, "skipped": skipped, "failed": failed}


def print_seeds(found: Mapping[str, Any], *, as_json: bool) -> int:
    """Print the outcome of several seeds, and give the exit code: 2 if one failed."""
    if as_json:
        print_json(found)
    else:
        for summary in found["runs"]:
            print(format_summary(summary))
        print(format_seeds(found))
    return 2 if found["failed"] else 0


def format_seeds(found: Mapping[str, Any]) -> str:
    """Put the outcome of several seeds in one line: how many, and the spread of accuracy, or of loss."""
    runs = found["runs"]
    line = f"{len(runs)} of {len(runs) + len(found['failed'])} seeds trained"
    if runs and all(run["exact"] for run in runs):
        line += "".join(
            f"; exact accuracy at size {size}: {_spread(run['exact'][size] for run in runs)}"
            for size in runs[0]["exact"]
        )
    elif runs:
        line += f"; loss: {_spread(run['loss'] for run in runs if run['loss'] is not None)}"
    return line


def _spread(values: Iterable[float]) -> str:
    values = sorted(values)
    return (
        f"mean {sum(values) / len(values):.4f}, from {values[0]:.4f} to {values[-1]:.4f}"
        if values
        else "none"
    )


def _is_due(run: Path, wanted: "Configuration", resume: bool) -> bool:
    """Tell whether a seed has still to be trained.

    Raises:
        MannscopeError: if the folder holds another run, or one that is not to be resumed.
    """
    from mannscope.training.folder import differences, is_longer
    from mannscope.training.store import CONFIGURATION, is_complete, read_configuration

    if not (run / CONFIGURATION).is_file():
        return True
    before, now = read_configuration(run / CONFIGURATION).to_dict(), wanted.to_dict()
    longer = resume and is_longer(before, now)
    if before != now and not longer:
        remedy = "Choose another --out, or the options it was trained with"
        got = f"another configuration: {differences(before, now)}"
        raise MannscopeError(f"{run} must be empty, or hold this run", got, remedy)
    if is_complete(run) and not longer:
        return False
    if not resume:
        remedy = "Continue it with --resume, or choose another --out"
        raise MannscopeError(
            "a new run must have a folder of its own", f"{run}, which holds a part of it", remedy
        )
    return True


def run_all(runs: list[Path], options: Sequence[str]) -> dict[Path, int]:
    """Run all, each as a process that resumes its folder, and give their exit codes.

    The processes are sessions of their own: an interruption reaches them once, from here.
    """
    children: list[subprocess.Popen[str]] = []
    stopped = threading.Event()

    def run_one(run: Path) -> int:
        if stopped.is_set():
            return 1
        command = [sys.executable, "-m", "mannscope", "train", "--resume", "--out", str(run), *options]
        with subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True
        ) as child:
            children.append(child)
            if stopped.is_set():
                child.terminate()
            for line in child.stderr or ():
                if not stopped.is_set():
                    note(f"{run.name}: {line.rstrip()}")
        return child.returncode

    with ThreadPoolExecutor(cores()) as pool:
        futures = {run: pool.submit(run_one, run) for run in runs}
        try:
            return {run: future.result() for run, future in futures.items()}
        except BaseException:
            stopped.set()
            for child in children:
                if child.poll() is None:
                    child.terminate()
            raise
