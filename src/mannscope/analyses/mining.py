"""Mine a strategy: the coarsest partition of symbols, and of those before them, with constant actions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from jaxtyping import Bool, Int

from mannscope.analyses.labels import category_pairs, symbols_before
from mannscope.analyses.results import Result, plain
from mannscope.analyses.rules import Rule, Seen, joined_at_the_first_step, listed, members_of, usual_actions
from mannscope.anatomy import NOT_APPLICABLE, Actor
from mannscope.arrays import PADDING, START
from mannscope.errors import MannscopeError
from mannscope.traces import anatomy, batch
from mannscope.traces.labels import categories, require_symbols
from mannscope.traces.reading import plane


@dataclass(frozen=True, repr=False)
class MinedStrategy(Result):
    """A policy read off the recorded actions: the blocks of symbols, and what is done at each."""

    partition: Mapping[str, tuple[str, ...]]
    """Labels of the symbols of each block, by the block's name."""
    after: Mapping[str, tuple[str, ...]]
    """Labels of the symbols of which one stands before those of a block, `^` for none; only of blocks for
    which it matters."""
    policy: Mapping[str, Mapping[str, str]]
    """Most frequent action of each actor at each block."""
    agreement: float
    """Share of the steps at which all actors do what the policy says."""
    actor_agreement: Mapping[str, float]
    """The same for each actor."""
    symbol_agreement: Mapping[str, float]
    """The same as `agreement` for the steps of each symbol."""
    unstable: tuple[str, ...]
    """Symbols whose own agreement is under `minimum`: the action there depends on more than the symbol."""
    constant_actors: tuple[str, ...]
    """Actors that do the same at every block."""
    occurrences: Mapping[str, int]
    """Number of steps of each symbol."""
    minimum: float
    steps: int
    episodes: int

    def to_dict(self) -> dict[str, Any]:
        """Give the strategy as plain values; the policy of a single actor is its action alone."""
        actors = tuple(self.actor_agreement)
        alone = (
            {name: actions[actors[0]] for name, actions in self.policy.items()}
            if len(actors) == 1
            else self.policy
        )
        return plain(self) | {"policy": plain(alone)}


