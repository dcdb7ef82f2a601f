"""Places where little can be written: a full disk, no rights, a folder that goes, two processes at once."""

import os
import resource
import shutil
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from campaigns.children import MEMORY, Outcome, run
from campaigns.kills import Killed, commands

NOBODY = 65534
ROOM = 700
"""Bytes of a file, beyond which the disk is full."""
MEANWHILE = 0.3
"""Seconds after which the folder of a file goes that is not written yet."""
FOLDERS = ("train", "sweep", "study")
"""Commands that write a folder; the others write one file."""


def run_places(place: Path, say: Callable[[str], None], keep: Callable[[dict[str, Any]], None]) -> None:
    """Run every command in every such place."""
    by_place: dict[str, Counter[str]] = {}
    failures: list[str] = []
    for name, judge in PLACES.items():
        by_place[name] = Counter()
        for killed in commands():
            folder = place / f"{killed.name}-{name.replace(' ', '-')}"
            folder.mkdir()
            problem = judge(killed, folder)
            by_place[name] += Counter({"commands": 1, "right": not problem})
            if problem:
                failures.append(f"{killed.name}, {name}: {problem}")
                say(failures[-1])
            keep(
                {
                    "by_place": {name: dict(counted) for name, counted in by_place.items()},
                    "failures": failures,
                }
            )
        say(f"{name}: {by_place[name]['right']} of {by_place[name]['commands']}")


def _refused(outcome: Outcome) -> str:
    one_line = len([line for line in outcome.err.splitlines() if " Got " in line]) == 1
    right = outcome.refused and one_line and not outcome.hung and outcome.peak <= MEMORY
    return "" if right else f"{outcome.code}: {outcome.err[-500:]}"


def _full_disk(killed: Killed, folder: Path) -> str:
    """The command is refused, and goes on to its end once there is room."""

    def fill() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, ROOM))
        os.environ["JAX_COMPILATION_CACHE_DIR"] = ""

    problem = _refused(run(killed.work, folder, before=fill))
    half = [str(path) for path in folder.rglob("*") if path.name.endswith((".partial", ".lock"))]
    left = list(folder.iterdir()) if killed.name not in FOLDERS else []
    if problem or half or left:
        return problem or f"leaves {half or left}"
    again = run(killed.work, folder)
    return f"does not go on: {again.err[-300:]}" if again.code else ""


def _no_rights(killed: Killed, folder: Path) -> str:
    """The command is refused, and nothing is there that was not before."""

    def lower() -> None:
        os.setgid(NOBODY)
        os.setuid(NOBODY)

    folder.chmod(0o755)
    problem = _refused(run(killed.work, folder, before=lower))
    left = [str(path) for path in folder.iterdir()]
    return problem or (f"leaves {left}" if left else "")


def _removed(killed: Killed, folder: Path) -> str:
    """The command is refused, and does not make the folder again that was removed."""
    writes_folder = killed.name in FOLDERS

    def wait_and_remove() -> None:
        if writes_folder:
            while not list(folder.rglob("metrics.jsonl")):
                time.sleep(0.002)
            for path in folder.iterdir():
                shutil.rmtree(path, ignore_errors=True)
        else:
            time.sleep(MEANWHILE)
            shutil.rmtree(folder)

    def begin() -> None:
        threading.Thread(target=wait_and_remove, daemon=True).start()

    outcome = run(killed.work, folder, before=begin)
    left = [str(path) for path in folder.rglob("*") if path.is_file()] if folder.exists() else []
    return _refused(outcome) or (f"leaves {left}" if left else "")


def _two_at_once(killed: Killed, folder: Path) -> str:
    """Of two that write a folder one is refused; of two that write a file both end, and the file is whole."""
    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(lambda _: run(killed.work, folder), range(2)))
    codes = sorted(outcome.code for outcome in outcomes)
    if killed.name not in FOLDERS:
        whole = killed.digest(folder) is not None
        return "" if codes == [0, 0] and whole else f"{codes}: {outcomes[0].err}{outcomes[1].err}"
    if codes == [0, 0]:  # one after the other, where the machine let them
        return ""
    problem = next((_refused(outcome) for outcome in outcomes if outcome.code), "")
    return problem or ("" if codes == [0, 2] else f"{codes}")


PLACES: dict[str, Callable[[Killed, Path], str]] = {
    "a full disk": _full_disk,
    "a folder without rights": _no_rights,
    "a folder removed meanwhile": _removed,
    "two processes at once": _two_at_once,
}
