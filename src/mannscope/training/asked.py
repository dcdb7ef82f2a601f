"""What a portfolio is asked for: spelled out, written down, and compared when it goes on."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mannscope.errors import MannscopeError
from mannscope.training.configuration import complete, make
from mannscope.training.options import LARGEST
from mannscope.training.store import CONFIGURATION, write_json
from mannscope.training.templates import DATA

RECORD = "portfolio.json"
"""What was asked for and tried, beside the files of the network that was chosen."""
BEYOND = 5
"""Multiple of the largest size trained on up to which the parts of an episode must be able to differ."""
MOST_KEYS = 128


def settle(
    task: str | Mapping[str, Any], memory: str | Mapping[str, Any], seed: int, data: Mapping[str, Any]
) -> dict[str, Any]:
    """Spell out what a portfolio is asked for, with every option of task and memory, and all shapes.

    Raises:
        MannscopeError: if a name or an option is unknown.
    """
    for name in data:
        if name not in DATA:
            must = f"data must have options among {', '.join(DATA)}"
            raise MannscopeError(must, name, "Train a configuration of your own to set the others")
    named = {
        kind: complete(kind, {"name": part} if isinstance(part, str) else dict(part))
        for kind, part in (("task", task), ("memory", memory))
    }
    made = make("task", named["task"])
    named["memory"] |= roomy(memory, named["memory"], len(made.symbols))
    known: dict[str, Any] = {"shapes": list(made.shapes)}
    if made.distinct is not None:
        known["largest"] = max(1, min(LARGEST, made.distinct // BEYOND))
    return {**named, "seed": seed, "data": known | dict(data)}


def roomy(given: str | Mapping[str, Any], memory: Mapping[str, Any], symbols: int) -> dict[str, Any]:
    """Give a memory as many keys as there are symbols, unless it was said how many.

    A memory of which the room is fixed cannot keep more keys apart than it has, whatever is trained.

    Args:
        given: The memory as it was asked for.
        memory: The same with every option.
        symbols: Number of input symbols of the task.
    """
    option = make("memory", dict(memory)).body.keys_by
    if not option or (not isinstance(given, str) and option in given):
        return {}
    return {option: max(memory[option], min(symbols, MOST_KEYS))}


def begin(folder: Path, asked: dict[str, Any], *, resume: bool) -> None:
    """Write down what was asked for, before anything is trained.

    Raises:
        MannscopeError: if the folder holds a run, and it is not this one that goes on.
    """
    there = (folder / RECORD).is_file() or (folder / CONFIGURATION).is_file()
    if there and not resume:
        must, remedy = "a new run must have a folder of its own", "Choose another --out, or pass --resume"
        raise MannscopeError(must, f"{folder}, which holds a run", remedy)
    if there and asked_for(folder) != asked:
        must = f"what is resumed must be what {folder} was begun with"
        remedy = "Drop the options that differ, or choose another --out"
        raise MannscopeError(must, "something else", remedy)
    if there:
        return
    write_json(folder / RECORD, {"asked": asked})


def asked_for(folder: Path) -> dict[str, Any] | None:
    """Give what the portfolio in a folder was begun with: task, memory, seed and data; None without one."""
    path = folder / RECORD
    return json.loads(path.read_text(encoding="utf-8"))["asked"] if path.is_file() else None