@dataclass(frozen=True)
class Mining:
    """Finds the blocks of symbols that share the most frequent action of every actor.

    Where a symbol's action is not constant, the symbol before decides: the symbol is taken apart by it if
    that explains half or more of the steps that do otherwise. Symbols whose first step alone is another are
    one block, with those that do the same and never come first.

    The agreement is counted over the very steps that the policy was read off, one episode or more. It
    describes these steps; a hypothesis made of it is to be verified on others.

    Args:
        minimum: Agreement under which a symbol is reported as unstable, in [0, 1].
        constant: Agreement from which on a symbol's action counts as constant, in [0, 1].
        categories: Labels of the symbols of each category, where the blocks are given: what is done at each
            is found, and what decides is the category before.
    """

    minimum: float = 0.9
    constant: float = 0.99
    categories: Mapping[str, Sequence[str]] | None = None

    def __call__(
        self, trace: xr.Dataset, *, mask: Bool[np.ndarray, "episode step"] | None = None
    ) -> MinedStrategy:
        """Mine the trace's recorded actions; `mask` keeps only some positions.

        Raises:
            MannscopeError: if no step is left, nothing acts, a recorded action has no name, or a symbol that
                occurs is in none or in several of the given categories.
        """
        trace = batch(trace)
        symbols, acting = require_symbols(trace), anatomy(trace).actors
        actors = tuple(actor.name for actor in acting)
        symbol, previous, action, episodes = _recorded(trace, mask)
        if self.categories is None:
            blocks, usual = self._blocks(symbol, previous, action)
            named = {_block_name(trace, block, rule): (block, rule) for rule, block in blocks.items()}
        else:
            named, usual = self._given(symbols, symbol, previous, action)
        agrees = action == usual
        jointly = agrees.all(axis=1)
        of_symbol = {symbols[s]: float(jointly[symbol == s].mean()) for s in np.unique(symbol).tolist()}
        return MinedStrategy(
            partition={name: tuple(symbols[s] for s in block) for name, (block, _) in named.items()},
            after=_after(symbols, named),
            policy=_policy(acting, named),
            agreement=float(jointly.mean()),
            actor_agreement={
                actor: float(share) for actor, share in zip(actors, agrees.mean(axis=0), strict=True)
            },
            symbol_agreement=of_symbol,
            unstable=tuple(label for label, share in of_symbol.items() if share < self.minimum),
            constant_actors=tuple(
                actor
                for index, actor in enumerate(actors)
                if len({rule.actions[index] for _, rule in named.values()}) == 1
            ),
            occurrences={label: int(np.sum(symbol == symbols.index(label))) for label in of_symbol},
            minimum=self.minimum,
            steps=len(symbol),
            episodes=episodes,
        )

    def _blocks(
        self,
        symbol: Int[np.ndarray, " point"],
        previous: Int[np.ndarray, " point"],
        action: Int[np.ndarray, "point actor"],
    ) -> tuple[dict[Rule, list[int]], Int[np.ndarray, "point actor"]]:
        """Gather the symbols that have a rule in common, and give what the rules say at every point."""
        points = {s: symbol == s for s in np.unique(symbol).tolist()}
        rules = joined_at_the_first_step(
            {s: self._seen(previous[here], action[here]) for s, here in points.items()}
        )
        usual = np.zeros_like(action)
        blocks: dict[Rule, list[int]] = {}
        for s, here in points.items():
            for rule in rules[s]:
                blocks.setdefault(rule, []).append(s)
                usual[here & rule.follows(previous)] = rule.actions
        return blocks, usual

    def _given(
        self,
        symbols: tuple[str, ...],
        symbol: Int[np.ndarray, " point"],
        previous: Int[np.ndarray, " point"],
        action: Int[np.ndarray, "point actor"],
    ) -> tuple[dict[str, tuple[list[int], Rule]], Int[np.ndarray, "point actor"]]:
        """Say what is done at every given category, and after which ones."""
        members = members_of(
            self.categories or {}, symbols, np.union1d(symbol, previous[previous != PADDING])
        )
        of = np.full(len(symbols), PADDING)
        for index, block in enumerate(members.values()):
            of[block] = index
        before = np.where(previous == PADDING, PADDING, of[previous])
        usual, named = np.zeros_like(action), {}
        for index, (name, block) in enumerate(members.items()):
            here = of[symbol] == index
            for rule in self._rules(before[here], action[here]) if here.any() else ():
                usual[here & rule.follows(before)] = rule.actions
                names = [START if c == PADDING else tuple(members)[c] for c in rule.after or ()]
                after = [
                    p for c in rule.after or () for p in ([c] if c == PADDING else [*members.values()][c])
                ]
                one = Rule(rule.actions, None if rule.after is None else tuple(after))
                named[f"{name} after {' '.join(names)}" if names else name] = (block, one)
        return named, usual

    def _seen(self, previous: Int[np.ndarray, " point"], action: Int[np.ndarray, "point actor"]) -> Seen:
        first = previous == PADDING
        starts = usual_actions(action[first]) if first.any() else None
        return Seen(self._rules(previous, action), starts, frozenset(previous[~first].tolist()))

    def _rules(
        self, previous: Int[np.ndarray, " point"], action: Int[np.ndarray, "point actor"]
    ) -> list[Rule]:
        """Say what is done at one symbol: one action, or one for each set of symbols before it."""
        usual = usual_actions(action)
        wrong = float((action != usual).any(axis=1).mean())
        if wrong <= 1 - self.constant:
            return [Rule(usual)]
        before: dict[tuple[int, ...], list[int]] = {}
        left = 0
        for p in np.unique(previous).tolist():
            here = action[previous == p]
            actions = usual_actions(here)
            before.setdefault(actions, []).append(p)
            left += int((here != actions).any(axis=1).sum())
        if len(before) == 1 or left / len(action) > wrong / 2:
            return [Rule(usual)]
        return [Rule(actions, tuple(follows)) for actions, follows in before.items()]


