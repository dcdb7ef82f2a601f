"""A hypothesis: which categories of input are monitored, and what is done to the memory for each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Int

from mannscope.arrays import PADDING
from mannscope.errors import MannscopeError, UnknownNameError

PARTS = frozenset({"name", "categories", "policy", "contents", "from_step", "description"})

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
    from_step: int = 0
    """First step that the policy is claimed for; what is done before it is left free."""

    def table(
        self, symbols: Sequence[str], actors: Sequence[str], actions: Sequence[str]
    ) -> Int[np.ndarray, "symbol actor"]:
        """Give the action of every actor at every symbol; -1 where the policy leaves it free.

        Raises:
            UnknownNameError: if a symbol, an actor, a category or an action is not there.
            MannscopeError: if a symbol is in two categories.
        """
        self._check_categories()
        table = np.full((len(symbols), len(actors)), FREE)
        for actor, rules in self.policy.items():
            for category, action in rules.items():
                column = _index("actor", actor, actors)
                _index("category", category, list(self.categories))
                for symbol in self.categories[category]:
                    row = _index(f"symbol of category {category}", symbol, symbols)
                    table[row, column] = _index("action", action, actions)
        return table

    def _check_categories(self) -> None:
        for claim in self.contents:
            for category in claim.at:
                _index("category", category, list(self.categories))
        category_of: dict[str, str] = {}
        for category, symbols in self.categories.items():
            for symbol in symbols:
                if symbol in category_of:
                    got = f"{symbol!r} in {category_of[symbol]} and {category}"
                    raise MannscopeError("categories must not overlap", got, "Leave it in one of them")
                category_of[symbol] = category

    def to_dict(self) -> dict[str, Any]:
        """Give plain values, as a YAML file states them."""
        return {
            "name": self.name,
            "categories": {name: list(symbols) for name, symbols in self.categories.items()},
            "policy": {actor: dict(rules) for actor, rules in self.policy.items()},
            "contents": [vars(claim) | {"at": list(claim.at)} for claim in self.contents],
            "from_step": self.from_step,
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
        for part in plain.keys() - PARTS:
            raise UnknownNameError("part of a hypothesis", str(part), PARTS)
        for part in ("name", "categories", "policy"):
            if not plain.get(part):
                raise MannscopeError(f"{source} must have {part}", "none", remedy)
        if not all(isinstance(plain[part], dict) for part in ("categories", "policy")):
            must = f"categories and policy of {source} must be mappings"
            raise MannscopeError(must, "something else", remedy)
        made = cls(
            str(plain["name"]),
            _categories(plain["categories"], remedy),
            _rules(plain["policy"], actors, source),
            _contents(plain.get("contents") or [], source),
            str(plain.get("description", "")),
            _from_step(plain.get("from_step", 0), source),
        )
        made._check_categories()
        return made


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
    table: Int[np.ndarray, "symbol actor"], inputs: Int[np.ndarray, "episode step"], from_step: int = 0
) -> Int[np.ndarray, "episode step actor"]:
    """Look up what a policy prescribes at every step from one on.

    It is -1 before that step, at padding, and where the policy leaves an actor free.
    """
    free = (inputs == PADDING) | (np.arange(inputs.shape[1]) < from_step)
    return np.where(free[..., None], FREE, table[np.maximum(inputs, 0)])


def _from_step(plain: Any, source: str) -> int:
    if not isinstance(plain, int) or isinstance(plain, bool) or plain < 0:
        must = f"from_step of {source} must be a whole number from 0 on"
        raise MannscopeError(must, repr(plain), "Write from_step: 1 to leave the first step free")
    return plain


def _categories(plain: dict[Any, Any], remedy: str) -> dict[str, tuple[str, ...]]:
    for category, symbols in plain.items():
        if not isinstance(symbols, list):
            raise MannscopeError(f"category {category} must be a list of symbols", repr(symbols), remedy)
    return {str(category): tuple(map(str, symbols)) for category, symbols in plain.items()}


def _rules(plain: dict[Any, Any], actors: Sequence[str], source: str) -> dict[str, dict[str, str]]:
    by_actor = [isinstance(rules, dict) for rules in plain.values()]
    if any(by_actor) and not all(by_actor):
        raise MannscopeError(
            f"the policy of {source} must be that of every actor, or give each actor its own",
            "both",
            "Write category: ACTION throughout, or actor: {category: ACTION} throughout",
        )
    rules_of = plain if all(by_actor) else dict.fromkeys(actors, plain)
    return {
        str(actor): {str(category): str(action) for category, action in rules.items()}
        for actor, rules in rules_of.items()
    }


def _contents(plain: Any, source: str) -> tuple[Contents, ...]:
    claims = plain if isinstance(plain, list) else [plain]
    for claim in claims:
        named = isinstance(claim, dict) and {"site", "variable"} <= claim.keys() <= {"site", "variable", "at"}
        if not named or not isinstance(claim.get("at", []), list):
            raise MannscopeError(
                f"contents of {source} must name a site and a variable each, and may list categories (at)",
                repr(claim),
                "Write {site: reading, variable: top, at: [symbol]}; see docs/hypothesis.md",
            )
    return tuple(
        Contents(str(claim["site"]), str(claim["variable"]), tuple(map(str, claim.get("at", []))))
        for claim in claims
    )


def _index(kind: str, name: str, known: Sequence[str]) -> int:
    if name not in known:
        raise UnknownNameError(kind, name, known)
    return list(known).index(name)
