"""Typed text to the symbols of a program, by its task."""

import inspect
from typing import NamedTuple

from mannscope.errors import MannscopeError, UnknownNameError, refusing
from mannscope.programs.program import Program


class ReadInput(NamedTuple):
    """One typed input."""

    symbols: tuple[str, ...]
    answer: tuple[bool, ...]
    """Positions of the answer."""
    targets: tuple[str | None, ...]
    """The targets; None where there is none."""


def read_input(program: Program, text: str) -> ReadInput:
    """Read text as the program's task does, for instance "((3+4)*(2-9))".

    Raises:
        UnknownNameError: if there is no such task, or it has no such option.
        MannscopeError: if the task has other symbols, or the text is not well formed.
    """
    import numpy as np

    from mannscope.tables import find, require_kinds
    from mannscope.tasks import TASKS

    options = dict(program.task)
    kind = find("task", str(options.pop("name")), TASKS)
    known = inspect.signature(kind).parameters
    for option in options.keys() - known.keys():
        raise UnknownNameError(f"option of the program's task {program.task['name']}", option, known)
    require_kinds("task", kind, options)
    with refusing("the options of a program's task must fit it", "a program", "Extract the program again"):
        task = kind(**options)
    if task.symbols != program.symbols:
        remedy = "Extract the program again"
        raise MannscopeError("the symbols of a program must be its task's", " ".join(program.symbols), remedy)
    episode = task.episode(text)
    inputs, targets = (np.asarray(part).tolist() for part in (episode.inputs, episode.targets))
    return ReadInput(
        tuple(task.symbols[one] for one in inputs),
        tuple(np.asarray(episode.answer).tolist()),
        tuple(None if one < 0 else task.outputs[one] for one in targets),
    )
