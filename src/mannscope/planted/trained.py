"""Trained networks whose strategy is known: taught an algorithm by an interchange loss."""

from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, Int, PRNGKeyArray

from mannscope.compiling import compiled
from mannscope.errors import MannscopeError
from mannscope.memories import choose_slots
from mannscope.models import Model
from mannscope.planted.counterfactuals import Pairs, draw_disturbed, draw_pairs
from mannscope.planted.goals import GOALS, Goal
from mannscope.planted.interchange_loss import Batch, Losses, interchange_loss
from mannscope.tables import find
from mannscope.training import Network, Training, load
from mannscope.training.step import learning_rate, optimiser

DISTURBED = 4096
"""Sequences that are no episodes, that batches are drawn from."""
SHARE = 4
"""One in so many sequences of a batch is no episode."""
CHUNK = 500
"""Steps that run in one compiled call."""
BUNDLED: Final = Path(__file__).parent / "checkpoints"
SEEDS: Final = (1, 2, 3)
"""Seeds whose networks come with the package."""


class Pool(NamedTuple):
    """Everything that batches are drawn from."""

    pairs: Pairs
    actions: Int[np.ndarray, "episode step actor"]
    disturbed: Int[np.ndarray, "sequence step"]
    disturbed_actions: Int[np.ndarray, "sequence step actor"]


def load_trained(kind: str, seed: int = SEEDS[0]) -> Network:
    """Load a trained network whose strategy is known.

    Args:
        kind: One of `GOALS`.
        seed: One of `SEEDS`.

    Raises:
        UnknownNameError: if there is no such kind.
        MannscopeError: if no network of this seed comes with the package.
    """
    find("trained kind", kind, GOALS)
    folder = bundled_folder(kind, seed)
    if not folder.is_dir():
        must = (
            f"the seed of a network that comes with the package must be one of {', '.join(map(str, SEEDS))}"
        )
        raise MannscopeError(must, str(seed), "Train it with train_towards(kind, seed)")
    found = load(folder)
    return Network(f"{kind} {seed}", found.configuration, found.task, found.model)


def bundled_seeds(kind: str) -> tuple[int, ...]:
    """List the seeds of a kind whose networks come with the package."""
    return tuple(seed for seed in SEEDS if bundled_folder(kind, seed).is_dir())


def bundled_folder(kind: str, seed: int) -> Path:
    """Give the folder in the package of a kind's network."""
    return BUNDLED / kind.replace(" ", "-") / f"seed-{seed}"


def train_towards(kind: str, seed: int = SEEDS[0]) -> Network:
    """Train a network towards an algorithm; the same seed gives the same weights on the same machine.

    Raises:
        UnknownNameError: if there is no such kind.
    """
    return train_goal(find("trained kind", kind, GOALS), seed, f"{kind} {seed}")[0]


def train_goal(
    goal: Goal, seed: int, name: str = "trained", *, steps: int | None = None, pairs: int | None = None
) -> tuple[Network, Losses]:
    """Train a network towards a goal, and give it with the losses of every step.

    Args:
        goal: What it is trained towards.
        seed: Of the weights, of the pool and of what is drawn from it.
        name: Of the network.
        steps: Steps to take, if not all of the goal's.
        pairs: Pairs of episodes in the pool, if not as many as the goal's.
    """
    untrained = Network.fresh(goal.configuration(seed), name)
    pool = jax.tree.map(jnp.asarray, draw_pool(untrained, goal, seed, goal.pairs if pairs is None else pairs))
    training = untrained.configuration.training
    wanted = training.steps if steps is None else steps
    moments = optimiser(training).init(eqx.filter(untrained.model, eqx.is_inexact_array))
    state, parts = (untrained.model, moments, jnp.asarray(0, jnp.int32)), []
    slots = choose_slots(untrained.model.memory, untrained.task.steps(training.largest))
    for start in range(0, wanted, CHUNK):
        count = min(CHUNK, wanted - start)
        state, losses = _train_chunk(state, pool, jax.random.key(seed), training, slots, count)
        parts.append(losses)
    together = jax.tree.map(lambda *values: np.concatenate(values), *parts)
    return Network(name, untrained.configuration, untrained.task, state[0]), together


def draw_pool(network: Network, goal: Goal, seed: int, pairs: int) -> Pool:
    """Draw pairs of episodes with their exchanges, and sequences that are no episodes, with their actions."""
    training = network.configuration.training
    sizes = training.smallest, training.largest
    drawn = draw_pairs(network.task, goal, seed, pairs, *sizes)
    if not goal.answers_from_memory:
        drawn = drawn._replace(expected=drawn.targets)
    disturbed = draw_disturbed(network.task, seed + 1, DISTURBED, *sizes)
    return Pool(
        drawn,
        wanted_actions(network, goal, drawn.inputs),
        disturbed,
        wanted_actions(network, goal, disturbed),
    )


def wanted_actions(
    network: Network, goal: Goal, inputs: Int[np.ndarray, "episode step"]
) -> Int[np.ndarray, "episode step actor"]:
    """Give what the goal's policy does with the network's memory, for any sequences; -1 where it is free."""
    machine = network.task.oracles()[goal.algorithm].machine
    rules = next(one for one in network.realisations if one.machine == machine).rules
    columns = []
    for actor in network.anatomy.actors:
        moves = rules[actor.name]
        done = goal.act(network.task, inputs, tuple(moves))
        table = np.array([*(actor.labels.index(own) for own in moves.values()), -1])
        columns.append(table[done])
    return np.stack(columns, axis=-1)


@compiled
def _train_chunk(
    state: tuple, pool: Pool, key: PRNGKeyArray, training: Training, slots: int, steps: int
) -> tuple[tuple, Losses]:
    """Take steps, each on a batch drawn from the pool."""
    arrays, static = eqx.partition(state[0], eqx.is_inexact_array)

    def loss(arrays: Model, batch: Batch) -> tuple[Array, Losses]:
        parts = interchange_loss(eqx.combine(arrays, static), batch, slots)
        return parts.task + parts.interchange + parts.action, parts

    def take_step(carry: tuple, _: None) -> tuple:
        arrays, moments, step = carry
        batch = draw_batch(pool, jax.random.fold_in(key, step), training.batch)
        gradient, parts = jax.grad(loss, has_aux=True)(arrays, batch)
        updates, moments = optimiser(training).update(gradient, moments, arrays)
        rate = learning_rate(training, step, jnp.asarray(training.steps - training.decay_steps))
        arrays = optax.apply_updates(arrays, jax.tree.map(lambda update: -rate * update, updates))
        return (arrays, moments, step + 1), parts

    (arrays, moments, step), losses = jax.lax.scan(take_step, (arrays, *state[1:]), length=steps)
    return (eqx.combine(arrays, static), moments, step), losses


def draw_batch(pool: Pool, key: PRNGKeyArray, batch: int) -> Batch:
    """Draw `batch` sequences from a pool: whole pairs, and a share that is no episodes."""
    pair_key, other_key = jax.random.split(key)
    others = jax.random.randint(other_key, (batch // SHARE,), 0, len(pool.disturbed))
    first = 2 * jax.random.randint(pair_key, ((batch - batch // SHARE) // 2,), 0, len(pool.actions) // 2)
    chosen = jnp.stack([first, first + 1], axis=1).ravel()
    pairs = jax.tree.map(partial(jnp.take, indices=chosen, axis=0), pool.pairs)
    return Batch(
        **pairs._asdict(),
        actions=pool.actions[chosen],
        disturbed=pool.disturbed[others],
        disturbed_actions=pool.disturbed_actions[others],
    )
