"""A choice among transitions: what an actor does on all of several runs, weighed by how likely they are."""

from collections.abc import Mapping
from typing import Any

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from mannscope.anatomy import Actor
from mannscope.memories.choices import SATURATED, AbstractChoice


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
