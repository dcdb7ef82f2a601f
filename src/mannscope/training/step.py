"""One compiled chunk of training: data, noise, gradient and update, many times over."""

from functools import partial
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from mannscope.compiling import compiled
from mannscope.memories import choose_slots
from mannscope.models import Model, Noise, NoiseLevels, draw_noise, policy_mask, unroll
from mannscope.tasks.task import AbstractTask
from mannscope.training.options import Training
from mannscope.training.parts import choose_parts, value_and_gradient
from mannscope.training.rows import Rows, draw_rows


class State(NamedTuple):
    """Everything that training needs to go on to the bit-identical result."""

    model: Model
    optimiser: optax.OptState
    step: Int[Array, ""]
    begun: Int[Array, ""]
    """Step at which training began with these weights: 0, or that of the last restart."""
    noise_since: Int[Array, ""]
    """Step at which noise began to rise; -1 before that."""
    hard_since: Int[Array, ""]
    """Step at which actions became discrete; -1 before that."""
    decay_since: Int[Array, ""]
    """Step at which the learning rate began to fall; -1 before that."""
    done: Bool[Array, ""]
    """Whether training has ended."""


def optimiser(training: Training) -> optax.GradientTransformation:
    """Adam with clipped gradients, on all weights as one vector; the learning rate is applied by the step."""
    return optax.flatten(
        optax.chain(
            optax.clip_by_global_norm(training.clip),
            optax.scale_by_adam(),
            optax.add_decayed_weights(training.weight_decay),
        )
    )


def start(model: Model, training: Training, step: int = 0) -> State:
    """Make the state before the first step with some weights."""
    begun, never = jnp.asarray(step, jnp.int32), jnp.asarray(-1, jnp.int32)
    first = optimiser(training).init(eqx.filter(model, eqx.is_inexact_array))
    noise_since = never if training.noise_below else jnp.asarray(step + training.noise_from, jnp.int32)
    return State(model, first, begun, begun, noise_since, never, never, jnp.asarray(False))


def learning_rate(
    training: Training, step: Int[Array, ""], decay_since: Int[Array, ""], begun: Int[Array, ""] | int = 0
) -> Float[Array, ""]:
    """Rise linearly over the warm-up; fall by a cosine once the fall has begun."""
    fallen = jnp.clip((step - decay_since) / training.decay_steps, 0, 1)
    share = training.final_rate + (1 - training.final_rate) * 0.5 * (1 + jnp.cos(jnp.pi * fallen))
    warm = jnp.minimum(1.0, (step - begun + 1) / max(training.warmup, 1))
    return training.learning_rate * warm * jnp.where(decay_since < 0, 1.0, share)


def noise_levels(
    training: Training, step: Int[Array, ""], noise_since: Int[Array, ""], hard_since: Int[Array, ""]
) -> NoiseLevels:
    """Ramp the noise in; context dropout is whole from the start."""
    rise = jnp.clip((step - noise_since) / (training.noise_until - training.noise_from), 0, 1)
    rise = jnp.where(noise_since < 0, 0.0, rise)
    dropout = float(training.context_dropout)
    return NoiseLevels(training.hidden_noise * rise, training.policy_noise * rise, dropout, hard_since >= 0)


def cross_entropy(
    logits: Float[Array, "row step output_symbol"],
    targets: Int[Array, "row step"],
    supervised: Array,
    count: Array | None = None,
) -> Float[Array, ""]:
    """Average the cross-entropy, in nats, over the supervised positions; or divide its sum by a `count`."""
    losses = optax.softmax_cross_entropy_with_integer_labels(logits, jnp.maximum(targets, 0))
    return jnp.sum(losses * supervised) / jnp.maximum(jnp.sum(supervised) if count is None else count, 1)


@compiled
def train_chunk(
    state: State,
    key: PRNGKeyArray,
    task: AbstractTask,
    training: Training,
    steps: int,
    devices: int = 1,
    given: Rows | None = None,
) -> tuple:
    """Take `steps` optimiser steps in one compiled program, and give the new state with every step's loss.

    The data and noise of a step depend on `key` and the step's number alone. They are made on the devices,
    each of which has its share of the rows; nothing is sent from or to the host within a chunk. Rows that are
    `given`, with the step as first axis, are taken instead of drawn ones.
    """
    arrays, static = eqx.partition(state.model, eqx.is_inexact_array)
    longest = task.steps(training.largest)
    slots = choose_slots(static.memory, longest, training.slots or None, capped=bool(training.slots))
    mask = policy_mask(static.memory)

    def loss(arrays: Model, given: tuple[Rows, Noise | None], count: Array) -> Float[Array, ""]:
        rows, noise = given
        model = eqx.combine(arrays, static)
        logits = unroll(model, rows.inputs, slots, starts=rows.starts, noise=noise, return_record=False)
        return cross_entropy(logits, rows.targets, rows.supervised, count)  # pyright: ignore[reportArgumentType]

    noisy = bool(
        training.hidden_noise or training.policy_noise or training.context_dropout or training.harden_below
    )

    def take_step(carry: tuple, ready: Rows | None) -> tuple:
        arrays, moments, step = carry
        data_key, noise_key = jax.random.split(jax.random.fold_in(key, step))
        rows = share_out(draw_rows(data_key, task, training) if ready is None else ready, devices)
        levels = noise_levels(training, step, state.noise_since, state.hard_since)
        shape = (rows.inputs.shape[0], rows.inputs.shape[1])
        noise = draw_noise(noise_key, levels, shape, static.controller.hidden, mask) if noisy else None
        parts = choose_parts(static.memory, slots, *shape) if devices == 1 else 1
        of_rows = partial(loss, count=jnp.sum(rows.supervised))
        value, gradient = value_and_gradient(of_rows, arrays, (rows, noise), parts)
        updates, moments = optimiser(training).update(gradient, moments, arrays)
        rate = learning_rate(training, step, state.decay_since, state.begun)
        arrays = jax.tree.map(lambda weight, update: weight - rate * update, arrays, updates)
        return (arrays, moments, step + 1), value

    (arrays, moments, step), losses = jax.lax.scan(
        take_step, (arrays, state.optimiser, state.step), given, length=steps
    )
    return state._replace(model=eqx.combine(arrays, static), optimiser=moments, step=step), losses


def share_out(rows: Rows, devices: int) -> Rows:
    """Give each of the first `devices` devices an equal share of the rows; weights stay whole on each."""
    if devices == 1:
        return rows
    mesh = jax.sharding.Mesh(np.asarray(jax.devices()[:devices]), ("row",))
    by_row = jax.sharding.NamedSharding(mesh, jax.sharding.PartitionSpec("row"))
    return jax.lax.with_sharding_constraint(rows, by_row)


def adapt(state: State, training: Training, loss: float) -> State:
    """Begin with noise, harden the actions, let the learning rate fall, each once the loss is low enough."""
    since = partial(_since, state.step, loss)
    early = int(state.step) - int(state.begun) < training.noise_from
    return state._replace(
        noise_since=state.noise_since if early else since(state.noise_since, training.noise_below),
        hard_since=since(state.hard_since, training.harden_below),
        decay_since=since(state.decay_since, training.decay_below),
    )


def _since(step: Array, loss: float, since: Array, threshold: float) -> Array:
    return step if int(since) < 0 and loss < threshold else since
