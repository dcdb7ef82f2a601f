"""Stacks and queues of vectors with strengths in plain Python: the paper's own cascade, one slot at a time.

Source: Grefenstette et al. (2015), equations (1) to (11).
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np


class Run(NamedTuple):
    """The strengths and the readings after every step."""

    strengths: np.ndarray
    readings: np.ndarray


def stack_run(pops: np.ndarray, pushes: np.ndarray, values: np.ndarray) -> Run:
    """Run one stack over all steps, equations (1) to (3)."""
    return _run(pops, pushes, values, lambda slot, slots: range(slot + 1, slots))


def queue_run(pops: np.ndarray, pushes: np.ndarray, values: np.ndarray) -> Run:
    """Run one queue over all steps, equations (1), (4) and (5)."""
    return _run(pops, pushes, values, lambda slot, _: range(slot))


def deque_run(pops: np.ndarray, pushes: np.ndarray, values: np.ndarray) -> Run:
    """Run a deque over all steps, the top first on the axis of ends, equations (6) to (11).

    Strengths are given from the bottom to the top, one slot a push at either end.
    """
    steps, _, width = values.shape
    strengths, rows = np.zeros((steps, 2 * steps)), np.zeros((steps, 2, width))
    held: list[float] = []
    vectors: list[np.ndarray] = []
    for step in range(steps):
        slots = len(held)
        held = _popped(held, pops[step, 0], lambda slot, slots=slots: range(slot + 1, slots))
        held = _popped(held, pops[step, 1], lambda slot: range(slot))
        held = [pushes[step, 1], *held, pushes[step, 0]]
        vectors = [values[step, 1], *vectors, values[step, 0]]
        slots = len(held)
        rows[step, 0] = _read(held, vectors, lambda slot, slots=slots: range(slot + 1, slots))
        rows[step, 1] = _read(held, vectors, lambda slot: range(slot))
        strengths[step, steps - 1 - step : steps + 1 + step] = held
    return Run(strengths, rows)


def _run(pops: np.ndarray, pushes: np.ndarray, values: np.ndarray, nearer: Callable) -> Run:
    steps, width = values.shape
    strengths, rows = np.zeros((steps, steps)), np.zeros((steps, width))
    held: list[float] = []
    for step in range(steps):
        slots = len(held)
        held = [*_popped(held, pops[step], lambda slot, slots=slots: nearer(slot, slots)), pushes[step]]
        rows[step] = _read(held, values, lambda slot, slots=slots: nearer(slot, slots + 1))
        strengths[step, : step + 1] = held
    return Run(strengths, rows)


def _popped(held: list[float], pop: float, nearer: Callable) -> list[float]:
    """Equation (2): what was popped and not yet used up by what is nearer is taken from a slot."""
    return [max(0, own - max(0, pop - _sum(held, nearer(slot)))) for slot, own in enumerate(held)]


def _read(held: list[float], vectors: Iterable[np.ndarray], nearer: Callable) -> np.ndarray:
    """Equation (3): a strength of one, as far as what is nearer has not used it up."""
    return np.sum(
        [
            min(own, max(0, 1 - _sum(held, nearer(slot)))) * vector
            for slot, (own, vector) in enumerate(zip(held, vectors, strict=False))
        ],
        axis=0,
    )


def _sum(held: list[float], slots: Iterable[int]) -> float:
    return sum(held[slot] for slot in slots)
