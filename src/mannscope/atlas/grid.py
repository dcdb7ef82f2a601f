"""The grid: tasks and memories by their names in the atlas, and what is expected of each pair."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from mannscope.errors import UnknownNameError


@dataclass(frozen=True)
class Pair:
    """A task with a memory."""

    task: str
    memory: str
    """Both by their names in the atlas."""
    expected: str
    """`known` where an algorithm is and should be learned, `none` where there is none, and `hard`."""

    @property
    def name(self) -> str:
        """What the data calls it."""
        return f"{self.task} / {self.memory}"

    @property
    def folder(self) -> str:
        """The folder of its networks."""
        kept = (sign if sign.isalnum() else "-" for sign in f"{self.task}--{self.memory}".lower())
        return "".join(kept)

    @property
    def options(self) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """The task and the memory, each by its name and options."""
        return grid()["tasks"][self.task][0], grid()["memories"][self.memory]


@cache
def grid() -> Mapping[str, Any]:
    """Read the grid."""
    text = (files("mannscope") / "atlas" / "grid.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text)


def choose_pairs(tasks: Sequence[str] = (), memories: Sequence[str] = ()) -> list[Pair]:
    """Choose the pairs of some tasks and memories; of all where none is named.

    Raises:
        UnknownNameError: if one is not in the grid.
    """
    known, columns = grid()["tasks"], list(grid()["memories"])
    for kind, names, all_of in (("task", tasks, known), ("memory", memories, columns)):
        for name in names:
            if name not in all_of:
                raise UnknownNameError(f"{kind} of the atlas", name, all_of)
    return [
        Pair(task, memory, known[task][1][columns.index(memory)])
        for task in tasks or known
        for memory in memories or columns
    ]
