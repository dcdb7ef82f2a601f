"""The cells of the study: each task with each memory, and the conditions under which it is trained again."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from mannscope.errors import MannscopeError
from mannscope.training import Configuration, bundled, load
from mannscope.training.recipes import read_recipe

CELLS = ("reversal-stack", "reversal-ntm", "expressions-stack", "expressions-ntm")
"""The paper's four, each the name of a recipe and of the bundled network that was trained by it."""

BASELINES = ("reversal-none", "expressions-none")
"""No memory, but an LSTM with as many weights as the network with the stack has."""

CONDITIONED = ("expressions-stack", "expressions-ntm")
"""The cells that are trained under every condition too."""

CONDITIONS: Final[Mapping[str, Mapping[str, Any]]] = {
    "answer-only": {"task": {"supervise_brackets": False}},
    "plus-minus": {"task": {"operators": "+-"}},
    "modulus-5": {"task": {"modulus": 5}},
    "symbol-only": {"interface": "symbol"},
    "whole-context": {"training": {"context_dropout": 0.0}},
}
"""Condition -> the options that it changes in a recipe."""

TRAINED_WHEN_QUICK = ("reversal-stack",)


@dataclass(frozen=True)
class Cell:
    """A task with a memory, under a condition: the networks of one configuration, a seed each."""

    name: str
    configuration: Configuration
    seeds: tuple[int, ...]
    condition: str = ""
    """What is changed in the recipe; empty where nothing is."""
    is_bundled: bool = False
    """Whether its one network comes with the package and is not trained."""

    def of_seed(self, seed: int) -> Configuration:
        """Give the configuration with this seed."""
        return replace(self.configuration, seed=seed)

    def folder(self, out: Path, seed: int) -> Path:
        """Name the folder of one network's results."""
        return out / self.name / f"seed-{seed}"


def choose_cells(
    seeds: int, conditions: int = 0, *, quick: bool = False, given: Mapping[str, Configuration] | None = None
) -> list[Cell]:
    """Choose the cells: those given, or the paper's four with baselines and conditions.

    Seeds count from the configuration's own on.

    Args:
        seeds: Networks of each cell.
        conditions: Networks of each conditioned cell under each condition.
        quick: Take the paper's four alone, most of them from the package.
        given: Configurations by name, instead of all this.

    Raises:
        MannscopeError: if a quick study lacks a bundled network.
    """
    if given is not None:
        return [_cell(name, configuration, seeds) for name, configuration in given.items()]
    if quick:
        return _quick(seeds)
    cells = [_cell(name, read_recipe(name), seeds) for name in (*CELLS, *BASELINES)]
    if not conditions:
        return cells
    for name in CONDITIONED:
        for condition in CONDITIONS:
            changed = under(read_recipe(name), condition)
            cells.append(_cell(f"{name}-{condition}", changed, conditions, condition))
    return cells


def under(configuration: Configuration, condition: str) -> Configuration:
    """Change a recipe as a condition says."""
    changes = dict(CONDITIONS[condition])
    if "task" in changes:
        changes["task"] = {**configuration.task, **changes["task"]}
    if "training" in changes:
        changes["training"] = replace(configuration.training, **changes["training"])
    return replace(configuration, **changes)


def _cell(name: str, configuration: Configuration, count: int, condition: str = "") -> Cell:
    first = configuration.seed
    return Cell(name, configuration, tuple(range(first, first + count)), condition)


def _quick(seeds: int) -> list[Cell]:
    loaded = [name for name in CELLS if name not in TRAINED_WHEN_QUICK]
    if missing := [name for name in loaded if name not in bundled()]:
        raise MannscopeError(
            f"a quick study must find the bundled networks {', '.join(loaded)}",
            f"no {', '.join(missing)}",
            "Run the whole study, without --quick, which trains them",
        )
    cells = []
    for name in CELLS:
        if name in TRAINED_WHEN_QUICK:
            cells.append(_cell(name, read_recipe(name), seeds))
        else:
            configuration = load(name).configuration
            cells.append(Cell(name, configuration, (configuration.seed,), is_bundled=True))
    return cells
