"""A hypothesis: which categories of input are monitored, and what is done to the memory for each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from jaxtyping import Bool, Int

from mannscope.analyses import symbols_before
from mannscope.anatomy import Actor
from mannscope.arrays import PADDING, START
from mannscope.errors import MannscopeError, UnknownNameError

FREE = -1
"""The action of an actor that a policy leaves alone."""

Table = Int[np.ndarray, "symbol previous actor"]
"""The action of every actor at a symbol, by the symbol before it: 0 for none, else its index + 1."""


@dataclass(frozen=True)
class Contents:
    """A claim about what is stored: that a site of the trace holds a structural variable."""

    site: str
    """A variable of the trace, such as `reading`, or the operation that is written."""
    variable: str
    """A structural variable of the task, such as `partial_value`."""
    at: tuple[str, ...] = ()
    """Categories at which it is held; all of them where empty."""


@dataclass(frozen=True)
class Hypothesis:
    """A strategy, stated so that it can fail.

    The paper's finding in these words: specific categories of input are monitored, and different policies are
    made based on that to change the memory.
    """

    name: str
    categories: Mapping[str, tuple[str, ...]]
    """Category to symbols. A symbol in none of them is left out of the claim."""
    policy: Mapping[str, Mapping[str, str]]
    """Actor to category to action. A category without an action is left free for that actor."""
    contents: tuple[Contents, ...] = ()
    description: str = ""
    from_step: int = 0
    """First step that the policy is claimed for; what is done before it is left free."""
    after: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Category to the symbols of which one must stand before it, `START` for none; any if it is missing."""
    algorithm: str = ""
    """Textbook algorithm of the task whose contents are claimed to be written; empty where there is none."""

    def table(self, symbols: Sequence[str], actors: Sequence[Actor]) -> Table:
        """Give the action of every actor at every symbol; -1 where the policy leaves it free.

        Args:
            symbols: Labels of the symbols, or of the task's situations where a symbol has several categories.
            actors: Who acts, each with actions of its own.

        Raises:
            UnknownNameError: if a symbol, an actor, a category or an action is not there.
            MannscopeError: if a symbol is in two categories after one and the same symbol.
        """
        self.check()
        table = np.full((len(symbols), 1 + len(symbols), len(actors)), FREE)
        names = [actor.name for actor in actors]
        for actor, rules in self.policy.items():
            for category, action in rules.items():
                column = _index("actor", actor, names)
                known = actors[column].labels
                table[self.places(symbols, (category,)), column] = _index("action", action, known)
        return table

    def places(
        self, symbols: Sequence[str], categories: Iterable[str] | None = None
    ) -> Bool[np.ndarray, "symbol previous"]:
        """Mark the symbols of some categories, or of all, by the symbol before them as in a `Table`.

        Raises:
            UnknownNameError: if a category or a symbol is not there.
        """
        chosen = np.zeros((len(symbols), 1 + len(symbols)), bool)
        for category in self.categories if categories is None else categories:
            _index("category", category, list(self.categories))
            rows = [_index(f"symbol of category {category}", s, symbols) for s in self.categories[category]]
            known = (START, *symbols)
            before = [_index(f"symbol before {category}", s, known) for s in self.after.get(category, known)]
            chosen[np.ix_(rows, before)] = True
        return chosen

    def check(self) -> None:
        """Refuse a category that is not there, and categories that overlap.

        Raises:
            UnknownNameError: if contents, policy or `after` name a category that is not there.
            MannscopeError: if a symbol is in two categories after one and the same symbol.
        """
        known = list(self.categories)
        rules = (category for by_category in self.policy.values() for category in by_category)
        claims = (category for claim in self.contents for category in claim.at)
        for category in (*rules, *claims, *self.after):
            _index("category", category, known)
        category_of: dict[str, list[str]] = {}
        for category, symbols in self.categories.items():
            for symbol in symbols:
                for other in category_of.setdefault(symbol, []):
                    if self._meet(category, other):
                        got = f"{symbol!r} in {other} and {category}"
                        raise MannscopeError("categories must not overlap", got, "Leave it in one of them")
                category_of[symbol].append(category)

    def _meet(self, one: str, other: str) -> bool:
        """Whether two categories can stand after one and the same symbol."""
        if one == other or one not in self.after or other not in self.after:
            return True
        return bool(set(self.after[one]) & set(self.after[other]))

    def to_dict(self) -> dict[str, Any]:
        """Give plain values, as a YAML file states them."""
        return {
            "name": self.name,
            "categories": {name: list(symbols) for name, symbols in self.categories.items()},
            "after": {name: list(symbols) for name, symbols in self.after.items()},
            "policy": {actor: dict(rules) for actor, rules in self.policy.items()},
            "contents": [vars(claim) | {"at": list(claim.at)} for claim in self.contents],
            "algorithm": self.algorithm,
            "from_step": self.from_step,
            "description": self.description,
        }


def before(inputs: Int[np.ndarray, "episode step"]) -> Int[np.ndarray, "episode step"]:
    """Give what stands before every symbol, as a `Table` counts it."""
    return symbols_before(inputs) + 1


def prescribe(
    table: Table, inputs: Int[np.ndarray, "episode step"], from_step: int = 0
) -> Int[np.ndarray, "episode step actor"]:
    """Look up what a policy prescribes at every step from one on.

    It is -1 before that step, at padding, and where the policy leaves an actor free.
    """
    free = (inputs == PADDING) | (np.arange(inputs.shape[1]) < from_step)
    return np.where(free[..., None], FREE, table[np.maximum(inputs, 0), before(inputs)])


def positions(
    places: Bool[np.ndarray, "symbol previous"], inputs: Int[np.ndarray, "episode step"]
) -> Bool[np.ndarray, "episode step"]:
    """Mark the steps at which a symbol of these places is read."""
    return (inputs != PADDING) & places[np.maximum(inputs, 0), before(inputs)]


def _index(kind: str, name: str, known: Sequence[str]) -> int:
    if name not in known:
        raise UnknownNameError(kind, name, known)
    return list(known).index(name)
