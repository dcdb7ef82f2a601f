"""What a piece of evidence is, and the thresholds, which were fixed before looking."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Direction = Literal["at least", "at most"]

SEPARATION, LEVEL, SYMBOL_RATIO = 0.95, 0.05, 0.1
AGREEMENT = 0.99
INVARIANCE = 0.01
SUFFICIENCY = 0.01
NECESSITY = 0.5
DISCRETISATION = 0.01
RELIANCE = 0.5
SELECTIVITY, READ = 0.2, 0.95
INTERCHANGE = 0.95


@dataclass(frozen=True)
class Evidence:
    """One measurement for or against a hypothesis."""

    kind: str
    question: str
    score: float | None
    control: float | None
    """The same score where the hypothesis should fail."""
    threshold: float
    passes_when: Direction
    """Which side of the threshold passes."""
    passed: bool
    details: Mapping[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        return dict(vars(self))

    def line(self) -> str:
        """Say in one line what was measured, and whether it passed."""
        score, control = ("none" if value is None else f"{value:.4g}" for value in (self.score, self.control))
        outcome = "passed" if self.passed else "failed"
        return f"{outcome}, {score} where {self.passes_when} {self.threshold:g} passes (control: {control})"
