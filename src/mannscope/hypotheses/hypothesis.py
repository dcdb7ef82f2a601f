"""A hypothesis: which categories of input are monitored, and what is done to the memory for each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Int

from mannscope.arrays import PADDING
from mannscope.errors import MannscopeError, UnknownNameError

FREE = -1
"""The action of an actor that a policy leaves alone."""


@dataclass(frozen=True)
class Contents:
    """A claim about what is stored: that a site of the trace holds a structural variable."""

    site: str
    """A variable of the trace, such as `reading` or `push_value`."""
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

    def table(
        self, symbols: Sequence[str], actors: Sequence[str], actions: Sequence[str]
    ) -> Int[np.ndarray, "symbol actor"]:
        """Give the action of every actor at every symbol; -1 where the policy leaves it free.

        Raises:
            UnknownNameError: if a symbol, an actor, a category or an action is not there.
        """
        table = np.full((len(symbols), len(actors)), FREE)
        for actor, rules in self.policy.items():
            for category, action in rules.items():
                column = _index("actor", actor, actors)
                _index("category", category, list(self.categories))
                for symbol in self.categories[category]:
                    row = _index(f"symbol of category {category}", symbol, symbols)
                    table[row, column] = _index("action", action, actions)
        return table

    def to_dict(self) -> dict[str, Any]:
        """Give plain values, as a YAML file states them."""
        return {
            "name": self.name,
            "categories": {name: list(symbols) for name, symbols in self.categories.items()},
            "policy": {actor: dict(rules) for actor, rules in self.policy.items()},
            "contents": [vars(claim) | {"at": list(claim.at)} for claim in self.contents],
            "description": self.description,
        }

    @classmethod
    def from_dict(cls, plain: Any, actors: Sequence[str], source: str = "the hypothesis") -> "Hypothesis":
        """Read plain values. A policy without actors, category to action, is that of every actor.

        Raises:
            MannscopeError: if a part is missing or of another form.
        """
        remedy = (
            "Write name, categories (name: [symbols]) and policy (category: ACTION); see docs/hypothesis.md"
        )
        if not isinstance(plain, dict):
            raise MannscopeError(f"{source} must be a mapping", type(plain).__name__, remedy)
        for part in plain.keys() - {"name", "categories", "policy", "contents", "description"}:
            raise UnknownNameError(
                "part of a hypothesis", str(part), ("name", "categories", "policy", "contents")
            )
        for part in ("name", "categories", "policy"):
            if not plain.get(part):
                raise MannscopeError(f"{source} must have {part}", "none", remedy)
        categories, policy, overlap = plain["categories"], plain["policy"], {}
        if not all(isinstance(part, dict) for part in (categories, policy)):
            raise MannscopeError(
                f"categories and policy of {source} must be mappings", "something else", remedy
            )
        for category, symbols in categories.items():
            if not isinstance(symbols, list):
                raise MannscopeError(f"category {category} must be a list of symbols", repr(symbols), remedy)
            for symbol in map(str, symbols):
                if symbol in overlap:
                    got = f"{symbol!r} in {overlap[symbol]} and {category}"
                    raise MannscopeError("categories must not overlap", got, "Leave it in one of them")
                overlap[symbol] = category
        by_actor = all(isinstance(rules, dict) for rules in policy.values())
        rules_of: dict[str, Any] = policy if by_actor else dict.fromkeys(actors, policy)
        contents = tuple(_contents(claim, source, remedy) for claim in plain.get("contents") or ())
        return cls(
            str(plain["name"]),
            {str(name): tuple(map(str, symbols)) for name, symbols in categories.items()},
            {
                str(actor): {str(name): str(act) for name, act in rules.items()}
                for actor, rules in rules_of.items()
            },
            contents,
            str(plain.get("description", "")),
        )


def read_hypothesis(path: str | Path, actors: Sequence[str]) -> Hypothesis:
    """Read a hypothesis from a YAML file.

    Args:
        path: The file.
        actors: Actors of the network it is about, to whom a policy without actors applies.

    Raises:
        MannscopeError: if the file is missing, is no YAML, or states no hypothesis.
    """
    import yaml

    path = Path(path)
    if not path.is_file():
        raise MannscopeError(
            "a hypothesis must be an existing YAML file", str(path), "See docs/hypothesis.md"
        )
    try:
        plain = yaml.safe_load(path.read_text())
    except (yaml.YAMLError, UnicodeDecodeError) as problem:
        got = str(problem).replace("\n", " ")
        raise MannscopeError(
            f"{path} must be YAML", got, "See docs/hypothesis.md for an example"
        ) from problem
    return Hypothesis.from_dict(plain, actors, str(path))


def prescribe(
    table: Int[np.ndarray, "symbol actor"], inputs: Int[np.ndarray, "episode step"]
) -> Int[np.ndarray, "episode step actor"]:
    """Look up what a policy prescribes at every step; -1 at padding and where it leaves an actor free."""
    prescribed = table[np.maximum(inputs, 0)]
    return np.where((inputs == PADDING)[..., None], FREE, prescribed)


def _contents(claim: Any, source: str, remedy: str) -> Contents:
    if not isinstance(claim, dict) or claim.keys() != {"site", "variable"}:
        raise MannscopeError(
            f"contents of {source} must name a site and a variable each", repr(claim), remedy
        )
    return Contents(str(claim["site"]), str(claim["variable"]))


def _index(kind: str, name: str, known: Sequence[str]) -> int:
    if name not in known:
        raise UnknownNameError(kind, name, known)
    return list(known).index(name)
