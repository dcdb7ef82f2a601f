"""How many bits a label takes, to one who sees the site: the description length by a probe."""

import warnings
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float, Int

_BLOCKS = 2.0 ** np.arange(-5, 1)
"""Share of the fitted episodes that is known after each block: 1/32, 1/16, …, 1/2, 1."""


class Labelled(NamedTuple):
    """Standardised points, with what is read off them."""

    points: Float[np.ndarray, "point component"]
    labels: Int[np.ndarray, " point"]
    episode: Int[np.ndarray, " point"]


class Transmission(NamedTuple):
    """What became of labels that were sent block by block."""

    bits: float
    """Bits that a label took, on average: the description length over the number of labels."""
    read: Int[np.ndarray, " held_out"]
    """Label that the last probe, fitted on all of the fitted points, reads off each held-out point."""


def transmit(
    fitted: Labelled, held_out: Labelled, values: Int[np.ndarray, " value"], *, seed: int = 0
) -> Transmission:
    """Send labels block by block, to one who has the points, and count the bits.

    The fitted episodes come in random order, in blocks that double what is known, from 1/32 of them to all;
    the held-out ones are the last block. The first block is sent by the uniform code, log2 of the number of
    values a label. Each later block is sent by the probabilities of a linear probe fitted on all blocks
    before it. So what the probe had to learn is paid for: a probe that memorises needs many labels before it
    saves bits, and one that reads what is there needs few.

    A value that has not been seen yet must have a code too, so that the probabilities are taken as shares of
    as many labels as the probe was fitted on, and one more of each value.

    Source: Voita & Titov (2020), the online code. https://arxiv.org/abs/2003.12298

    Args:
        fitted: Points to fit on.
        held_out: Points of other episodes.
        values: All values that a label can have, in order.
        seed: Seed of the order of the episodes, which are never split between blocks.
    """
    episodes, index = np.unique(fitted.episode, return_inverse=True)
    order = np.random.default_rng(seed).permutation(len(episodes))[index]
    ends = np.unique(np.maximum(1, np.round(_BLOCKS * len(episodes)).astype(int)))
    bits = np.sum(order < ends[0]) * np.log2(len(values))
    for known, end in pairwise(ends):
        before, block = order < known, (order >= known) & (order < end)
        probe = _probe(fitted.points[before], fitted.labels[before])
        chances = _chances(probe.predict_proba(fitted.points[block]), probe.classes_, before.sum(), values)
        bits += _bits(chances, fitted.labels[block], values)
    last = _probe(fitted.points, fitted.labels)
    chances = _chances(last.predict_proba(held_out.points), last.classes_, len(fitted.labels), values)
    bits += _bits(chances, held_out.labels, values)
    number = len(fitted.labels) + len(held_out.labels)
    return Transmission(float(bits / number), last.predict(held_out.points))


def _probe(points: Float[np.ndarray, "point component"], labels: Int[np.ndarray, " point"]) -> Any:
    from mannscope.analyses.estimators import LinearProbe

    with warnings.catch_warnings():
        # So it is with the few labels of the first blocks, and these are classes.
        warnings.filterwarnings("ignore", "The number of unique classes is greater than 50%", UserWarning)
        return LinearProbe(standardise=False).fit(points, labels)


def _chances(
    given: Float[np.ndarray, "point seen"],
    seen: Int[np.ndarray, " seen"],
    labels: int | np.integer,
    values: Int[np.ndarray, " value"],
) -> Float[np.ndarray, "point value"]:
    """Count one more label of each value (Laplace's rule of succession)."""
    counts = np.ones((len(given), len(values)))
    counts[:, np.searchsorted(values, seen)] += labels * given
    return counts / counts.sum(axis=1, keepdims=True)


def _bits(
    chances: Float[np.ndarray, "point value"],
    labels: Int[np.ndarray, " point"],
    values: Int[np.ndarray, " value"],
) -> float:
    sent = chances[np.arange(len(labels)), np.searchsorted(values, labels)]
    return -float(np.log2(sent).sum())
