"""Which step's write is in what is read now: exact coefficients through the linear memory update."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from jaxtyping import Float

from mannscope.analyses.results import Result, plain
from mannscope.analyses.write_trace import WriteTrace
from mannscope.traces import one_episode
from mannscope.traces.reading import require_index

Coefficients = Float[np.ndarray, "step source_step writer width"]


@dataclass(frozen=True, eq=False, repr=False)
class ReadSourcesResult(Result):
    """What one stack or read head reads, taken apart by the step that wrote them.

    The reading of a step is the sum over source steps and writers of `coefficients * written`, plus
    `initial`.
    """

    episode: int
    head: int
    arcs: Float[np.ndarray, "step source_step"]
    """How much of what is read at a step was written at the source step.

    These are the coefficients, averaged over the width and summed over the writers.
    """
    coefficients: Coefficients
    """The same by writer and element; a stack has one writer, and treats elements alike."""
    written: Float[np.ndarray, "source_step writer width"]
    """What each step wrote: the pushed value, or the add vectors."""
    initial: Float[np.ndarray, "step width"]
    """What is left in the reading of the memory before the first step."""
    error: float
    """Largest difference of the sum from the recorded reading: rounding, or else another kind of memory."""

    def to_dict(self) -> dict[str, Any]:
        """Give the arcs and the error as plain values."""
        return plain({"episode": self.episode, "head": self.head, "arcs": self.arcs, "error": self.error})


@dataclass(frozen=True)
class ReadSources:
    """Follows every written value through the memory to every reading, from the trace alone.

    One episode is enough. How the coefficients move is said at `WriteTrace`; a reading is whatever the
    memory's `read` makes of the contents, such as a slot of a stack, or ``sum_i w(i) M(i)``, equation (2) of
    Graves et al. (2014).

    Args:
        episode: Index of the episode.
        head: Index of who reads: of the stack, or of the read head.
        slot: Where several slots are read at once, which of them, 0 being the first, such as a stack's top.
    """

    episode: int = 0
    head: int = 0
    slot: int = 0

    def __call__(self, trace: xr.Dataset) -> ReadSourcesResult:
        """Take the readings of one episode apart.

        Raises:
            MannscopeError: if the episode, head or slot does not exist, or the memory is not linear in what
                is written, or the trace lacks what this needs.
        """
        found = WriteTrace.of(one_episode(trace, self.episode))
        require_index("head", self.head, len(found.readers()))
        require_index("slot", self.slot, found.places())
        written = found.written(found.part_read_by(self.head))
        steps, writers, width = written.shape
        coefficients, initial = np.zeros((steps, steps, writers, width)), np.zeros((steps, width))
        for step, followed in enumerate(found.walk(reads=True)):
            held = found.read(followed, self.head, self.slot)
            coefficients[step], initial[step] = held.coefficients, held.initial
        rebuilt = np.einsum("tshw,shw->tw", coefficients, written) + initial
        recorded = found.recorded_reading(self.head, self.slot)
        return ReadSourcesResult(
            episode=self.episode,
            head=self.head,
            arcs=coefficients.sum(axis=2).mean(axis=2),
            coefficients=coefficients,
            written=written,
            initial=initial,
            error=float(np.abs(rebuilt - recorded).max()),
        )
