"""Hypotheses as a person states them: plain values, and YAML files."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mannscope.errors import MannscopeError, UnknownNameError, refusing
from mannscope.files import read_mapping
from mannscope.hypotheses.hypothesis import Contents, Hypothesis

NEEDED = ("name", "categories", "policy")
MAPPINGS = ("categories", "policy", "after", "states", "during", "tops", "mirror", "alike")
PARTS = frozenset({*NEEDED, *MAPPINGS, "contents", "algorithm", "carries", "from_step", "description"})
FORM = "Write name, categories (name: [symbols]) and policy (category: ACTION); see docs/hypothesis.md"


def stated(plain: Any, actors: Sequence[str], source: str = "the hypothesis") -> Hypothesis:
    """Read plain values. A policy without actors, category to action, is that of every actor.

    Args:
        plain: What `Hypothesis.to_dict` gives, or a part of it.
        actors: Actors of the network it is about.
        source: What an error calls it.

    Raises:
        UnknownNameError: if there is a part that no hypothesis has, or a category is not there.
        MannscopeError: if a part is missing or of another form, or categories overlap.
    """
    if not isinstance(plain, dict):
        raise MannscopeError(f"{source} must be a mapping", type(plain).__name__, FORM)
    for part in plain.keys() - PARTS:
        raise UnknownNameError("part of a hypothesis", str(part), PARTS)
    for part in NEEDED:
        if not plain.get(part):
            raise MannscopeError(f"{source} must have {part}", "none", FORM)
    if not all(isinstance(plain.get(part) or {}, dict) for part in MAPPINGS):
        must = f"{', '.join(MAPPINGS)} of {source} must be mappings"
        raise MannscopeError(must, "something else", FORM)
    made = Hypothesis(
        str(plain["name"]),
        _symbols(plain["categories"]),
        _rules(plain["policy"], actors, source),
        _contents(plain.get("contents") or [], source),
        str(plain.get("description", "")),
        _from_step(plain.get("from_step", 0), source),
        _symbols(plain.get("after") or {}),
        str(plain.get("algorithm") or ""),
        _states(plain.get("states") or {}, source),
        _symbols(plain.get("during") or {}),
        _symbols(plain.get("tops") or {}),
        {str(action): str(image) for action, image in (plain.get("mirror") or {}).items()},
        _alike(plain.get("alike") or {}, source),
        _names(plain.get("carries") or [], source),
    )
    made.check()
    return made


def read_hypothesis(path: str | Path, actors: Sequence[str]) -> Hypothesis:
    """Read a hypothesis from a YAML file.

    Args:
        path: The file.
        actors: Actors of the network it is about, to whom a policy without actors applies.

    Raises:
        MannscopeError: if the file is missing, is no YAML, or states no hypothesis.
    """
    plain = read_mapping("hypothesis", Path(path), remedy := "See docs/hypothesis.md")
    with refusing("a hypothesis must be as docs/hypothesis.md describes it", path, remedy):
        return stated(plain, actors, str(path))


def _from_step(plain: Any, source: str) -> int:
    if not isinstance(plain, int) or isinstance(plain, bool) or plain < 0:
        must = f"from_step of {source} must be a whole number from 0 on"
        raise MannscopeError(must, repr(plain), "Write from_step: 1 to leave the first step free")
    return plain


def _symbols(plain: dict[Any, Any]) -> dict[str, tuple[str, ...]]:
    for category, symbols in plain.items():
        if not isinstance(symbols, list):
            raise MannscopeError(f"category {category} must be a list of symbols", repr(symbols), FORM)
    return {str(category): tuple(map(str, symbols)) for category, symbols in plain.items()}


def _states(plain: dict[Any, Any], source: str) -> dict[str, dict[str, str]]:
    for state, turns in plain.items():
        if not isinstance(turns or {}, dict):
            must = f"state {state} of {source} must be a mapping from symbols to the state after them"
            raise MannscopeError(must, repr(turns), "Write states: {before: {'#': after}, after: {}}")
    return {
        str(state): {str(symbol): str(after) for symbol, after in (turns or {}).items()}
        for state, turns in plain.items()
    }


def _alike(plain: dict[Any, Any], source: str) -> dict[str, dict[str, str]]:
    for actor, counts in plain.items():
        if not isinstance(counts, dict):
            must = f"alike of {source} must map an action of {actor} to the one that it counts as"
            raise MannscopeError(must, repr(counts), "Write alike: {queue: {REPLACE: DEQUEUE}}")
    return {str(actor): {str(one): str(of) for one, of in counts.items()} for actor, counts in plain.items()}


def _names(plain: Any, source: str) -> tuple[str, ...]:
    if not isinstance(plain, list):
        must = f"carries of {source} must be a list of textbook algorithms"
        raise MannscopeError(must, repr(plain), "Write carries: [stack]")
    return tuple(map(str, plain))


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
