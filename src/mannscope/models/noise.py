"""What training does to a model that testing does not: noise, context dropout, hard actions."""

from collections.abc import Callable

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, PRNGKeyArray


class Noise(eqx.Module):
    """One draw of training noise, for every step of every row.

    Fields have leading axes (episode, step) until the run cuts them.
    """

    hidden: Float[Array, "*steps hidden"]
    """Added to the hidden vector."""
    policy: Float[Array, "*steps interface"]
    """Added to the emitted vector; zero outside its policy part."""
    context_free: Bool[Array, "*steps interface"]
    """Where the emitted number is the one that the symbol alone would have caused."""
    alone: Float[Array, "*steps interface"] | None
    """What the symbol alone would have caused; the run fills it in."""
    hard: Bool[Array, "*steps"]
    """Whether actions are the most probable ones, with the gradient of the soft ones (straight-through)."""

    def with_alone(self, alone: Float[Array, "*steps interface"]) -> "Noise":
        """Fill in what every symbol alone would cause."""
        return Noise(self.hidden, self.policy, self.context_free, alone, self.hard)

    def disturb(self, raw: Float[Array, " interface"]) -> Float[Array, " interface"]:
        """Drop the context of one step's emitted vector, and add noise to its policy part."""
        return jnp.where(self.context_free, raw if self.alone is None else self.alone, raw) + self.policy


class NoiseLevels(eqx.Module):
    """How much of each kind of noise there is at a moment of training."""

    hidden: Float[Array, ""] | float = 0.0
    """Standard deviation of the noise on the hidden vector."""
    policy: Float[Array, ""] | float = 0.0
    """Standard deviation of the noise on the emitted numbers that decide an action, before squashing."""
    context_dropout: Float[Array, ""] | float = 0.0
    """Probability, per step and row, that the policy part sees the symbol without its context."""
    hard: Bool[Array, ""] | bool = False
    """Whether actions are straight-through argmax."""


def draw_noise(
    key: PRNGKeyArray,
    levels: NoiseLevels,
    shape: tuple[int, int],
    hidden: int,
    policy: Bool[np.ndarray, " interface"],
) -> Noise:
    """Draw noise for a batch of `shape` (episodes, steps); `policy` marks the policy part."""
    hidden_key, policy_key, context_key = jax.random.split(key, 3)
    dropped = jax.random.bernoulli(context_key, levels.context_dropout, shape)
    drawn = levels.policy * jax.random.normal(policy_key, (*shape, int(policy.sum())))
    return Noise(
        hidden=levels.hidden * jax.random.normal(hidden_key, (*shape, hidden)),
        policy=jnp.zeros((*shape, len(policy))).at[..., np.flatnonzero(policy)].set(drawn),
        context_free=dropped[..., None] & policy,
        alone=None,
        hard=jnp.broadcast_to(jnp.asarray(levels.hard), shape),
    )


def straight_through(hard: Bool[Array, ""], ops: tuple, discretise: Callable) -> tuple:
    """Use discrete operations where `hard`, and differentiate as if they were soft.

    Source: Bengio, Léonard & Courville (2013). https://arxiv.org/abs/1308.3432
    """

    def mix(soft: Array, sure: Array) -> Array:
        if sure is soft:  # not a choice among actions
            return soft
        return jnp.where(hard, soft + jax.lax.stop_gradient(sure - soft), soft)

    return jax.tree.map(mix, ops, discretise(ops))
