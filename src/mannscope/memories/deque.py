"""The deque: vectors with strengths, of which a step pops some and pushes some at either end."""

from collections.abc import Mapping
from typing import ClassVar, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from mannscope.anatomy import Actor, Head, Store
from mannscope.errors import require_positive
from mannscope.memories import strata
from mannscope.memories.choices import SATURATED, Gates
from mannscope.memories.memory import AbstractMemory, Appended, Body, Field, Role, Write
from mannscope.memories.realisations import Realisation
from mannscope.memories.stratification_stack import ACTIONS

TOP, BOTTOM = ENDS = ("top", "bottom")


class DequeOps(NamedTuple):
    """One step's operations, at the top and at the bottom."""

    pop_strength: Float[Array, " end"]
    """How much is popped, in (0, 1)."""
    push_strength: Float[Array, " end"]
    """With what strength the value is pushed, in (0, 1)."""
    push_value: Float[Array, "end width"]
    """What is pushed, in (-1, 1)."""


class DequeState(NamedTuple):
    """The vectors from the bottom to the top, how thick they are, and how much of each is read."""

    memory: Float[Array, "width slot"]
    strengths: Float[Array, " slot"]
    """What is left of each, in [0, 1]."""
    read_weights: Float[Array, "end slot"]
    """How much of each is read at each end; they sum to one, or to all strengths where these are less."""
    next_distance: Int[Array, ""]
    """How far from the middle the next vectors go: the number of steps so far."""


class Deque(AbstractMemory):
    """A queue with two ends, whose vectors have strengths: what is popped wears away, from either end.

    A step pops from the top, then from the bottom, pushes at both, and reads a strength of one at each. The
    first vectors lie at the middle of the slots, and what is pushed beyond the last slot is lost.

    Source: Grefenstette et al. (2015), equations (6) to (11). https://arxiv.org/abs/1506.02516

    Args:
        width: Length of the vectors.
    """

    NAME: ClassVar[str] = "deque"
    TITLE: ClassVar[str] = "a deque"
    Ops: ClassVar[type] = DequeOps
    width: int = eqx.field(static=True, default=16)

    def __check_init__(self) -> None:
        require_positive("a deque", width=self.width)

    @property
    def fields(self) -> tuple[Field, ...]:
        """Strengths by sigmoid, one of each kind for either end; pushed values by tanh."""
        return (
            Field("pop_strength", (2,), jax.nn.sigmoid, Role.POLICY, rest=-SATURATED),
            Field("push_strength", (2,), jax.nn.sigmoid, Role.POLICY, rest=-SATURATED),
            Field("push_value", (2, self.width), jnp.tanh, Role.CONTENT),
        )

    @property
    def dims(self) -> Mapping[str, tuple[str, ...]]:
        """Axes of ops, state and reading; the top comes first on the axis of ends."""
        return {
            "pop_strength": ("end",),
            "push_strength": ("end",),
            "push_value": ("end", "width"),
            "memory": ("width", "slot"),
            "strengths": ("slot",),
            "read_weights": ("end", "slot"),
            "next_distance": (),
            "reading": ("end", "width"),
        }

    @property
    def choices(self) -> tuple[Gates, ...]:
        """The ends act, each on its own."""
        gates = ("pop_strength", "push_strength")
        actors = (Actor(end, ACTIONS, gates, "end", number, part=0) for number, end in enumerate(ENDS))
        return (Gates(gates=gates, actors=tuple(actors)),)

    @property
    def body(self) -> Body:
        """One row of slots, with a window at either end that is read after the step."""
        return Body(
            stores=(Store("memory", strengths=strata.STRENGTHS),),
            heads=tuple(Head(end, "read", "read_weights", "end", number) for number, end in enumerate(ENDS)),
            write=Write("memory", "push_value", ("next_distance_before",), self.store),
            appended=Appended(("memory",), _ends),
            realisations=(_stack(TOP), _stack(BOTTOM), _queue(TOP, BOTTOM), _queue(BOTTOM, TOP)),
        )

    def slots_for(self, steps: int) -> int:
        """One at either end for every step."""
        return 2 * max(1, steps)

    def empty(self, slots: int) -> DequeState:
        """Zeros, of no strength."""
        nothing = jnp.zeros(slots)
        return DequeState(
            jnp.zeros((self.width, slots)), nothing, jnp.stack([nothing, nothing]), jnp.asarray(0)
        )

    def apply(self, state: DequeState, ops: DequeOps) -> DequeState:
        """Pop from the top, then from the bottom, and push at both.

        Source: Grefenstette et al. (2015), equations (6) to (11).
        """
        strengths = state.strengths
        for pop, to_last in zip(ops.pop_strength[:, None], (True, False), strict=True):
            nearer = strata.nearer(strengths, to_last=to_last)
            strengths = strengths - strata.within(pop, strengths, nearer)
        addresses = {"next_distance_before": state.next_distance}
        strengths = self.store(strengths[None], addresses, ops.push_strength[:, None])[0]
        read_weights = [
            strata.within(1.0, strengths, strata.nearer(strengths, to_last=to_last))
            for to_last in (True, False)
        ]
        return DequeState(
            self.store(state.memory, addresses, ops.push_value),
            strengths,
            jnp.stack(read_weights),
            state.next_distance + 1,
        )

    def store(
        self,
        contents: Float[Array, "element slot"],
        addresses: Mapping[str, Array],
        values: Float[Array, "end element"],
    ) -> Float[Array, "element slot"]:
        """Put the values into the slots above the highest and below the lowest.

        Source: Grefenstette et al. (2015), equations (6) and (7).
        """
        slot = jnp.arange(contents.shape[-1])
        distance = addresses["next_distance_before"].astype(jnp.int32)  # provenance gives all as numbers
        top, bottom = _places(contents.shape[-1], distance)
        lower = jnp.where(slot == bottom, values[1, :, None], contents)
        return jnp.where(slot == top, values[0, :, None], lower)

    def read(self, before: DequeState, after: DequeState) -> Float[Array, "end element"]:
        """Read a strength of one at either end, after the step."""
        return after.read_weights @ after.memory.T


