"""Two memories that the package lacks, written for tests: a queue, and a register with a past."""

from collections.abc import Mapping
from typing import ClassVar, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from mannscope.anatomy import Action, Actor, Store
from mannscope.memories import AbstractMemory, Body, Field, Role, Write
from mannscope.memories.choices import Distribution
from mannscope.memories.realisations import identical

QUEUE_ACTIONS, REGISTER_ACTIONS = ("ENQUEUE", "DEQUEUE", "NO_OP"), ("KEEP", "WRITE")


class QueueOps(NamedTuple):
    queue_actions: Float[Array, " queue_action"]
    value: Float[Array, " width"]


class QueueState(NamedTuple):
    memory: Float[Array, "slot width"]
    back: Float[Array, " slot"]


class Queue(AbstractMemory):
    """Vectors, the front in slot 0; `back` is where the next one goes.

    Args:
        width: Length of the vectors.
    """

    NAME: ClassVar[str] = "toy queue"
    TITLE: ClassVar[str] = "a queue"
    Ops: ClassVar[type] = QueueOps
    width: int = eqx.field(static=True, default=3)

    @property
    def fields(self) -> tuple[Field, ...]:
        return (
            Field("queue_actions", (3,), jax.nn.softmax, Role.POLICY),
            Field("value", (self.width,), jnp.tanh, Role.CONTENT),
        )

    @property
    def dims(self) -> Mapping[str, tuple[str, ...]]:
        dims = {"queue_actions": ("queue_action",), "value": ("width",), "reading": ("width",)}
        return dims | {"memory": ("slot", "width"), "back": ("slot",)}

    @property
    def choices(self) -> tuple[Distribution, ...]:
        actions = tuple(map(Action, QUEUE_ACTIONS))
        return (Distribution("queue_actions", (Actor("queue", actions, ("queue_actions",)),)),)

    @property
    def body(self) -> Body:
        return Body(
            stores=(Store("memory", first="front"),),
            write=Write("memory", "value", ("queue_actions", "back_before"), self.store),
            realisations=(identical("queue", {"queue": QUEUE_ACTIONS}, contents="value"),),
        )

    def slots_for(self, steps: int) -> int:
        return steps + 1

    def empty(self, slots: int) -> QueueState:
        return QueueState(jnp.zeros((slots, self.width)), jnp.zeros(slots).at[0].set(1.0))

    def apply(self, state: QueueState, ops: QueueOps) -> QueueState:
        addresses = {"queue_actions": ops.queue_actions, "back_before": state.back}
        enqueue, dequeue, no_op = ops.queue_actions
        back = enqueue * jnp.roll(state.back, 1) + no_op * state.back
        nearer = jnp.roll(state.back.at[1].add(state.back[0]).at[0].set(0), -1)
        return QueueState(self.store(state.memory, addresses, ops.value), back + dequeue * nearer)

    def store(
        self, contents: Float[Array, "slot w"], addresses: Mapping[str, Array], values: Float[Array, " w"]
    ) -> Float[Array, "slot w"]:
        enqueue, dequeue, no_op = addresses["queue_actions"]
        put = contents + addresses["back_before"][:, None] * values
        return enqueue * put + dequeue * jnp.roll(contents.at[0].set(0), -1, axis=0) + no_op * contents

    def read(self, before: QueueState, after: QueueState) -> Float[Array, " width"]:
        return after.memory[0]


class PastOps(NamedTuple):
    gate: Float[Array, " register_action"]
    value: Float[Array, " width"]


class PastState(NamedTuple):
    memory: Float[Array, " width"]
    past: Float[Array, "slot width"]


class Past(AbstractMemory):
    """One vector, kept or overwritten; what was there before lies in a table that no trace records.

    Args:
        width: Length of the vector.
    """

    NAME: ClassVar[str] = "toy past"
    TITLE: ClassVar[str] = "a register with a past"
    Ops: ClassVar[type] = PastOps
    width: int = eqx.field(static=True, default=2)

    @property
    def fields(self) -> tuple[Field, ...]:
        return (
            Field("gate", (2,), jax.nn.softmax, Role.POLICY),
            Field("value", (self.width,), jnp.tanh, Role.CONTENT),
        )

    @property
    def dims(self) -> Mapping[str, tuple[str, ...]]:
        dims = {"gate": ("register_action",), "value": ("width",), "memory": ("width",)}
        return dims | {"past": ("slot", "width"), "reading": ("width",)}

    @property
    def choices(self) -> tuple[Distribution, ...]:
        actor = Actor("register", tuple(map(Action, REGISTER_ACTIONS)), ("gate",))
        return (Distribution("gate", (actor,)),)

    @property
    def body(self) -> Body:
        reason = "what was there before is written as well"
        return Body(stores=(Store("memory", slots=""),), not_linear=reason, omitted=("past",))

    def slots_for(self, steps: int) -> int:
        return max(1, steps)

    def empty(self, slots: int) -> PastState:
        return PastState(jnp.zeros(self.width), jnp.zeros((slots, self.width)))

    def apply(self, state: PastState, ops: PastOps) -> PastState:
        keep, write = ops.gate
        moved = jnp.concatenate([state.memory[None], state.past[:-1]])
        return PastState(keep * state.memory + write * ops.value, keep * state.past + write * moved)

    def read(self, before: PastState, after: PastState) -> Float[Array, " width"]:
        return after.memory + after.past[0]
