"""The nondeterministic stack: all runs of a weighted pushdown automaton at once."""

from collections.abc import Mapping
from enum import IntEnum
from typing import ClassVar, Final, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from mannscope.anatomy import Action, Actor, Store
from mannscope.errors import MannscopeError, require_positive
from mannscope.memories import pushdown_runs
from mannscope.memories.memory import AbstractMemory, Body, Field, Role
from mannscope.memories.pushdown_runs import Runs, Weights
from mannscope.memories.realisations import Realisation
from mannscope.memories.transitions import Transitions


class NondeterministicStackAction(IntEnum):
    """What a run can do. REPLACE puts another symbol on top; NO_OP keeps it, though the state may change."""

    PUSH = 0
    POP = 1
    NO_OP = 2
    REPLACE = 3


ACTIONS: Final = (
    Action("PUSH", "pushes", "▲", 2),
    Action("POP", "pops", "▼", 1),
    Action("NO_OP", "leaves it as it is", "·", 0),
    Action("REPLACE", "replaces the top", "◆", 2),
)


class NondeterministicStackOps(NamedTuple):
    """One step's operations."""

    transition_weights: Float[Array, "automaton_state stack_symbol transition"]
    """What each transition weighs, in [0, 1], from each state and symbol on top: first pushing, then putting
    each symbol in the place of the top, each to each state and symbol, the symbols of the first state
    first; then popping, to each state."""


class NondeterministicStackState(NamedTuple):
    """All runs so far."""

    memory: Float[Array, "width depth"]
    """How likely each symbol is at each depth, the top first."""
    top_weights: Float[Array, "automaton_state stack_symbol"]
    """How likely each state is, with each symbol on top; they sum to one."""
    run_weights: Float[Array, "slot lower_top top"]
    beneath: Float[Array, "stack_symbol lower upper"]
    time: Int[Array, ""]
    """Number of the step."""


