"""Which step's write is in what is read now: exact coefficients through the linear memory update."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from jaxtyping import Float

from mannscope.analyses.lineage import lineage, one_episode, require_index, values
from mannscope.analyses.results import plain
from mannscope.errors import MannscopeError

Coefficients = Float[np.ndarray, "step source_step write_head width"]


@dataclass(frozen=True, eq=False)
class ProvenanceResult:
    """The readings of one stack or read head, taken apart by the step that wrote them.

    The reading of a step is the sum over source steps and write heads of `coefficients * written`, plus
    `initial`.
    """

    episode: int
    head: int
    arcs: Float[np.ndarray, "step source_step"]
    """How much of what is read at a step was written at the source step.

    These are the coefficients, averaged over the width and summed over the write heads.
    """
    coefficients: Coefficients
    """The same by write head and element; a stack has one "write head" and treats elements alike."""
    written: Float[np.ndarray, "source_step write_head width"]
    """What each step wrote: the pushed value, or the add vectors."""
    initial: Float[np.ndarray, "step width"]
    """What is left in the reading of the memory before the first step."""
    error: float
    """Largest difference of the sum from the recorded reading: rounding, or else another kind of memory."""

    def to_dict(self) -> dict[str, Any]:
        """Give the arcs and the error as plain values."""
        return plain({"episode": self.episode, "head": self.head, "arcs": self.arcs, "error": self.error})


@dataclass(frozen=True)
class Provenance:
    """Follows every written value through the memory to every reading, from the trace alone.

    One episode is enough. How the coefficients move is told at `Lineage`; a reading is a mixture of slots: a
    slot of a stack, or ``sum_i w(i) M(i)``, equation (2) of Graves et al. (2014).

    Args:
        episode: Index of the episode.
        head: Index of the stack, or of the read head.
        slot: For stacks, which of the slots that are read, 0 being the top.
    """

    episode: int = 0
    head: int = 0
    slot: int = 0

    def __call__(self, trace: xr.Dataset) -> ProvenanceResult:
        """Take the readings of one episode apart.

        Raises:
            MannscopeError: if the episode or head does not exist, or the trace is of neither kind of memory.
        """
        one = one_episode(trace, self.episode)
        followed = lineage(one, self._part(one))
        weights, reading = self._read(one)
        steps, heads, width = followed.written.shape
        coefficients, initial = np.zeros((steps, steps, heads, width)), np.zeros((steps, width))
        before_writing = one.attrs.get("reads") == "before writing"
        for step, (before, after) in enumerate(followed.walk()):
            seen = before if before_writing else after
            coefficients[step] = np.einsum("i,shie->she", weights[step], seen.coefficients)
            initial[step] = weights[step] @ seen.initial
        rebuilt = np.einsum("tshw,shw->tw", coefficients, followed.written) + initial
        return ProvenanceResult(
            episode=self.episode,
            head=self.head,
            arcs=coefficients.sum(axis=2).mean(axis=2),
            coefficients=coefficients,
            written=followed.written,
            initial=initial,
            error=float(np.abs(rebuilt - reading).max()),
        )

    def _part(self, one: xr.Dataset) -> int:
        """Give the part of the memory that the head reads: a stack has its own."""
        if "stack" not in one.sizes:
            return 0
        require_index(one, "stack", "head", self.head)
        return self.head

    def _read(
        self, one: xr.Dataset
    ) -> tuple[Float[np.ndarray, "step slot"], Float[np.ndarray, "step width"]]:
        """Give how much of each slot is read at every step, and what the trace says was read."""
        for name in ("reading",) if "stack" in one.sizes else ("reading", "read_weights"):
            if name not in one:
                raise MannscopeError(f"the trace must have the variable {name}", "none", "Record it too")
        if "stack" in one.sizes:
            require_index(one, "depth", "slot", self.slot)
            reading = values(one.isel(stack=self.head, depth=self.slot), "reading", "width")
            weights = np.zeros((len(reading), one.sizes["slot"]))
            weights[:, self.slot] = 1.0
            return weights, reading
        require_index(one, "read_head", "head", self.head)
        one = one.isel(read_head=self.head)
        return values(one, "read_weights", "slot"), values(one, "reading", "width")
