"""The conditions of the study: each task with each memory, and the variants of them that are trained too.

Every recipe, budget and threshold that belongs to one task or memory is in `paper.yaml`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from mannscope.errors import MannscopeError
from mannscope.files import read_mapping
from mannscope.training import Configuration, bundled, load
from mannscope.training.recipes import read_recipe


@dataclass(frozen=True)
class Variant:
    """A change to a recipe."""

    title: str
    options: Mapping[str, Any]
    """The options that are changed."""


_PAPER = read_mapping(
    "plan of the study",
    Path(str(files("mannscope.study") / "paper.yaml")),
    "Install the package again: its files were changed",
)

CONDITIONS: Final = tuple(_PAPER["conditions"])
"""The paper's four, each the name of a recipe and of the bundled network that was trained by it."""

BASELINES: Final = tuple(_PAPER["baselines"])
"""No memory, but an LSTM with as many weights as the network with the stack has."""

VARIED: Final = tuple(_PAPER["varied"])
"""The conditions of which every variant is trained too."""

TRAINED_WHEN_QUICK: Final = tuple(_PAPER["trained_when_quick"])

NO_MEMORY: Final = "none"
"""Name of the memory of the baselines, whose networks have no strategy."""

BUDGETS: Final[Mapping[tuple[str, str], int]] = {
    (task, memory): seconds for task, of in _PAPER["budgets"].items() for memory, seconds in of.items()
}
"""Task and memory -> seconds on one core within which a network was to be trained."""

GENERALISES: Final[Mapping[str, Mapping[str, float]]] = _PAPER["generalises"]
"""Task -> the least accuracy, in the worst shape soft and discretised, that counts as generalising."""

VARIANTS: Final[Mapping[str, Variant]] = {
    name: Variant(**variant) for name, variant in _PAPER["variants"].items()
}


@dataclass(frozen=True)
class Condition:
    """A task with a memory, perhaps in a variant: the networks of one configuration, one for each seed."""

    name: str
    configuration: Configuration
    seeds: tuple[int, ...]
    variant: str = ""
    """What is changed in the recipe; empty where nothing is."""
    is_bundled: bool = False
    """Whether its one network is bundled with the package and is not trained."""

    def of_seed(self, seed: int) -> Configuration:
        """Return the configuration with this seed."""
        return replace(self.configuration, seed=seed)

    def folder(self, out: Path, seed: int) -> Path:
        """Return the folder of one network's results."""
        return out / self.name / f"seed-{seed}"


def choose_conditions(
    seeds: int,
    variant_seeds: int = 0,
    *,
    quick: bool = False,
    given: Mapping[str, Configuration] | None = None,
) -> list[Condition]:
    """Choose the conditions: those given, or the paper's four with baselines and variants.

    Seeds start at the configuration's own.

    Args:
        seeds: Networks of each condition.
        variant_seeds: Networks of each variant of each condition in `VARIED`.
        quick: Take the paper's four alone, most of them from the package.
        given: Configurations by name, instead of all this.

    Raises:
        MannscopeError: if a quick study lacks a bundled network.
    """
    if given is not None:
        return [_condition(name, configuration, seeds) for name, configuration in given.items()]
    if quick:
        return _quick(seeds)
    chosen = [_condition(name, read_recipe(name), seeds) for name in (*CONDITIONS, *BASELINES)]
    if not variant_seeds:
        return chosen
    for name in VARIED:
        for variant in VARIANTS:
            changed = vary(read_recipe(name), variant)
            chosen.append(_condition(f"{name}-{variant}", changed, variant_seeds, variant))
    return chosen


def vary(configuration: Configuration, variant: str) -> Configuration:
    """Return the variant of a recipe."""
    changes = dict(VARIANTS[variant].options)
    if "task" in changes:
        changes["task"] = {**configuration.task, **changes["task"]}
    if "training" in changes:
        changes["training"] = replace(configuration.training, **changes["training"])
    return replace(configuration, **changes)


def _condition(name: str, configuration: Configuration, count: int, variant: str = "") -> Condition:
    first = configuration.seed
    return Condition(name, configuration, tuple(range(first, first + count)), variant)


def _quick(seeds: int) -> list[Condition]:
    loaded = [name for name in CONDITIONS if name not in TRAINED_WHEN_QUICK]
    if missing := [name for name in loaded if name not in bundled()]:
        raise MannscopeError(
            f"a quick study must find the bundled networks {', '.join(loaded)}",
            f"no {', '.join(missing)}",
            "Run the whole study, without --quick, which trains them",
        )
    chosen = []
    for name in CONDITIONS:
        if name in TRAINED_WHEN_QUICK:
            chosen.append(_condition(name, read_recipe(name), seeds))
        else:
            configuration = load(name).configuration
            chosen.append(Condition(name, configuration, (configuration.seed,), is_bundled=True))
    return chosen
