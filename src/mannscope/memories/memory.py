"""What a memory is: a parameter-free machine with a state, its operations, and a reading."""

from abc import abstractmethod
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, NamedTuple

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from mannscope.anatomy import Actor, Anatomy, Head, Reads, Store
from mannscope.errors import MannscopeError
from mannscope.memories.choices import SATURATED, AbstractChoice
from mannscope.memories.realisations import Realisation


class Role(Enum):
    """What a part of the interface is for."""

    POLICY = "policy"
    """It decides what is done to the memory."""
    ADDRESS = "address"
    """It says where or how exactly that is done, such as a key or a strength."""
    CONTENT = "content"
    """It is what is written, or what is erased for it."""


class Field(NamedTuple):
    """One named part of the interface: how much of the emitted vector it takes, and how it is squashed."""

    name: str
    """Name of the operation, a field of the memory's `Ops`."""
    shape: tuple[int, ...]
    squash: Callable[[Array], Array]
    """Maps the real line (or the last axis, for a distribution) into the range of the operation."""
    role: Role
    rest: float = 0.0
    """Number before squashing with which nothing happens; only for memories that `emit` compiles for."""
    written: float | None = None
    """Number before squashing where a content is written; None where it is the content itself."""
    unit: float | None = None
    """Number before squashing that stands for a one in a content, `SATURATED` where None; and in a key, which
    `emit` leaves alone where None."""


class Write(NamedTuple):
    """How what is written gets into a store: a map that is linear in the contents and in the values.

    Every element of a vector is treated by itself, so that the coefficient with which a value of one step is
    in a slot obeys the same map as the contents do.
    """

    contents: str
    """The part of the state that holds it."""
    values: str
    """The operation that is written."""
    addresses: tuple[str, ...]
    """Operations, and parts of the state after the step (before it, with `_before` at the end of the name),
    that say where."""
    store: Callable[[Array, Mapping[str, Array], Array], Array]
    """Contents before the step, addresses by name, and values, to the contents after it."""


class Appended(NamedTuple):
    """Parts of the state, the slot axis last, of which a step changes only the slots that it writes to.

    What lies in slots that were not written to since the start changes no reading. So the gradient can do
    with one copy of these parts, rather than with one for every step.
    """

    contents: tuple[str, ...]
    """Names of the parts."""
    slots: Callable[[Any], Int[Array, " written"]]
    """From the state before a step, in which these parts are None, to the slots that it writes to; a number
    that no slot has stands for none."""


class Body(NamedTuple):
    """What a memory consists of, besides its choices."""

    stores: tuple[Store, ...] = ()
    heads: tuple[Head, ...] = ()
    write: Write | None = None
    """How the first store is written; None where that is not linear."""
    not_linear: str = ""
    """Why what is written cannot be followed, where `write` is None."""
    reads: Reads = "after writing"
    realisations: tuple[Realisation, ...] = ()
    """Ways to do on this memory what ideal machines do."""
    omitted: tuple[str, ...] = ()
    """Parts of the state too large to be recorded, and not read from; replaying a trace rebuilds them."""
    appended: Appended | None = None
    """What a step only appends to; None where every slot can change."""
    keys_by: str = ""
    """Option that says how many keys can be kept apart, whatever the length; empty where slots are added."""