class NondeterministicStack(AbstractMemory):
    """A stack of symbols on which a weighted pushdown automaton takes every one of its runs at once.

    What is read is how likely each state is with each symbol on top, over all runs so far, each weighed by
    the product of what its transitions weigh. There are so many runs that they cannot be listed, and yet
    they can be added up.

    At the start, symbol 0 is at the bottom, in state 0. It can be replaced, but not popped: a run that does
    so ends. Where none is left, the step leaves the stack as it was.

    Source: DuSell & Chiang (2020). https://arxiv.org/abs/2010.04674
    DuSell & Chiang (2022). https://arxiv.org/abs/2109.01982

    Args:
        states: Number of the automaton's states.
        symbols: Number of stack symbols, with that at the bottom.
        normalised: Whether the transitions from each state and symbol sum to one, as in 2020, rather than
            weigh what they like, as in 2022.
        reads_states: Whether the state is read together with the symbol, as in 2022, or the symbol alone, as
            in 2020.
        window: For how many steps a symbol can lie on the stack; 0 for any number.
        depth: How many symbols from the top a trace shows.
    """

    NAME: ClassVar[str] = "nondeterministic_stack"
    TITLE: ClassVar[str] = "a nondeterministic stack"
    Ops: ClassVar[type] = NondeterministicStackOps
    states: int = eqx.field(static=True)
    symbols: int = eqx.field(static=True)
    normalised: bool = eqx.field(static=True)
    reads_states: bool = eqx.field(static=True)
    window: int = eqx.field(static=True)
    depth: int = eqx.field(static=True)

    def __init__(
        self,
        states: int = 2,
        symbols: int = 3,
        normalised: bool = False,
        reads_states: bool = True,
        window: int = 0,
        depth: int = 8,
    ) -> None:
        require_positive("a nondeterministic stack", states=states, symbols=symbols - 1, depth=depth)
        if window < 0 or window == 1:
            must = "window of a nondeterministic stack must be at least 2, or 0 for no limit"
            raise MannscopeError(must, str(window), "Pass window=0")
        self.states, self.symbols, self.depth = states, symbols, depth
        self.normalised, self.reads_states, self.window = normalised, reads_states, window

    @property
    def fields(self) -> tuple[Field, ...]:
        """The weights: by softmax from each state and symbol, or as shares of the largest of all."""
        shape = (self.states, self.symbols, self.states * (2 * self.symbols + 1))
        return (
            Field("transition_weights", shape, jax.nn.softmax if self.normalised else _shares, Role.POLICY),
        )

    @property
    def dims(self) -> Mapping[str, tuple[str, ...]]:
        """Axes of ops, state and reading."""
        tops = ("automaton_state", "stack_symbol")
        return {
            "transition_weights": (*tops, "transition"),
            "memory": ("width", "depth"),
            "top_weights": tops,
            "run_weights": ("slot", "lower_top", "top"),
            "beneath": ("stack_symbol", "lower", "upper"),
            "time": (),
            "reading": tops if self.reads_states else tops[1:],
        }

    @property
    def choices(self) -> tuple[Transitions, ...]:
        """The stack acts: what most of the likelihood does that the runs so far have."""
        stack = Actor("stack", ACTIONS, ("transition_weights",), part=0)
        actions = tuple(map(tuple, self._actions().tolist()))
        return (Transitions(op="transition_weights", likely="top_weights", actors=(stack,), actions=actions),)

    def _actions(self) -> Int[np.ndarray, "top transition"]:
        """Say which action each transition is, from each state and symbol."""
        tops = self.states * self.symbols
        is_kept = np.arange(tops)[:, None] % self.symbols == np.arange(tops) % self.symbols
        action = NondeterministicStackAction
        return np.concatenate(
            [
                np.full((tops, tops), action.PUSH),
                np.where(is_kept, action.NO_OP, action.REPLACE),
                np.full((tops, self.states), action.POP),
            ],
            axis=1,
        )

    @property
    def body(self) -> Body:
        """A stack of symbols, each as likely as the runs make it; the top is read after the step."""
        actions = {action: action for action in NondeterministicStackAction.__members__}
        return Body(
            stores=(Store("memory", slots="depth", first="top"),),
            not_linear="what is pushed are symbols, which runs weigh against one another: their likelihoods "
            "are divided by the sum over all runs",
            realisations=(
                Realisation(
                    *("stack", {"stack": actions}, "stack"),
                    but="it takes many runs at once, over symbols of its own",
                ),
            ),
            omitted=("run_weights", "beneath"),
        )

    def slots_for(self, steps: int) -> int:
        """One for every step and one for the bottom, or as many as the window has."""
        return min(steps + 1, self.window or steps + 1)

    def empty(self, slots: int) -> NondeterministicStackState:
        """Begin in state 0, with symbol 0 at the bottom."""
        return self._state(pushdown_runs.start(self.states, self.symbols, slots), jnp.asarray(0))

    def apply(
        self, state: NondeterministicStackState, ops: NondeterministicStackOps
    ) -> NondeterministicStackState:
        """Take one more step in every run."""
        tops = self.states * self.symbols
        parts = jnp.split(ops.transition_weights.reshape(tops, -1), (tops, 2 * tops), axis=1)
        time = state.time + 1
        return self._state(
            pushdown_runs.step(Runs(state.run_weights, state.beneath), Weights(*parts), time), time
        )

    def _state(self, runs: Runs, time: Int[Array, ""]) -> NondeterministicStackState:
        """Tell of the runs what a trace shows."""
        tops = pushdown_runs.tops(runs.now).reshape(self.states, self.symbols)
        memory = jax.lax.stop_gradient(pushdown_runs.contents(runs, time, self.depth))
        return NondeterministicStackState(memory, tops, *runs, time)

    def read(
        self, before: NondeterministicStackState, after: NondeterministicStackState
    ) -> Float[Array, "*tops"]:
        """Read how likely each state and symbol on top are, after the step.

        Source: DuSell & Chiang (2022).
        """
        return after.top_weights if self.reads_states else jnp.sum(after.top_weights, axis=0)


def _shares(
    raw: Float[Array, "*steps state symbol transition"],
) -> Float[Array, "*steps state symbol transition"]:
    """Give exponentials as shares of the largest one: that they are all scaled alike changes no reading."""
    return jnp.exp(raw - jax.lax.stop_gradient(jnp.max(raw, axis=(-3, -2, -1), keepdims=True)))
