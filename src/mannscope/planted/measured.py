"""What a network taught an algorithm reached: the numbers by which its strategy counts as known."""

import math
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np

from mannscope.arrays import PADDING
from mannscope.planted.counterfactuals import Pairs, draw_disturbed, draw_pairs
from mannscope.planted.goals import Goal
from mannscope.planted.interchange_loss import exchanges
from mannscope.planted.trained import wanted_actions
from mannscope.training import Network, evaluate

EXACT, AGREEMENT, FOLLOWED, UNMOVED = 0.99, 0.999, 0.98, 0.1
"""Least exact accuracy, agreement of actions, and answers that follow an exchange; most of them where the
answer must not come from the memory."""


class Measured(NamedTuple):
    """Shares of fresh episodes, of the size trained on and of twice that size."""

    exact: float
    """Exact accuracy, soft or discretised, whichever is lower."""
    exact_twice: float
    agreement: float
    """Steps, in episodes of both sizes, at which the most probable action is the algorithm's."""
    agreement_disturbed: float
    """The same in sequences that are no episodes."""
    interchange: float
    """Answers that are the algorithm's with contents of another episode, where those change its answer."""
    strict: float
    """Answers that stay as they are with the hidden state of another episode, where the algorithm's is the
    same; NaN where no two states are."""

    def reached(self, goal: Goal) -> bool:
        """Say whether the network does what its goal says; `strict` is told, and decides nothing."""
        acts = min(self.agreement, self.agreement_disturbed) >= AGREEMENT
        if not goal.answers_from_memory:
            return acts and self.exact >= EXACT and self.interchange <= UNMOVED
        right = min(self.exact, self.exact_twice) >= EXACT
        return acts and right and self.interchange >= FOLLOWED


def measure(network: Network, goal: Goal, episodes: int = 512, seed: int = 1_000) -> Measured:
    """Measure a network on fresh episodes; `seed` must be none that it was trained with."""
    largest, task = network.trained_size, network.task
    exact, exact_twice = [
        min(row.exact, row.exact_discrete) for row in evaluate(network, [largest, 2 * largest])
    ]
    pairs = [draw_pairs(task, goal, seed + n, episodes // 2, n * largest, n * largest) for n in (1, 2)]
    odd = [draw_disturbed(task, seed + 10 + n, episodes, 1, n * largest) for n in (1, 2)]
    return Measured(
        exact,
        exact_twice,
        _agreement(network, goal, [one.inputs for one in pairs]),
        _agreement(network, goal, odd),
        interchange_accuracy(network, pairs[0]),
        strict_accuracy(network, pairs[0]),
    )


def interchange_accuracy(network: Network, pairs: Pairs) -> float:
    """Give the share of exchanges after which all answers are the algorithm's, of those that change them.

    Source: Geiger et al. (2021), interchange intervention accuracy. https://arxiv.org/abs/2106.02997
    """
    outputs = _exchanged(network, pairs._replace(held=np.full_like(pairs.held, PADDING)))
    right = ((outputs == pairs.expected) | (pairs.expected < 0)).all(1)
    return float(right[(pairs.expected != pairs.targets).any(1)].mean())


def strict_accuracy(network: Network, pairs: Pairs) -> float:
    """Give the share of exchanges of hidden states that must not matter, with all answers right then."""
    outputs = _exchanged(network, pairs._replace(taken=np.full_like(pairs.taken, PADDING)))
    right = ((outputs == pairs.targets) | (pairs.targets < 0)).all(1)
    counted = (pairs.held != PADDING).any(1)
    return float(right[counted].mean()) if counted.any() else math.nan


def _exchanged(network: Network, pairs: Pairs) -> np.ndarray:
    """Run every episode with what `taken` and `held` say, and give its outputs, of shape (episode, step)."""
    trace = network.record(pairs.inputs)
    memory = network.model.memory
    ops = memory.ops(**{field.name: jnp.asarray(trace[field.name].values) for field in memory.fields})
    hidden = jnp.asarray(trace["hidden"].values)
    edits = exchanges(memory, ops, hidden, jnp.asarray(pairs.taken), jnp.asarray(pairs.held))
    return network.logits(pairs.inputs, edits).argmax(-1)


def _agreement(network: Network, goal: Goal, sequences: list[np.ndarray]) -> float:
    right = [
        (network.actions(inputs) == wanted)[wanted != PADDING]
        for inputs in sequences
        for wanted in [wanted_actions(network, goal, inputs)]
    ]
    return float(np.concatenate(right).mean())