def _places(slots: int, distance: Int[Array, ""]) -> Int[Array, " end"]:
    """Say in which slots the vectors go at the top and at the bottom."""
    return jnp.stack([slots // 2 + distance, slots // 2 - 1 - distance])


def _ends(state: DequeState) -> Int[Array, " end"]:
    return _places(len(state.strengths), state.next_distance)


def _stack(end: str) -> Realisation:
    """Play a stack on one end; what the other does is left free."""
    actions = ("PUSH", "POP", "NO_OP", "REPLACE")
    return Realisation(
        "stack",
        {end: {action: action for action in actions}},
        store="deque",
        name=f"the {end} pushes at {{PUSH_symbols}}, pops at {{POP_symbols}}",
        description=f"The {end} of the deque is a stack; the other end is left free.",
        but="it has two ends",
        exact_with="--memory stratification_stack",
    )


def _queue(back: str, front: str) -> Realisation:
    """Play a queue: in at one end, out at the other."""
    puts = {"ENQUEUE": "PUSH", "DEQUEUE": "NO_OP", "NO_OP": "NO_OP", "REPLACE": "PUSH"}
    takes = {"ENQUEUE": "NO_OP", "DEQUEUE": "POP", "NO_OP": "NO_OP", "REPLACE": "POP"}
    return Realisation(
        "queue",
        {back: puts, front: takes},
        store="deque",
        name=f"in at the {back} at {{ENQUEUE_symbols}}, out at the {front} at {{DEQUEUE_symbols}}",
        description=f"The deque is a queue: what is pushed at the {back} is popped at the {front}.",
        but="it has two ends",
        exact_with="--memory stratification_queue",
    )
