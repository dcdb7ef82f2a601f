"""Inputs that are refused before a network is loaded, which takes as long again as to import JAX."""

import json
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mannscope.errors import BROKEN, MannscopeError

if TYPE_CHECKING:
    from mannscope.tasks import Episode


def read_input(run: str, text: str) -> "Episode | None":
    """Read an input as the task of a run does, without the run's model.

    None where that needs the whole run, which then says what is wrong with it.

    Raises:
        MannscopeError: if the text is no input of the task.
    """
    task = _task(run)
    try:
        return None if task is None else task.episode(text)
    except BROKEN:  # not the text: the task has options that it cannot have
        return None


def _task(run: str) -> Any:
    folders = (Path(run), Path(str(files("mannscope"))) / "checkpoints" / run)
    stored = next((folder for folder in folders if (folder / "config.json").is_file()), None)
    try:
        options = dict(json.loads((stored / "config.json").read_text())["task"]) if stored else {}
        name = options.pop("name")
        from mannscope.tables import find, require_kinds
        from mannscope.tasks import TASKS
        from mannscope.tasks.own_rows import read_kept_rows

        if stored:
            read_kept_rows(options, stored)
        found = find("task", name, TASKS)
        require_kinds("task", found, options)
        return found(**options)
    except (MannscopeError, OSError, *BROKEN):
        return None
