"""Rules of a mined strategy: what is done at a symbol, after any symbol or after some."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Int

from mannscope.arrays import PADDING
from mannscope.errors import MannscopeError, UnknownNameError

MOST = 8
"""Symbols that a name lists one by one."""

Actions = tuple[int, ...]


class Rule(NamedTuple):
    """The most frequent actions at a symbol, after any symbol or after some."""

    actions: Actions
    after: tuple[int, ...] | None = None

    def follows(self, previous: Int[np.ndarray, " point"]) -> Bool[np.ndarray, " point"]:
        """Say where it applies, by the symbols before."""
        return np.ones(len(previous), bool) if self.after is None else np.isin(previous, self.after)


def usual_actions(action: Int[np.ndarray, "point actor"]) -> Actions:
    """Give the most frequent action of each actor."""
    return tuple(int(np.bincount(column + 1).argmax()) - 1 for column in action.T)


class Seen(NamedTuple):
    """What was seen of one symbol."""

    rules: list[Rule]
    first: Actions | None
    """What is done at it where it comes first; None where it never does."""
    after: frozenset[int]
    """Symbols that it comes after."""


def joined_at_the_first_step(seen: Mapping[int, Seen]) -> dict[int, list[Rule]]:
    """Give one pair of rules to all symbols that do one thing at the first step and another one later.

    Each symbol comes after others, so that their rules would all be different. A symbol that is only seen to
    do one of the two joins them, unless it could join several.
    """
    pairs = {(pair[0].actions, pair[1].actions) for one in seen.values() if (pair := _pair(one.rules))}
    of: dict[int, tuple[Actions, Actions]] = {}
    for symbol, one in seen.items():
        fitting = [pair for pair in pairs if _fits(one, *pair)]
        if len(fitting) == 1:
            of[symbol] = fitting[0]
    joined = {symbol: one.rules for symbol, one in seen.items()}
    for first, rest in pairs:
        members = [symbol for symbol, pair in of.items() if pair == (first, rest)]
        after = frozenset().union(*(seen[symbol].after for symbol in members))
        both = [Rule(first, (PADDING,)), Rule(rest, tuple(sorted(after)))]
        joined |= dict.fromkeys(members, both)
    return joined


def _fits(one: Seen, first: Actions, rest: Actions) -> bool:
    """Say whether a symbol may do the one thing first and the other one later, for all that was seen."""
    if (pair := _pair(one.rules)) is not None:
        return (pair[0].actions, pair[1].actions) == (first, rest)
    if not one.after:
        return one.rules == [Rule(first)]
    return one.rules == [Rule(rest)] and one.first in (None, first)


def _pair(rules: list[Rule]) -> tuple[Rule, Rule] | None:
    """Give the rule of the first step and that of all others, where there are these two."""
    if len(rules) != 2 or not any(rule.after == (PADDING,) for rule in rules):
        return None
    first = next(rule for rule in rules if rule.after == (PADDING,))
    return first, next(rule for rule in rules if rule is not first)


def members_of(
    categories: Mapping[str, Sequence[str]], symbols: tuple[str, ...], seen: Int[np.ndarray, " symbol"]
) -> dict[str, list[int]]:
    """Look the symbols of given categories up.

    Raises:
        UnknownNameError: if a label is not of a symbol.
        MannscopeError: if a symbol that occurs is in no category, or a symbol is in several.
    """
    for label in (label for block in categories.values() for label in block):
        if label not in symbols:
            raise UnknownNameError("symbol", label, symbols)
    members = {name: [symbols.index(label) for label in block] for name, block in categories.items()}
    all_of = [symbol for block in members.values() for symbol in block]
    for symbol in (*seen.tolist(), *all_of):
        if all_of.count(symbol) != 1:
            raise MannscopeError(
                "every symbol that occurs must be in one of the categories",
                f"{symbols[symbol]!r} in {all_of.count(symbol)}",
                "Put each symbol into one category",
            )
    return members


def listed(labels: Sequence[str]) -> str:
    """List a few symbols, and of many the first, the last and their number."""
    if len(labels) <= MOST:
        return " ".join(labels)
    return f"{' '.join(labels[:3])} … {labels[-1]} ({len(labels)} symbols)"
