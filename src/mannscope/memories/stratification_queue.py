"""The stratification queue: every vector has a strength, which wears away at the front."""

from collections.abc import Mapping
from enum import IntEnum
from typing import ClassVar, Final, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from mannscope.anatomy import Action, Actor, Head, Store
from mannscope.errors import require_positive
from mannscope.memories import strata
from mannscope.memories.choices import SATURATED, Gates
from mannscope.memories.memory import AbstractMemory, Body, Field, Role, Write
from mannscope.memories.realisations import identical
from mannscope.memories.strata import StrataState


class StratificationQueueAction(IntEnum):
    """What the queue can do: dequeue or not, and enqueue or not. REPLACE dequeues, then enqueues."""

    NO_OP = 0
    DEQUEUE = 1
    ENQUEUE = 2
    REPLACE = 3


ACTIONS: Final = (
    Action("NO_OP", "leaves it as it is", "·", 0),
    Action("DEQUEUE", "dequeues", "▼", 1),
    Action("ENQUEUE", "enqueues", "▲", 2),
    Action("REPLACE", "dequeues, then enqueues", "◆", 2),
)


class StratificationQueueOps(NamedTuple):
    """One step's operations."""

    dequeue_strength: Float[Array, ""]
    """How much is taken from the front, in (0, 1)."""
    enqueue_strength: Float[Array, ""]
    """With what strength the value is put at the back, in (0, 1)."""
    enqueued_value: Float[Array, " width"]
    """What is put at the back, in (-1, 1)."""


class StratificationQueue(AbstractMemory):
    """A queue whose vectors have strengths: what is dequeued wears away, from the front.

    A step dequeues, then enqueues, then reads the foremost strength of one. An empty queue reads zeros. The
    vector of step t lies in slot t, and what is enqueued when all slots are taken is lost.

    Source: Grefenstette et al. (2015), equations (1), (4) and (5). https://arxiv.org/abs/1506.02516

    Args:
        width: Length of the vectors.
    """

    NAME: ClassVar[str] = "stratification_queue"
    TITLE: ClassVar[str] = "a stratification queue"
    Ops: ClassVar[type] = StratificationQueueOps
    width: int = eqx.field(static=True, default=16)

    def __check_init__(self) -> None:
        require_positive("a stratification queue", width=self.width)

    @property
    def fields(self) -> tuple[Field, ...]:
        """Strengths by sigmoid, the value by tanh."""
        return (
            Field("dequeue_strength", (), jax.nn.sigmoid, Role.POLICY, rest=-SATURATED),
            Field("enqueue_strength", (), jax.nn.sigmoid, Role.POLICY, rest=-SATURATED),
            Field("enqueued_value", (self.width,), jnp.tanh, Role.CONTENT),
        )

    @property
    def dims(self) -> Mapping[str, tuple[str, ...]]:
        """Axes of ops, state and reading."""
        return {
            "dequeue_strength": (),
            "enqueue_strength": (),
            "enqueued_value": ("width",),
            "memory": ("width", "slot"),
            "strengths": ("slot",),
            "read_weights": ("slot",),
            "next_slot": (),
            "reading": ("width",),
        }

    @property
    def choices(self) -> tuple[Gates, ...]:
        """The queue itself acts."""
        gates = ("dequeue_strength", "enqueue_strength")
        queue = Actor("queue", ACTIONS, gates, part=0)
        return (Gates(gates=gates, actors=(queue,)),)

    @property
    def body(self) -> Body:
        """One queue, with a window at its front that is read after the step."""
        actions = tuple(StratificationQueueAction.__members__)
        return Body(
            stores=(Store("memory", strengths=strata.STRENGTHS),),
            heads=(Head("front", "read", "read_weights"),),
            write=Write("memory", "enqueued_value", strata.ADDRESSES, self.store),
            appended=strata.APPENDED,
            realisations=(identical("queue", {"queue": actions}, contents="enqueued_value"),),
        )

    def slots_for(self, steps: int) -> int:
        """One for every step."""
        return max(1, steps)

    def empty(self, slots: int) -> StrataState:
        """Zeros, of no strength."""
        return strata.empty((), self.width, slots)

    def apply(self, state: StrataState, ops: StratificationQueueOps) -> StrataState:
        """Take from the front, then put at the back."""
        return strata.step(state, *ops, to_last=False)

    def store(
        self,
        contents: Float[Array, "element slot"],
        addresses: Mapping[str, Array],
        values: Float[Array, " element"],
    ) -> Float[Array, "element slot"]:
        """Put the value into the slot of this step."""
        return strata.store(contents, addresses, values)

    def read(self, before: StrataState, after: StrataState) -> Float[Array, " element"]:
        """Read the foremost strength of one, after the step."""
        return strata.read(after)
