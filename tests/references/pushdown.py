"""A weighted pushdown automaton by brute force: every stack that any run can have, one by one."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

Symbol = tuple[int, int]
"""A stack symbol, and the step at which it was pushed."""


class Step(NamedTuple):
    """What is known after a step."""

    tops: np.ndarray
    """How likely each state is with each symbol on top."""
    contents: np.ndarray
    """How likely each symbol is at each depth, the top first."""


def pushdown_runs(weights: np.ndarray, depth: int, window: int | None = None) -> list[Step]:
    """Run the automaton on weights of shape (step, state, symbol, transition), in the memory's order.

    With a window, a run ends when the symbol on top was pushed as many steps ago as there are in it.
    """
    _, states, symbols, _ = weights.shape
    found: dict[tuple[int, tuple[Symbol, ...]], float] = {(0, ((0, 0),)): 1.0}
    steps = []
    for time, from_ in enumerate(weights, 1):
        after: dict[tuple[int, tuple[Symbol, ...]], float] = defaultdict(float)
        for (state, stack), weight in found.items():
            (top, since), below = stack[-1], stack[:-1]
            row = from_[state, top]
            for number in range(states * symbols):
                to, symbol = divmod(number, symbols)
                after[to, (*stack, (symbol, time))] += weight * row[number]
                after[to, (*below, (symbol, since))] += weight * row[states * symbols + number]
            if below:
                for to in range(states):
                    after[to, below] += weight * row[2 * states * symbols + to]
        found = {
            (state, stack): weight
            for (state, stack), weight in after.items()
            if window is None or time - stack[-1][1] < window
        }
        total = sum(found.values())
        found = {run: weight / total for run, weight in found.items()}
        steps.append(_seen(found, (states, symbols), depth))
    return steps


def _seen(found: dict[tuple[int, tuple[Symbol, ...]], float], shape: Sequence[int], depth: int) -> Step:
    step = Step(np.zeros(shape), np.zeros((shape[1], depth)))
    for (state, stack), weight in found.items():
        step.tops[state, stack[-1][0]] += weight
        for place, (symbol, _) in enumerate(stack[::-1][:depth]):
            step.contents[symbol, place] += weight
    return step
