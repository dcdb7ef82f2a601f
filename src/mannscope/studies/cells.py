"""The cells of the study: each task with each memory."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from mannscope.errors import MannscopeError
from mannscope.training import Configuration, bundled, load
from mannscope.training.recipes import read_recipe

CELLS = ("reversal-stack", "reversal-ntm", "expressions-stack", "expressions-ntm")
"""The paper's four, each the name of a recipe and of the bundled network that was trained by it."""

TRAINED_WHEN_QUICK = ("reversal-stack",)


@dataclass(frozen=True)
class Cell:
    """A task with a memory: the networks of one configuration, a seed each."""

    name: str
    configuration: Configuration
    is_bundled: bool
    """Whether its one network comes with the package and is not trained."""

    def seeds(self, count: int) -> tuple[int, ...]:
        """List the seeds, from the configuration's own on; a bundled network has one alone."""
        first = self.configuration.seed
        return (first,) if self.is_bundled else tuple(range(first, first + count))

    def of_seed(self, seed: int) -> Configuration:
        """Give the configuration with this seed."""
        return replace(self.configuration, seed=seed)

    def folder(self, out: Path, seed: int) -> Path:
        """Name the folder of one network's results."""
        return out / self.name / f"seed-{seed}"


def choose_cells(quick: bool, given: Mapping[str, Configuration] | None) -> list[Cell]:
    """Choose the cells: those given, or the paper's four.

    Raises:
        MannscopeError: if a quick study lacks a bundled network.
    """
    if given is not None:
        return [Cell(name, configuration, is_bundled=False) for name, configuration in given.items()]
    loaded = [name for name in CELLS if quick and name not in TRAINED_WHEN_QUICK]
    if missing := [name for name in loaded if name not in bundled()]:
        raise MannscopeError(
            f"a quick study must find the bundled networks {', '.join(loaded)}",
            f"no {', '.join(missing)}",
            "Run the whole study, without --quick, which trains them",
        )
    return [
        Cell(name, load(name).configuration, is_bundled=True)
        if name in loaded
        else Cell(name, read_recipe(name), is_bundled=False)
        for name in CELLS
    ]
