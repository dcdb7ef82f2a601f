"""A policy as a table: the action of every actor at every symbol, in every context.

A context is what a hypothesis may depend on beside the symbol: the symbol before it, the state of a finite
automaton, and the top of an ideal stack.
"""

from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import product

import numpy as np
from jaxtyping import Bool, Int

from mannscope.analyses import symbols_before
from mannscope.anatomy import Actor
from mannscope.arrays import PADDING, START
from mannscope.errors import MannscopeError
from mannscope.hypotheses.hypothesis import Hypothesis, require_known
from mannscope.machines import StackMachine

FREE = -1
"""The action of an actor that a policy leaves alone."""

Table = Int[np.ndarray, "symbol context actor"]
Situations = Int[np.ndarray, "episode step"]


class Policy:
    """What a hypothesis claims to be done, ready to be looked up.

    Args:
        hypothesis: What is claimed.
        symbols: Labels of the symbols, or of the task's situations where a symbol has several categories.
        actors: Who acts, each with actions of its own.

    Raises:
        UnknownNameError: if a symbol, an actor, a category, a state or an action is not there.
        MannscopeError: if a symbol is in two categories in one and the same context, or an actor acts on a
            top that it does not have.
    """

    def __init__(self, hypothesis: Hypothesis, symbols: Sequence[str], actors: Sequence[Actor]) -> None:
        hypothesis.check()
        self.hypothesis, self.symbols, self.actors = hypothesis, tuple(symbols), tuple(actors)
        for turns in hypothesis.states.values():
            for symbol in turns:
                require_known("symbol of a state", symbol, self.symbols)
        self.states = tuple(hypothesis.states) or ("",)
        self.tops = (START, *self.symbols) if hypothesis.tops else ("",)
        self.table = np.full((len(self.symbols), self.contexts, len(self.actors)), FREE)
        for actor, rules in hypothesis.policy.items():
            require_known("actor", actor, [one.name for one in self.actors])
            column = [one.name for one in self.actors].index(actor)
            for category, action in rules.items():
                require_known("category", category, list(hypothesis.categories))
                require_known("action", action, self.actors[column].labels)
                known = hypothesis.alike.get(actor, {}).get(action, action)
                number = self.actors[column].labels.index(known)
                self.table[self.places((category,)), column] = number
        self._require_a_stack()
        self._counts = [self._counted(actor) for actor in self.actors]

    def counted(self, actions: Int[np.ndarray, "*axes actor"]) -> Int[np.ndarray, "*axes actor"]:
        """Give the actions that these count as."""
        columns = [of[actions[..., place]] for place, of in enumerate(self._counts)]
        return np.stack(columns, axis=-1) if columns else actions

    def _counted(self, actor: Actor) -> Int[np.ndarray, " action"]:
        """Give what each action of an actor counts as; the last one stands for none."""
        labels, found = actor.labels, np.arange(len(actor.labels) + 1)
        found[-1] = FREE
        for one, other in self.hypothesis.alike.get(actor.name, {}).items():
            for name in (one, other):
                require_known("action", name, labels)
            found[labels.index(one)] = labels.index(other)
        return found

    @property
    def contexts(self) -> int:
        """Number of contexts of a symbol."""
        return (1 + len(self.symbols)) * len(self.states) * len(self.tops)

    @cached_property
    def claimed(self) -> Bool[np.ndarray, "symbol context actor"]:
        """Where an action is claimed."""
        return self.table != FREE

    def places(self, categories: Iterable[str] | None = None) -> Bool[np.ndarray, "symbol context"]:
        """Mark the symbols of some categories, or of all, in their contexts.

        Raises:
            UnknownNameError: if a category or a symbol is not there.
        """
        hypothesis = self.hypothesis
        chosen = np.zeros((len(self.symbols), self.contexts), bool)
        for category in hypothesis.categories if categories is None else categories:
            require_known("category", category, list(hypothesis.categories))
            rows = [
                self._index(f"symbol of category {category}", one, self.symbols)
                for one in hypothesis.categories[category]
            ]
            chosen[np.ix_(rows, self._contexts_of(category))] = True
        return chosen

    def _contexts_of(self, category: str) -> list[int]:
        known = (START, *self.symbols)
        hypothesis, parts = self.hypothesis, []
        for kind, given, names in (
            (f"symbol before {category}", hypothesis.after, known),
            (f"state of {category}", hypothesis.during, self.states),
            (f"symbol on top at {category}", hypothesis.tops, self.tops),
        ):
            parts.append([self._index(kind, one, names) for one in given.get(category, names)])
        return [
            (before * len(self.states) + state) * len(self.tops) + top
            for before, state, top in product(*parts)
        ]

    def in_context(self, situations: Situations) -> Situations:
        """Give the context of every position, from the symbols alone."""
        episodes, steps = situations.shape
        before = symbols_before(situations) + 1
        if len(self.states) == len(self.tops) == 1:
            return before
        found = np.zeros_like(situations)
        state, stack = np.zeros(episodes, int), _Stacks(episodes, steps)
        for step in range(steps):
            symbol = situations[:, step]
            found[:, step] = (before[:, step] * len(self.states) + state) * len(self.tops)
            if len(self.tops) > 1:
                found[:, step] += stack.top()
                stack.act(self._moves[symbol, found[:, step]], symbol)
            state = np.where(symbol == PADDING, state, self._turns[state, symbol])
        return found

    def state_after(self, situations: Situations) -> Int[np.ndarray, "episode step symbol"]:
        """Give the state of the automaton after every position, for every symbol that could stand there."""
        state = self.in_context(situations) // len(self.tops) % len(self.states)
        return self._turns[state]

    def prescribe(self, situations: Situations) -> Int[np.ndarray, "episode step actor"]:
        """Look up what is claimed at every step.

        It is -1 before the first step of the claim, at padding, and where an actor is left free.
        """
        early = np.arange(situations.shape[1]) < self.hypothesis.from_step
        free = (situations == PADDING) | early
        found = self.table[np.maximum(situations, 0), self.in_context(situations)]
        return np.where(free[..., None], FREE, found)

    def positions(
        self, situations: Situations, categories: Iterable[str] | None = None
    ) -> Bool[np.ndarray, "episode step"]:
        """Mark the steps at which a symbol of some categories, or of any, is read in its context."""
        places = self.places(categories)
        return (situations != PADDING) & places[np.maximum(situations, 0), self.in_context(situations)]

    @cached_property
    def _turns(self) -> Int[np.ndarray, "state symbol"]:
        turns = np.tile(np.arange(len(self.states))[:, None], len(self.symbols))
        for place, state in enumerate(self.states):
            for symbol, after in self.hypothesis.states.get(state, {}).items():
                turns[place, self.symbols.index(symbol)] = self.states.index(after)
        return turns

    @cached_property
    def _moves(self) -> Int[np.ndarray, "symbol context move"]:
        """Whether the first actor's policy pops an ideal stack, and whether it pushes then."""
        actor, pops, pushes = self._first_actor, StackMachine.taking, StackMachine.writing
        done = np.array([*((one in pops, one in pushes) for one in actor.labels), (False, False)], int)
        return done[self.table[..., self.actors.index(actor)]]

    @property
    def _first_actor(self) -> Actor:
        first = next(iter(self.hypothesis.policy))
        return next(actor for actor in self.actors if actor.name == first)

    def _require_a_stack(self) -> None:
        known = StackMachine.actions[0]
        if self.hypothesis.tops and not set(self._first_actor.labels) <= set(known):
            raise MannscopeError(
                f"a policy that depends on the top must be that of a stack: {', '.join(known)}",
                f"{self._first_actor.name}, which can {', '.join(self._first_actor.labels)}",
                "Leave tops out",
            )

    @staticmethod
    def _index(kind: str, name: str, known: Sequence[str]) -> int:
        require_known(kind, name, known)
        return list(known).index(name)


class _Stacks:
    """Ideal stacks of symbols, one for each episode."""

    def __init__(self, episodes: int, steps: int) -> None:
        self.held = np.zeros((episodes, steps + 1), int)
        self.height = np.zeros(episodes, int)
        self.rows = np.arange(episodes)

    def top(self) -> Int[np.ndarray, " episode"]:
        """The symbol on top, counted from 1; 0 where there is none."""
        return self.held[self.rows, self.height]

    def act(self, moves: Int[np.ndarray, "episode move"], symbol: Int[np.ndarray, " episode"]) -> None:
        pops, pushes = np.where(symbol == PADDING, 0, moves.T)
        self.height = np.maximum(self.height - pops, 0) + pushes
        pushed = pushes == 1
        self.held[self.rows[pushed], self.height[pushed]] = symbol[pushed] + 1
