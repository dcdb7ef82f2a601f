"""How actors choose: from the operations to a discrete action, and back."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, Final

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from mannscope.anatomy import Actor

SATURATED: Final = 14.0
"""Saturates tanh and sigmoid, and leaves less than two parts in a million to other actions."""
_OPEN: Final = 0.5
"""Number from which a gate counts as open."""


class AbstractChoice(eqx.Module):
    """How the actors of one kind decide what they do, of one example.

    It is given the state before the step as well, for actors whose choice depends on it.
    """

    actors: eqx.AbstractVar[tuple[Actor, ...]]

    @abstractmethod
    def action(self, state: Any, ops: Any) -> Int[Array, " actor"]:
        """Give what each actor does, an index into its actions; -1 where it has none at this step."""

    @abstractmethod
    def discretise(self, state: Any, ops: Any) -> Any:
        """Take every actor's most probable action with certainty."""

    @abstractmethod
    def force(self, state: Any, ops: Any, action: Int[Array, " actor"]) -> Any:
        """Make the actors do these actions; -1 leaves an actor alone."""

    @abstractmethod
    def emit(self, actions: Mapping[str, str]) -> dict[str, Float[np.ndarray, "..."]]:
        """Give, for each op that decides, what to add before squashing so that actors do what is named."""

    @property
    @abstractmethod
    def labels(self) -> Mapping[str, tuple[str | int, ...]]:
        """Label the last axis of each op that is a distribution."""


class Distribution(AbstractChoice):
    """Every actor has a distribution over its actions, along the last axis of one op.

    Args:
        op: Name of the op, of shape (actor, action), or (action,) for a single actor.
        actors: The actors, all with the same actions.
    """

    op: str = eqx.field(static=True)
    actors: tuple[Actor, ...] = eqx.field(static=True)

    def action(self, state: Any, ops: Any) -> Int[Array, " actor"]:
        """The most probable action of each actor."""
        return jnp.argmax(getattr(ops, self.op), axis=-1).reshape(len(self.actors))

    def discretise(self, state: Any, ops: Any) -> Any:
        """Put the whole distribution on its largest entry."""
        values = getattr(ops, self.op)
        chosen = jax.nn.one_hot(jnp.argmax(values, axis=-1), values.shape[-1])
        return ops._replace(**{self.op: chosen})

    def force(self, state: Any, ops: Any, action: Int[Array, " actor"]) -> Any:
        """Put the whole distribution on the action."""
        values = getattr(ops, self.op)
        forced = jax.nn.one_hot(action, values.shape[-1]).reshape(values.shape)
        free = (action < 0).reshape(*values.shape[:-1], 1)
        return ops._replace(**{self.op: jnp.where(free, values, forced)})

    def emit(self, actions: Mapping[str, str]) -> dict[str, Float[np.ndarray, "..."]]:
        """Saturate the softmax."""
        raw = np.zeros((len(self.actors), len(self.actors[0].actions)))
        for place, actor in enumerate(self.actors):
            if actor.name in actions:
                raw[place, actor.labels.index(actions[actor.name])] = SATURATED
        return {self.op: raw}

    @property
    def labels(self) -> Mapping[str, tuple[str | int, ...]]:
        """Names of the actions."""
        return {self.op: self.actors[0].labels}


class GatedShift(AbstractChoice):
    """A gate decides between jumping to where the content matches, and shifting by a distribution.

    Args:
        gate: Name of the op of shape (actor,), in [0, 1]; above one half is a jump. Empty where no head can
            jump.
        shift: Name of the op of shape (actor, shift), a distribution whose middle stays.
        actors: The heads; their actions are `addressing.MOVES`: stay, left, right, and jump if they can.
        reach: Farthest shift, in slots.
    """

    gate: str = eqx.field(static=True)
    shift: str = eqx.field(static=True)
    actors: tuple[Actor, ...] = eqx.field(static=True)
    reach: int = eqx.field(static=True)

    def action(self, state: Any, ops: Any) -> Int[Array, " actor"]:
        """Jump where the gate favours content, otherwise the direction of the most probable shift."""
        offset = jnp.argmax(getattr(ops, self.shift), axis=-1) - self.reach
        moved = jnp.where(offset < 0, 1, jnp.where(offset > 0, 2, 0))
        return jnp.where(getattr(ops, self.gate) > 0.5, 3, moved) if self.gate else moved

    def discretise(self, state: Any, ops: Any) -> Any:
        """Round the gate and put the whole distribution on the most probable shift."""
        shift = getattr(ops, self.shift)
        certain = jax.nn.one_hot(jnp.argmax(shift, axis=-1), shift.shape[-1])
        rounded = {self.gate: jnp.round(getattr(ops, self.gate))} if self.gate else {}
        return ops._replace(**rounded, **{self.shift: certain})

    def force(self, state: Any, ops: Any, action: Int[Array, " actor"]) -> Any:
        """Shift by one slot, stay, or jump."""
        shift = getattr(ops, self.shift)
        offset = (action == 2).astype(int) - (action == 1)
        moved = jax.nn.one_hot(self.reach + offset, shift.shape[-1])
        free, jumps = action < 0, action == 3
        forced = {self.shift: jnp.where((free | jumps)[:, None], shift, moved)}
        if self.gate:
            gate = getattr(ops, self.gate)
            forced[self.gate] = jnp.where(free, gate, jumps.astype(gate.dtype))
        return ops._replace(**forced)

    def emit(self, actions: Mapping[str, str]) -> dict[str, Float[np.ndarray, "..."]]:
        """Saturate the shift, or open the gate, which is closed at rest."""
        gate = np.zeros(len(self.actors))
        shift = np.zeros((len(self.actors), 2 * self.reach + 1))
        for place, actor in enumerate(self.actors):
            if actor.name not in actions:
                continue
            move = actor.labels.index(actions[actor.name])
            gate[place] = 2 * SATURATED * (move == 3)
            shift[place, self.reach + (move == 2) - (move == 1)] = SATURATED
        return ({self.gate: gate} if self.gate else {}) | {self.shift: shift}

    @property
    def labels(self) -> Mapping[str, tuple[str | int, ...]]:
        """Numbers of slots, from the farthest to the left to the farthest to the right."""
        return {self.shift: tuple(range(-self.reach, self.reach + 1))}