def _after(
    symbols: tuple[str, ...], named: Mapping[str, tuple[list[int], Rule]]
) -> dict[str, tuple[str, ...]]:
    """Name the symbols before those of each block for which they matter."""
    known = (START, *symbols)
    return {
        name: tuple(known[p + 1] for p in rule.after)
        for name, (_, rule) in named.items()
        if rule.after is not None
    }


def _policy(
    acting: tuple[Actor, ...], named: Mapping[str, tuple[list[int], Rule]]
) -> dict[str, dict[str, str]]:
    """Name the action of every actor at every block."""
    return {
        name: {
            actor.name: action_name(actor, action) for actor, action in zip(acting, rule.actions, strict=True)
        }
        for name, (_, rule) in named.items()
    }


def mine(
    trace: xr.Dataset, minimum: float = 0.9, categories: Mapping[str, Sequence[str]] | None = None
) -> MinedStrategy:
    """Mine a trace's recorded actions: `Mining(minimum, categories=categories)(trace)`."""
    return Mining(minimum, categories=categories)(trace)


def _recorded(
    trace: xr.Dataset, mask: Bool[np.ndarray, "episode step"] | None
) -> tuple[Int[np.ndarray, " point"], Int[np.ndarray, " point"], Int[np.ndarray, "point actor"], int]:
    """Gather symbols, symbols before and actions of all steps, and count the episodes that they are of."""
    inputs = plane(trace, "input").astype(int)
    kept = (inputs != PADDING) & (True if mask is None else mask)
    action = trace["action"].transpose("episode", "step", "actor").values.astype(int)[kept]
    if not action.size:
        raise MannscopeError(
            "at least 1 step of at least 1 actor is needed to mine",
            f"{action.shape[0]} steps and {action.shape[1]} actors",
            "Record episodes of a network with a memory, or widen the mask",
        )
    for actor, taken in zip(anatomy(trace).actors, action.T, strict=True):
        if taken.min() < NOT_APPLICABLE or taken.max() >= len(actor.actions):
            raise MannscopeError(
                f"every action of {actor.name} must be an index into its {len(actor.actions)} actions, or "
                f"{NOT_APPLICABLE} where it has none",
                f"{taken.min()} to {taken.max()}",
                "Record the discretised action of every actor at every step",
            )
    return inputs[kept], symbols_before(inputs)[kept], action, int(kept.any(axis=1).sum())


def action_name(actor: Actor, action: int) -> str:
    """Name an action of an actor; `-` where it has none."""
    return "-" if action == NOT_APPLICABLE else actor.labels[action]


def _block_name(trace: xr.Dataset, block: list[int], rule: Rule) -> str:
    name = _name(trace, block)
    if rule.after is None:
        return name
    before = [p for p in rule.after if p != PADDING]
    named = ([START] if PADDING in rule.after else []) + ([_name(trace, before)] if before else [])
    return f"{name} after {' '.join(named)}"


def _name(trace: xr.Dataset, block: list[int]) -> str:
    """Name a block by the task's categories that it is made of, or by its symbols where it cuts one.

    It is named by its symbols, too, where the categories have no names.
    """
    symbols, names, pairs = require_symbols(trace), categories(trace), category_pairs(trace)
    touched = sorted({category for symbol, category in pairs if symbol in block})
    cut = any(category in touched and symbol not in block for symbol, category in pairs)
    if not names or not touched or cut:
        return listed([symbols[symbol] for symbol in block])
    return "+".join(names[category] for category in touched)
