"""The effect of an ablation: how a run differs once a part of the network is taken away."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import xarray as xr
from jaxtyping import Bool, Float

from mannscope.arrays import PADDING
from mannscope.errors import MannscopeError
from mannscope.traces import exact


class Ablation(StrEnum):
    """What is taken away from a network while it runs."""

    FREEZE_MEMORY = "freeze memory"
    """The memory stays as it was before the first step."""
    ZERO_READING = "zero reading"
    """What is read arrives as zeros."""
    CUT_RECURRENCE = "cut recurrence"
    """The controller starts every step from zeros, so that only the memory connects steps."""


@dataclass(frozen=True)
class AblationEffect:
    """How much a network relies on one part: its run without the part beside its run as it is."""

    kind: Ablation
    """What was taken away."""
    output_change: float
    """Largest absolute change of a logit, over all positions that are not padding."""
    hidden_change: float
    """Largest absolute change of the hidden state, over the same positions."""
    exact: float | None
    """Share of the episodes with every answer right without the part; None where no answers are known."""
    exact_before: float | None
    """The same for the run as it is."""

    @classmethod
    def of(cls, kind: Ablation, before: xr.Dataset, after: xr.Dataset) -> "AblationEffect":
        """Compare a trace with one of the same episodes, recorded without a part.

        Raises:
            MannscopeError: if the traces are of other episodes.
        """
        inputs = _values(before, "input")
        if not np.array_equal(inputs, _values(after, "input")):
            raise MannscopeError(
                "both traces must be of the same episodes", "others", "Record the same inputs twice"
            )
        read = inputs != PADDING
        changes = (_largest_change(before, after, name, read) for name in ("logits", "hidden"))
        return cls(kind, *changes, exact=_exact(after), exact_before=_exact(before))

    @property
    def lost(self) -> float | None:
        """Share of the episodes that the network answers with the part and not without it, net."""
        if self.exact is None or self.exact_before is None:
            return None
        return self.exact_before - self.exact

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        return asdict(self) | {"kind": self.kind.value, "lost": self.lost}


def _values(trace: xr.Dataset, name: str) -> np.ndarray:
    return trace[name].transpose("episode", "step", ...).values


def _largest_change(
    before: xr.Dataset, after: xr.Dataset, name: str, read: Bool[np.ndarray, "episode step"]
) -> float:
    one, other = (_values(trace, name)[read].astype(float) for trace in (before, after))
    change: Float[np.ndarray, "point feature"] = np.abs(other - one)
    return float(change.max(initial=0.0))


def _exact(trace: xr.Dataset) -> float | None:
    right = exact(trace)
    return None if right is None else float(right.mean())
