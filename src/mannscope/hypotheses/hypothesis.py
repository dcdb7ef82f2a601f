"""A hypothesis: which categories of input are monitored, and what is done to the memory for each."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from mannscope.errors import MannscopeError, UnknownNameError


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
    states: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """State of a finite automaton -> symbol -> the state after it; the state stays at other symbols. The
    first one is the state before the first symbol."""
    during: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Category to the states in which it is read; any if it is missing."""
    tops: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Category to the symbols of which one is on top, `START` for nothing; any if it is missing. It is the
    top of an ideal stack on which the first actor's policy pushes the symbols themselves."""
    mirror: Mapping[str, str] = field(default_factory=dict)
    """Action to its mirror image, where the claim is that the network does as stated, or its mirror image."""
    alike: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Actor -> action -> the action that it counts as, where the claim leaves open which of them is done."""
    carries: tuple[str, ...] = ()
    """Textbook algorithms of which one is claimed to say what the answer makes of the memory's contents."""

    def check(self) -> None:
        """Refuse a category or a state that is not there, and categories that overlap.

        Raises:
            UnknownNameError: if a category or a state is named that is not there.
            MannscopeError: if a symbol is in two categories in one and the same context.
        """
        rules = (category for by_category in self.policy.values() for category in by_category)
        claims = (category for claim in self.contents for category in claim.at)
        for category in (*rules, *claims, *self.after, *self.during, *self.tops):
            require_known("category", category, list(self.categories))
        for state in (
            *(state for turns in self.states.values() for state in turns.values()),
            *(state for states in self.during.values() for state in states),
        ):
            require_known("state", state, list(self.states))
        category_of: dict[str, list[str]] = {}
        for category, symbols in self.categories.items():
            for symbol in symbols:
                for other in category_of.setdefault(symbol, []):
                    if self._meet(category, other):
                        got = f"{symbol!r} in {other} and {category}"
                        raise MannscopeError("categories must not overlap", got, "Leave it in one of them")
                category_of[symbol].append(category)

    def _meet(self, one: str, other: str) -> bool:
        """Whether two categories can stand in one and the same context."""
        return one == other or all(
            one not in given or other not in given or set(given[one]) & set(given[other])
            for given in (self.after, self.during, self.tops)
        )

    def mirrored(self) -> "Hypothesis":
        """Give the mirror image of the policy."""
        return replace(
            self,
            policy={
                actor: {category: self.mirror.get(action, action) for category, action in rules.items()}
                for actor, rules in self.policy.items()
            },
        )

    def to_dict(self) -> dict[str, Any]:
        """Give plain values, as a YAML file states them."""
        return {
            "name": self.name,
            "categories": {name: list(symbols) for name, symbols in self.categories.items()},
            "after": {name: list(symbols) for name, symbols in self.after.items()},
            "states": {state: dict(turns) for state, turns in self.states.items()},
            "during": {name: list(states) for name, states in self.during.items()},
            "tops": {name: list(symbols) for name, symbols in self.tops.items()},
            "policy": {actor: dict(rules) for actor, rules in self.policy.items()},
            "mirror": dict(self.mirror),
            "alike": {actor: dict(counts) for actor, counts in self.alike.items()},
            "contents": [vars(claim) | {"at": list(claim.at)} for claim in self.contents],
            "algorithm": self.algorithm,
            "carries": list(self.carries),
            "from_step": self.from_step,
            "description": self.description,
        }


def require_known(kind: str, name: str, known: Collection[str]) -> None:
    """Refuse a name that is not there.

    Raises:
        UnknownNameError: if it is not.
    """
    if name not in known:
        raise UnknownNameError(kind, name, list(known))


def described(policy: Mapping[str, Mapping[str, str]]) -> str:
    """Describe a policy in one line, one actor after the other.

    >>> described({"stack 0": {"open": "PUSH", "digit": "PUSH", "close": "POP"}})
    'PUSH at open, digit; POP at close'
    """
    parts = []
    for actor, rules in policy.items():
        done: dict[str, list[str]] = {}
        for category, action in rules.items():
            done.setdefault(action, []).append(category)
        line = "; ".join(f"{action} at {', '.join(of)}" for action, of in done.items())
        parts.append(line if len(policy) == 1 else f"{actor}: {line}")
    return " | ".join(parts)
