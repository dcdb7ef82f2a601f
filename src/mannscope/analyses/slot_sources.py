"""Which step wrote what a slot holds: the largest share of every slot, after every step."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from jaxtyping import Float, Int

from mannscope.analyses.results import Result, plain
from mannscope.analyses.write_trace import Held, WriteTrace
from mannscope.errors import MannscopeError
from mannscope.traces import one_episode
from mannscope.traces.reading import contents

NOWHERE = -1
"""The source of what no step wrote."""


@dataclass(frozen=True, eq=False, repr=False)
class SlotSourcesResult(Result):
    """Where the contents of the slots come from. Stacks are parts; a tape is the only part."""

    episode: int
    source: Int[np.ndarray, "step part slot"]
    """Step whose write has the largest share of what the slot holds after the step; -1 where none has
    enough."""
    share: Float[np.ndarray, "step part slot"]
    """That share, in [0, 1]; 0 where there is no source."""
    error: float
    """Largest difference of the sum of the writes from the recorded memory: rounding, or else something
    besides the ops has changed the memory."""

    def to_dict(self) -> dict[str, Any]:
        """Give the result as plain values."""
        return plain(self)


@dataclass(frozen=True)
class SlotSources:
    """Follows every written value through the memory to the slot that it is in, from the trace alone.

    How much of each step's write is in a slot is what `WriteTrace` finds, averaged over the width and summed
    over the writers, without its sign. The share is that, over the sum for all steps where it is more than
    one, as on a tape that is written to many times and never erased.

    Args:
        episode: Index of the episode.
        least: Least share that makes a step the source.
    """

    episode: int = 0
    least: float = 0.05

    def __call__(self, trace: xr.Dataset) -> SlotSourcesResult:
        """Find the source of every slot's contents in one episode.

        Raises:
            MannscopeError: if the episode does not exist, the memory is not linear in what is written, or
                `least` is not a share above 0.
        """
        if not 0 < self.least <= 1:
            raise MannscopeError("least must be above 0 and at most 1", str(self.least), "Pass least=0.05")
        one = one_episode(trace, self.episode)
        found, recorded = WriteTrace.of(one), contents(one)
        parts, steps, slots, _ = recorded.shape
        source, share = np.full((steps, parts, slots), NOWHERE), np.zeros((steps, parts, slots))
        written, error = [found.written(part) for part in range(parts)], 0.0
        for step, followed in enumerate(found.walk(reads=found.reads)):
            for part in range(parts):
                held = found.held(followed, part)
                source[step, part], share[step, part] = self._largest(held)
                difference = held.contents(written[part]) - recorded[part, step]
                error = max(error, float(np.abs(difference).max(initial=0.0)))
        return SlotSourcesResult(self.episode, source, share, error)

    def _largest(self, held: Held) -> tuple[Int[np.ndarray, " slot"], Float[np.ndarray, " slot"]]:
        """Give the source of every slot, and its share."""
        amounts = np.abs(held.coefficients.mean(axis=3).sum(axis=1))
        shares = amounts / np.maximum(amounts.sum(axis=0), 1.0)
        source, share = shares.argmax(axis=0), shares.max(axis=0)
        return np.where(share >= self.least, source, NOWHERE), np.where(share >= self.least, share, 0.0)