class Gates(AbstractChoice):
    """Every actor opens or closes several gates, and each combination of open gates is an action of its own.

    A gate is open from one half on. The first gate counts 1, the second 2, the third 4, and so on: the sum
    over the open ones is the number of the action.

    Args:
        gates: Names of the ops, each of shape (actor,), or () for a single actor, in [0, 1]; at rest they are
            closed.
        actors: The actors, each with one action for every combination, the one with all gates closed first.
    """

    gates: tuple[str, ...] = eqx.field(static=True)
    actors: tuple[Actor, ...] = eqx.field(static=True)

    def action(self, state: Any, ops: Any) -> Int[Array, " actor"]:
        """The number of the combination of open gates."""
        is_open = jnp.stack([getattr(ops, gate).reshape(len(self.actors)) >= _OPEN for gate in self.gates])
        return 2 ** jnp.arange(len(self.gates)) @ is_open

    def discretise(self, state: Any, ops: Any) -> Any:
        """Open or close every gate entirely."""
        values = {gate: getattr(ops, gate) for gate in self.gates}
        return ops._replace(**{gate: (value >= _OPEN).astype(value.dtype) for gate, value in values.items()})

    def force(self, state: Any, ops: Any, action: Int[Array, " actor"]) -> Any:
        """Open the gates of the action, and close the others."""
        forced = {}
        for place, gate in enumerate(self.gates):
            value = getattr(ops, gate)
            is_open = ((action >> place) & 1).astype(value.dtype)
            forced[gate] = jnp.where(action < 0, value.reshape(action.shape), is_open).reshape(value.shape)
        return ops._replace(**forced)

    def emit(self, actions: Mapping[str, str]) -> dict[str, Float[np.ndarray, "..."]]:
        """Open gates, which are closed at rest."""
        numbers = [
            actor.labels.index(actions[actor.name]) if actor.name in actions else 0 for actor in self.actors
        ]
        return {
            gate: 2 * SATURATED * ((np.array(numbers) >> place) & 1) for place, gate in enumerate(self.gates)
        }

    @property
    def labels(self) -> Mapping[str, tuple[str | int, ...]]:
        """None: a gate is a number, not a distribution."""
        return {}


class Levels(AbstractChoice):
    """Every actor has one number, and does the action whose level is nearest to it.

    Args:
        op: Name of the op; its numbers, flattened, are those of the actors.
        actors: The actors, all with the same actions.
        levels: The number at which each action is done with certainty.
        emitted: What is added to each action's number before squashing so that it is done.
    """

    op: str = eqx.field(static=True)
    actors: tuple[Actor, ...] = eqx.field(static=True)
    levels: tuple[float, ...] = eqx.field(static=True)
    emitted: tuple[float, ...] = eqx.field(static=True)

    def action(self, state: Any, ops: Any) -> Int[Array, " actor"]:
        """The action of the nearest level; of the first one in the middle between two."""
        numbers = jnp.asarray(getattr(ops, self.op)).reshape(len(self.actors), 1)
        return jnp.argmin(jnp.abs(numbers - jnp.asarray(self.levels)), axis=-1)

    def discretise(self, state: Any, ops: Any) -> Any:
        """Round to the nearest level."""
        numbers = getattr(ops, self.op)
        nearest = jnp.asarray(self.levels, numbers.dtype)[self.action(state, ops)]
        return ops._replace(**{self.op: nearest.reshape(numbers.shape)})

    def force(self, state: Any, ops: Any, action: Int[Array, " actor"]) -> Any:
        """Put the number on the action's level."""
        numbers, free = getattr(ops, self.op), action < 0
        forced = jnp.asarray(self.levels, numbers.dtype)[jnp.where(free, 0, action)].reshape(numbers.shape)
        return ops._replace(**{self.op: jnp.where(free.reshape(numbers.shape), numbers, forced)})

    def emit(self, actions: Mapping[str, str]) -> dict[str, Float[np.ndarray, "..."]]:
        """Saturate the squashing function, or stay in its middle."""
        raw = np.zeros(len(self.actors))
        for place, actor in enumerate(self.actors):
            if actor.name in actions:
                raw[place] = self.emitted[actor.labels.index(actions[actor.name])]
        return {self.op: raw}

    @property
    def labels(self) -> Mapping[str, tuple[str | int, ...]]:
        """None: a number is no distribution."""
        return {}
