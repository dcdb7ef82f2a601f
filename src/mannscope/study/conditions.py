"""The conditions of the study: each task with each memory, and the variants of them that are trained too.

Every recipe, budget and threshold that belongs to one task or memory is named here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from mannscope.errors import MannscopeError
from mannscope.training import Configuration, bundled, load
from mannscope.training.recipes import read_recipe

CONDITIONS = ("reversal-stack", "reversal-ntm", "expressions-stack", "expressions-ntm")
"""The paper's four, each the name of a recipe and of the bundled network that was trained by it."""

BASELINES = ("reversal-none", "expressions-none")
"""No memory, but an LSTM with as many weights as the network with the stack has."""

VARIED = ("expressions-stack", "expressions-ntm")
"""The conditions of which every variant is trained too."""

TRAINED_WHEN_QUICK = ("reversal-stack",)

NO_MEMORY: Final = "none"
"""Name of the memory of the baselines, whose networks have no strategy."""

BUDGETS: Final = {("reversal", "stack"): 30, ("reversal", "ntm"): 120, ("expressions", "stack"): 240}
"""Task and memory -> seconds on one core within which a network was to be trained."""

GENERALISES: Final = {
    "reversal": {"10x": 0.999},
    "expressions": {"2x": 0.99, "5x": 0.98, "10x": 0.98},
}
"""Task -> the least accuracy that counts as generalising, in the worst shape, soft and discretised."""


@dataclass(frozen=True)
class Variant:
    """A change to a recipe."""

    title: str
    options: Mapping[str, Any]
    """The options that are changed."""


VARIANTS: Final[Mapping[str, Variant]] = {
    "answer-only": Variant("trained on the last answer alone", {"task": {"supervise_brackets": False}}),
    "plus-minus": Variant("without multiplication", {"task": {"operators": "+-"}}),
    "modulus-5": Variant("modulo 5", {"task": {"modulus": 5}}),
    "symbol-only": Variant("actions seeing the symbol alone", {"interface": "symbol"}),
    "whole-context": Variant("without context dropout", {"training": {"context_dropout": 0.0}}),
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
