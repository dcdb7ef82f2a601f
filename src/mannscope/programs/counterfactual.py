"""What a network would do at a step that it did not take, or with another reading."""

import numpy as np
from jaxtyping import Int

from mannscope.programs.observe import NEVER, Observations
from mannscope.training.hard_run import Entered

TRIED = 2000
"""Steps at most at which it is tried."""
CHANGED_STATE = 0.1
"""Share of the variance of the next state from which on it depends on the reading."""
CHANGED_OUTPUT = 0.01
"""Share of the outputs that must change where they depend on a reading."""


def state_depends(controller: Entered, observed: Observations, symbol: int, seed: int) -> bool:
    """Say whether the next state at a symbol depends on the reading, by exchanging readings among steps."""
    at, other = _exchanged(observed, symbol, observed.previous != NEVER, seed)
    if not len(at):
        return False
    states, readings = observed.state[observed.previous], observed.reading[observed.previous]
    tried = controller.next_states(symbol, states[at], readings[other])
    was = observed.state[at]
    variance = was.var(axis=0).sum()
    return bool(variance > 0 and ((tried - was) ** 2).sum(axis=1).mean() / 2 > CHANGED_STATE * variance)


def output_depends(controller: Entered, observed: Observations, symbol: int, seed: int) -> tuple[bool, bool]:
    """Say whether the output at a symbol depends on the reading before the step, and on that after it."""
    at, other = _exchanged(observed, symbol, observed.supervised & (observed.previous != NEVER), seed)
    if not len(at):
        return False, False
    was = observed.output[at]
    before = observed.previous
    tried = controller.next_states(symbol, observed.state[before[at]], observed.reading[before[other]])
    changed = (
        controller.outputs(tried, observed.reading[at]) != was,
        controller.outputs(observed.state[at], observed.reading[other]) != was,
    )
    return bool(changed[0].mean() > CHANGED_OUTPUT), bool(changed[1].mean() > CHANGED_OUTPUT)


def _exchanged(
    observed: Observations, symbol: int, where: np.ndarray, seed: int
) -> tuple[Int[np.ndarray, " point"], Int[np.ndarray, " point"]]:
    """Draw steps of a symbol, and partners for them."""
    generator = np.random.default_rng(seed)
    at = generator.permutation(np.flatnonzero(where & (observed.symbol == symbol)))[:TRIED]
    return at, generator.permutation(at)
