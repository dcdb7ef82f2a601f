"""Realisations: how an ideal machine is played on a memory, from which hypotheses are derived."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Realisation(NamedTuple):
    """One way to do on a memory what an ideal machine does."""

    machine: str
    """Name of the ideal machine (`mannscope.machines`)."""
    rules: Mapping[str, Mapping[str, str]]
    """Actor -> action of the machine -> its own action; what is missing is left free."""
    store: str
    """What the store is called in a sentence, such as "stack" or "tape"."""
    name: str = ""
    """Name of the policy, with `{PUSH}` for the categories at which the machine pushes, in the plural, and
    `{PUSH_symbols}` for their symbols; empty where the algorithm's own name says it."""
    description: str = ""
    """Of the policy; empty where the algorithm's own description says it."""
    contents: str = ""
    """Operation that carries what the machine writes; empty where nothing is claimed of it."""
    turns: bool | None = None
    """Whether it fits only algorithms that take nothing out before everything is in (True), only others
    (False), or all (None)."""
    from_step: int = 0
    """First step for which it is claimed."""
    mirror: Mapping[str, str] = MappingProxyType({})
    """Action -> its mirror image, where doing everything the other way round is the same way to do it."""
    is_exact: bool = False
    """Whether the memory, with every choice hard, is this machine, so that programs can be extracted."""
    but: str = ""
    """What keeps it from being exact, such as "it has 2 stacks"; empty where it is, or where more does."""
    exact_with: str = ""
    """Options of the command line with which it would be exact."""


def identical(machine: str, actors: Mapping[str, tuple[str, ...]], contents: str) -> Realisation:
    """Give the realisation of a machine on a memory that is this machine: every action is its own."""
    rules = {actor: {action: action for action in actions} for actor, actions in actors.items()}
    return Realisation(machine, rules, store=machine, contents=contents, is_exact=True)
