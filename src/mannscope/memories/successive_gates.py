"""A choice by gates that are asked one after the other."""

from collections.abc import Mapping
from typing import Any

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from mannscope.anatomy import Actor
from mannscope.memories.choices import SATURATED, AbstractChoice


class SuccessiveGates(AbstractChoice):
    """SuccessiveGates decide one after the other: a closed one ends the decision, an open one asks the next.

    With one gate there are two actions, with two gates three: the first action where the first gate is
    closed, the next where only the first is open, and the last where all are.

    Args:
        gates: Names of the ops, of shape (actor,), or () for a single actor, in [0, 1]; above one half is
            open. They are closed at rest.
        actors: The actors, with one action more than there are gates.
    """

    gates: tuple[str, ...] = eqx.field(static=True)
    actors: tuple[Actor, ...] = eqx.field(static=True)

    def action(self, state: Any, ops: Any) -> Int[Array, " actor"]:
        """Count the gates that are open before the first one that is closed."""
        is_open = jnp.stack([self._of(ops, gate) > 0.5 for gate in self.gates])
        return jnp.sum(jnp.cumprod(is_open.astype(jnp.int32), axis=0), axis=0)

    def discretise(self, state: Any, ops: Any) -> Any:
        """Round every gate."""
        return ops._replace(**{gate: jnp.round(getattr(ops, gate)) for gate in self.gates})

    def force(self, state: Any, ops: Any, action: Int[Array, " actor"]) -> Any:
        """Open the gates before the action's, and close that one; those after it stay as they are."""
        forced = {}
        for place, gate in enumerate(self.gates):
            value = self._of(ops, gate)
            value = jnp.where(action > place, 1.0, jnp.where(action == place, 0.0, value))
            forced[gate] = value.reshape(getattr(ops, gate).shape)
        return ops._replace(**forced)

    def emit(self, actions: Mapping[str, str]) -> dict[str, Float[np.ndarray, "..."]]:
        """Open the gates before the action's."""
        raw = np.zeros((len(self.gates), len(self.actors)))
        for place, actor in enumerate(self.actors):
            if actor.name in actions:
                raw[: actor.labels.index(actions[actor.name]), place] = 2 * SATURATED
        return dict(zip(self.gates, raw, strict=True))

    @property
    def labels(self) -> Mapping[str, tuple[str | int, ...]]:
        """None: no op is a distribution."""
        return {}

    def _of(self, ops: Any, gate: str) -> Float[Array, " actor"]:
        return getattr(ops, gate).reshape(len(self.actors))
