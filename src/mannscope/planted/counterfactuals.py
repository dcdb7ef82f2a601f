"""Pairs of episodes that exchange parts of their states, with the answers that an algorithm gives then."""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import jax
import numpy as np
from jaxtyping import Bool, Int

from mannscope.arrays import PADDING
from mannscope.planted.goals import Goal
from mannscope.tasks import NOTHING, OracleStep
from mannscope.tasks.task import AbstractTask, Episode

ALONE = 0.5
"""Share of the episodes that exchange one content; in the others, each is exchanged by the toss of a coin."""
HELD = 0.3
"""Share of the episodes that exchange a hidden state instead, where the algorithm is in the same state."""
TRIES = 4
"""Exchanges that are drawn for an episode until one changes the algorithm's answer."""


class Pairs(NamedTuple):
    """Episodes, of which those with the numbers 2n and 2n + 1 exchange with each other."""

    inputs: Int[np.ndarray, "episode step"]
    targets: Int[np.ndarray, "episode step"]
    """Outputs without an exchange; -1 where there is no target."""
    taken: Int[np.ndarray, "episode step"]
    """Step of the partner whose content is written instead; -1 where the own one is."""
    held: Int[np.ndarray, "episode step"]
    """Step of the partner after which its hidden state is the one that this step begins with; -1 for the own
    one. The algorithm is in the same state there, so that it must not matter."""
    expected: Int[np.ndarray, "episode step"]
    """Outputs of the algorithm after the exchange; -1 where there is no target."""


def draw_pairs(task: AbstractTask, goal: Goal, seed: int, pairs: int, smallest: int, largest: int) -> Pairs:
    """Draw pairs of episodes of uniform sizes, and run the algorithm on each exchange."""
    random = np.random.default_rng(seed)
    episodes = draw_episodes(task, random, 2 * pairs, smallest, largest)
    inputs, targets = np.asarray(episodes.inputs), np.asarray(episodes.targets)
    state = np.where(inputs == PADDING, PADDING, goal.state(task, episodes))
    symbols = [tuple(row[row != PADDING].tolist()) for row in inputs]
    runs = [task.oracle(one, goal.algorithm) for one in symbols]
    taken, held = np.full(inputs.shape, PADDING), np.full(inputs.shape, PADDING)
    expected = targets.copy()
    for base, one in enumerate(symbols):
        source = base ^ 1
        if random.random() < HELD:  # not both: the algorithm's state may be another one after an exchange
            held[base] = _hold(random, state[base], state[source])
            continue
        for _ in range(TRIES):
            taken[base] = _exchange(random, runs[base], runs[source], inputs.shape[1])
            expected[base] = counterfactual(task, goal, one, runs[source], taken[base], targets[base] >= 0)
            if (expected[base] != targets[base]).any():
                break
    return Pairs(inputs, targets, taken, held, expected)


def counterfactual(
    task: AbstractTask,
    goal: Goal,
    symbols: tuple[int, ...],
    source: Sequence[OracleStep],
    taken: Int[np.ndarray, " step"],
    supervised: Bool[np.ndarray, " step"],
) -> Int[np.ndarray, " step"]:
    """Run the algorithm on an episode that writes what another one wrote; -1 where there is no target."""
    replaced = {
        place: goal.meaning(source[taken[place]].written, int(taken[place]), place)
        for place in np.flatnonzero(taken >= 0).tolist()
    }
    steps = task.oracle(symbols, goal.algorithm, replaced)
    outputs = np.full(taken.shape, PADDING)
    for place in np.flatnonzero(supervised).tolist():
        outputs[place] = task.outputs.index(steps[place].output)
    return outputs


def draw_disturbed(
    task: AbstractTask, seed: int, sequences: int, smallest: int, largest: int
) -> Int[np.ndarray, "episode step"]:
    """Draw sequences that are no episodes: any symbols at a share of the places, from a tenth to all."""
    random = np.random.default_rng(seed)
    inputs = np.asarray(draw_episodes(task, random, sequences, smallest, largest).inputs)
    share = random.uniform(0.1, 1.2, (sequences, 1))
    other = random.integers(len(task.symbols), size=inputs.shape)
    return np.where((random.random(inputs.shape) < share) & (inputs != PADDING), other, inputs)


def draw_episodes(
    task: AbstractTask, random: np.random.Generator, episodes: int, smallest: int, largest: int
) -> Episode:
    """Draw a batch of episodes of uniform sizes, the same for those of a pair."""
    keys = jax.random.split(jax.random.key(int(random.integers(2**31))), episodes)
    sizes = np.repeat(random.integers(smallest, largest + 1, -(-episodes // 2)), 2)[:episodes]
    drawn = jax.jit(jax.vmap(partial(task.sample, largest=largest)))(keys, sizes)
    return jax.tree.map(np.asarray, drawn)


def _writes(steps: Sequence[OracleStep]) -> list[int]:
    """Find the steps at which something is written that can be exchanged."""
    return [place for place, step in enumerate(steps) if step.written not in ("", NOTHING)]


def _exchange(
    random: np.random.Generator, own: Sequence[OracleStep], others: Sequence[OracleStep], steps: int
) -> Int[np.ndarray, " step"]:
    """Choose where to write what the other one wrote: another content, where it has one."""
    taken = np.full(steps, PADDING)
    places, sources = np.array(_writes(own), int), _writes(others)
    if not len(places) or not sources:
        return taken
    chosen = np.arange(len(places)) == random.integers(len(places))
    if random.random() >= ALONE:
        chosen |= random.random(len(places)) < 0.5
    for place in places[chosen].tolist():
        different = [source for source in sources if others[source].written != own[place].written]
        taken[place] = random.choice(different or sources)
    return taken


def _hold(
    random: np.random.Generator, own: Int[np.ndarray, " step"], others: Int[np.ndarray, " step"]
) -> Int[np.ndarray, " step"]:
    """Choose one step at whose beginning the algorithm is in a state that it has in the partner as well."""
    held = np.full(own.shape, PADDING)
    alike = (own[:-1, None] == others) & (own[:-1, None] != PADDING) & (own[1:, None] != PADDING)
    places = np.flatnonzero(alike.any(1))
    if len(places):
        place = random.choice(places)
        held[place + 1] = random.choice(np.flatnonzero(alike[place]))
    return held
