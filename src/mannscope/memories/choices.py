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
        gate: Name of the op of shape (actor,), in [0, 1]; above one half is a jump.
        shift: Name of the op of shape (actor, shift), a distribution whose middle stays.
        actors: The heads; their actions are `addressing.MOVES`: stay, left, right, jump.
    """

    gate: str = eqx.field(static=True)
    shift: str = eqx.field(static=True)
    actors: tuple[Actor, ...] = eqx.field(static=True)
    reach: int = eqx.field(static=True)

    def action(self, state: Any, ops: Any) -> Int[Array, " actor"]:
        """Jump where the gate favours content, otherwise the direction of the most probable shift."""
        offset = jnp.argmax(getattr(ops, self.shift), axis=-1) - self.reach
        moved = jnp.where(offset < 0, 1, jnp.where(offset > 0, 2, 0))
        return jnp.where(getattr(ops, self.gate) > 0.5, 3, moved)

    def discretise(self, state: Any, ops: Any) -> Any:
        """Round the gate and put the whole distribution on the most probable shift."""
        shift = getattr(ops, self.shift)
        certain = jax.nn.one_hot(jnp.argmax(shift, axis=-1), shift.shape[-1])
        return ops._replace(**{self.gate: jnp.round(getattr(ops, self.gate)), self.shift: certain})

    def force(self, state: Any, ops: Any, action: Int[Array, " actor"]) -> Any:
        """Shift by one slot, stay, or jump."""
        gate, shift = getattr(ops, self.gate), getattr(ops, self.shift)
        offset = (action == 2).astype(int) - (action == 1)
        moved = jax.nn.one_hot(self.reach + offset, shift.shape[-1])
        free, jumps = action < 0, action == 3
        gate = jnp.where(free, gate, jumps.astype(gate.dtype))
        shift = jnp.where((free | jumps)[:, None], shift, moved)
        return ops._replace(**{self.gate: gate, self.shift: shift})

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
        return {self.gate: gate, self.shift: shift}

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


class Transitions(AbstractChoice):
    """One actor that weighs transitions from each of several situations, some of which are more likely.

    Every transition is one of the actor's actions. What the actor does is the action with the largest share:
    that of its transitions among all from a situation, averaged by how likely the situations are.

    Args:
        op: Name of the op of shape (*situation, transition), not negative.
        likely: Part of the state before the step that says how likely the situations are, of shape
            (*situation).
        actors: The only actor.
        actions: For each situation, in a row, the action that each transition is.
    """

    op: str = eqx.field(static=True)
    likely: str = eqx.field(static=True)
    actors: tuple[Actor, ...] = eqx.field(static=True)
    actions: tuple[tuple[int, ...], ...] = eqx.field(static=True)

    def shares(self, state: Any, ops: Any) -> Float[Array, " action"]:
        """Give the share of each action; they sum to one if something weighs anything where it is likely."""
        weights = getattr(ops, self.op).reshape(len(self.actions), -1)
        total = jnp.sum(weights, axis=1)
        likely = getattr(state, self.likely).reshape(-1)
        scaled = weights * jnp.where(total > 0, likely / jnp.where(total > 0, total, 1.0), 0.0)[:, None]
        is_action = jnp.asarray(self.actions) == jnp.arange(len(self.actors[0].actions))[:, None, None]
        return jnp.sum(jnp.where(is_action, scaled, 0.0), axis=(1, 2))

    def action(self, state: Any, ops: Any) -> Int[Array, " actor"]:
        """The action of the largest share."""
        return jnp.argmax(self.shares(state, ops))[None]

    def discretise(self, state: Any, ops: Any) -> Any:
        """Leave only the transitions of the action of the largest share, with their weights."""
        return ops._replace(**{self.op: self._only(ops, self.action(state, ops))})

    def force(self, state: Any, ops: Any, action: Int[Array, " actor"]) -> Any:
        """Leave only the transitions of the action; all alike, from where none of them weighs anything."""
        weights = self._only(ops, action)
        is_action = (jnp.asarray(self.actions) == action).astype(weights.dtype).reshape(weights.shape)
        forced = jnp.where(jnp.any(weights > 0, axis=-1, keepdims=True), weights, is_action)
        return ops._replace(**{self.op: jnp.where(action[0] < 0, getattr(ops, self.op), forced)})

    def _only(self, ops: Any, action: Int[Array, " actor"]) -> Float[Array, "*situation transition"]:
        weights = getattr(ops, self.op)
        return jnp.where((jnp.asarray(self.actions) == action).reshape(weights.shape), weights, 0.0)

    def emit(self, actions: Mapping[str, str]) -> dict[str, Float[np.ndarray, "..."]]:
        """Raise what all transitions of the action weigh, from every situation."""
        (actor,) = self.actors
        number = actor.labels.index(actions[actor.name]) if actor.name in actions else -1
        return {self.op: SATURATED * (np.array(self.actions) == number)}

    @property
    def labels(self) -> Mapping[str, tuple[str | int, ...]]:
        """None: the transitions from all situations together are no distribution."""
        return {}