class AbstractMemory(eqx.Module):
    """A machine for one example: `vmap` adds the batch.

    A memory has options and no weights. Its `Ops` and its state are named tuples of arrays. The model emits
    ops, `apply` carries them out, and `read` gives what the controller receives at the next step.
    """

    NAME: eqx.AbstractClassVar[str]
    """What configurations and traces call it."""
    TITLE: eqx.AbstractClassVar[str]
    """What headings call a network with it: "with a stack"."""
    Ops: eqx.AbstractClassVar[type]
    """The operations of a step, a named tuple with the names of `fields`; one that the memory's options leave
    out is None, and no field."""

    @property
    @abstractmethod
    def fields(self) -> tuple[Field, ...]:
        """The interface, in the order in which the emitted vector is cut."""

    @property
    @abstractmethod
    def dims(self) -> Mapping[str, tuple[str, ...]]:
        """The axes of every op, of every part of the state, and of the `reading`."""

    @property
    @abstractmethod
    def choices(self) -> tuple[AbstractChoice, ...]:
        """Who acts, what each can do, and which ops decide it."""

    @property
    @abstractmethod
    def body(self) -> Body:
        """The stores, the heads, and how what is written gets where."""

    @abstractmethod
    def slots_for(self, steps: int) -> int:
        """Give the smallest number of slots with which nothing is lost in this many steps."""

    @abstractmethod
    def empty(self, slots: int) -> Any:
        """Make the state before the first step."""

    @abstractmethod
    def apply(self, state: Any, ops: Any) -> Any:
        """Carry out one step's operations."""

    @abstractmethod
    def read(self, before: Any, after: Any) -> Float[Array, "..."]:
        """Read, given the states before and after this step's operations."""

    @property
    def actors(self) -> tuple[Actor, ...]:
        """Who acts, in the order of a trace's axis `actor`."""
        return tuple(actor for choice in self.choices for actor in choice.actors)

    @property
    def anatomy(self) -> Anatomy:
        """What a trace of this memory says of it; the table of memories adds the name."""
        policy = tuple(field.name for field in self.fields if field.role is Role.POLICY)
        body = self.body
        return Anatomy(self.actors, body.stores, body.heads, policy, body.reads, omitted=body.omitted)

    def ops(self, **fields: Array) -> Any:
        """Gather squashed fields into this memory's `Ops`."""
        return self.Ops(**fields)

    def action(self, state: Any, ops: Any) -> Int[Array, " actor"]:
        """Name what each actor does, an index into its own actions; -1 where it has none at this step."""
        found = [choice.action(state, ops) for choice in self.choices]
        return jnp.concatenate(found) if found else jnp.zeros(0, jnp.int32)

    def discretise(self, state: Any, ops: Any) -> Any:
        """Replace every soft choice among actions by its most probable one."""
        for choice in self.choices:
            ops = choice.discretise(state, ops)
        return ops

    def force(self, state: Any, ops: Any, action: Int[Array, " actor"]) -> Any:
        """Make the actors do these actions; -1 leaves an actor alone."""
        first = 0
        for choice in self.choices:
            last = first + len(choice.actors)
            ops = choice.force(state, ops, action[first:last])
            first = last
        return ops

    def emit(
        self,
        actions: Mapping[str, str],
        content: Float[np.ndarray, " width"] | None = None,
        key: Float[np.ndarray, " width"] | None = None,
    ) -> Float[np.ndarray, " interface"]:
        """Give what is to be added to `rest()` so that actors do these actions and this content is written.

        All are numbers before squashing: the inverse of `fields`, up to saturation. `content` has entries
        of -1 and 1, and so has `key`, the content that heads look for.

        Raises:
            MannscopeError: if an actor is not there, or does not have the action.
        """
        known = {actor.name: actor for actor in self.actors}
        for name, action in actions.items():
            if name not in known or action not in known[name].labels:
                must = f"an action must be one of {', '.join(f'{n}: {a.labels}' for n, a in known.items())}"
                raise MannscopeError(must, f"{name}: {action}", "Name an actor and one of its actions")
        decided = {}
        for choice in self.choices:
            decided |= choice.emit(actions)
        parts = []
        for field in self.fields:
            part = np.zeros(field.shape)
            if field.name in decided:
                part += np.reshape(decided[field.name], field.shape)
            elif content is not None and field.role is Role.CONTENT:
                unit = SATURATED if field.unit is None else field.unit
                part[:] = unit * content if field.written is None else field.written - field.rest
            elif key is not None and field.role is Role.ADDRESS and field.unit is not None:
                part[:] = field.unit * key
            parts.append(part.ravel())
        return np.concatenate([np.zeros(0), *parts])

    def rest(self) -> Float[np.ndarray, " interface"]:
        """Give the emitted vector, before squashing, with which nothing is decided and nothing erased."""
        return np.concatenate(
            [np.zeros(0), *(np.full(field.shape, field.rest).ravel() for field in self.fields)]
        )


def choose_slots(
    memory: AbstractMemory, steps: int, slots: int | None = None, *, capped: bool = False
) -> int:
    """Choose the number of slots for a sequence: as many as can be needed, unless one is given.

    Raises:
        MannscopeError: if `slots` could lose what could still be read, and `capped` does not allow it.
    """
    needed = memory.slots_for(steps)
    if slots is None:
        return needed
    if slots < max(1, needed) and not capped:
        raise MannscopeError(
            f"slots must be at least {needed}, so that a sequence of {steps} steps loses nothing",
            str(slots),
            f"Pass slots={needed} or more, shorten the sequence, or cap the memory with capped=True",
        )
    least = max(1, memory.slots_for(1))
    if slots < least:
        must = f"slots must be at least {least}, so that one step can be taken"
        raise MannscopeError(must, str(slots), f"Pass slots={least} or more")
    return slots
