"""A superposition queue, as a new memory is added: one file."""

from collections.abc import Mapping
from enum import IntEnum
from typing import ClassVar, Final, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from mannscope.anatomy import Action, Actor, Head, Store
from mannscope.errors import require_positive
from mannscope.memories.choices import Distribution
from mannscope.memories.memory import AbstractMemory, Body, Field, Role, Write
from mannscope.memories.realisations import identical


class QueueAction(IntEnum):
    """What a queue can do, in the order of its distribution."""

    ENQUEUE = 0
    DEQUEUE = 1
    NO_OP = 2


ACTIONS: Final = (
    Action("ENQUEUE", "enqueues", "▲", 2),
    Action("DEQUEUE", "dequeues", "▼", 1),
    Action("NO_OP", "leaves it as it is", "·", 0),
)


class QueueOps(NamedTuple):
    """One step's operations."""

    queue_actions: Float[Array, " queue_action"]
    """Probabilities of ENQUEUE, DEQUEUE and NO_OP, which sum to one."""
    enqueued_value: Float[Array, " width"]
    """What is put at the back, in (-1, 1)."""


class QueueState(NamedTuple):
    """The slots, and where the queue begins and ends."""

    memory: Float[Array, "width slot"]
    front_weights: Float[Array, " slot"]
    back_weights: Float[Array, " slot"]


class Queue(AbstractMemory):
    """Slots that are filled one after the other; the back moves when it writes, the front when it is taken.

    Taking from an empty queue is possible, and moves the front past the back; a network has to learn not to.

    Args:
        width: Length of the vector in a slot.
    """

    NAME: ClassVar[str] = "queue"
    TITLE: ClassVar[str] = "a queue"
    Ops: ClassVar[type] = QueueOps
    width: int = eqx.field(static=True, default=16)

    def __check_init__(self) -> None:
        require_positive("a queue", width=self.width)

    @property
    def fields(self) -> tuple[Field, ...]:
        """Actions by softmax, the value by tanh."""
        return (
            Field("queue_actions", (len(ACTIONS),), jax.nn.softmax, Role.POLICY),
            Field("enqueued_value", (self.width,), jnp.tanh, Role.CONTENT),
        )

    @property
    def dims(self) -> Mapping[str, tuple[str, ...]]:
        """Axes of ops, state and reading."""
        return {
            "queue_actions": ("queue_action",),
            "enqueued_value": ("width",),
            "memory": ("width", "slot"),
            "front_weights": ("slot",),
            "back_weights": ("slot",),
            "reading": ("width",),
        }

    @property
    def choices(self) -> tuple[Distribution, ...]:
        """The queue itself acts."""
        queue = Actor("queue", ACTIONS, ("queue_actions",), part=0)
        return (Distribution(op="queue_actions", actors=(queue,)),)

    @property
    def body(self) -> Body:
        """One tape with a front, which is read, and a back, where is written."""
        return Body(
            stores=(Store("memory"),),
            heads=(Head("front", "read", "front_weights"), Head("back", "write", "back_weights")),
            write=Write("memory", "enqueued_value", ("queue_actions", "back_weights_before"), self.store),
            realisations=(identical("queue", {"queue": tuple(QueueAction.__members__)}, "enqueued_value"),),
        )

    def slots_for(self, steps: int) -> int:
        """One for every step, and one more that the back points at."""
        return steps + 1

    def empty(self, slots: int) -> QueueState:
        """Zeros, with front and back at slot 0."""
        start = jax.nn.one_hot(0, slots)
        return QueueState(jnp.zeros((self.width, slots)), start, start)

    def apply(self, state: QueueState, ops: QueueOps) -> QueueState:
        """Write at the back and move it, or move the front."""
        enqueue, dequeue, _ = ops.queue_actions
        addresses = {"queue_actions": ops.queue_actions, "back_weights_before": state.back_weights}
        return QueueState(
            self.store(state.memory, addresses, ops.enqueued_value),
            (1 - dequeue) * state.front_weights + dequeue * jnp.roll(state.front_weights, 1),
            (1 - enqueue) * state.back_weights + enqueue * jnp.roll(state.back_weights, 1),
        )

    def store(
        self,
        contents: Float[Array, "element slot"],
        addresses: Mapping[str, Array],
        values: Float[Array, " element"],
    ) -> Float[Array, "element slot"]:
        """Add the value at the back, as far as it is enqueued."""
        written = addresses["queue_actions"][QueueAction.ENQUEUE] * addresses["back_weights_before"]
        return contents + values[:, None] * written

    def read(self, before: QueueState, after: QueueState) -> Float[Array, " element"]:
        """Read the front after the step."""
        return after.memory @ after.front_weights
