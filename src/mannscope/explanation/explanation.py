"""An explanation: what is known of one network, and what could not be found out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import xarray as xr

from mannscope.analyses.results import Result, plain
from mannscope.anatomy import Actor
from mannscope.explanation import words
from mannscope.explanation.advice import Advice, advise
from mannscope.files import atomic
from mannscope.hypotheses import Hypothesis, Verdict, Verification
from mannscope.programs.extraction import Extraction
from mannscope.training import Evaluation

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, repr=False)
class Explanation(Result):
    """What a network does with its memory: printed it is one screen, saved one page."""

    name: str
    title: str
    """Its task and its memory."""
    trained_size: int
    accuracy: tuple[Evaluation, ...]
    """At and beyond the size trained on, on every shape."""
    actors: tuple[Actor, ...]
    mined: Hypothesis | None
    """The policy that its own actions follow, as far as it matters; None where nothing acts."""
    verification: Verification | None
    """Verdicts on the derived hypotheses and the mined one."""
    extraction: Extraction | None
    """A program that does what the network does."""
    unknown: Mapping[str, str]
    """What could not be found out (`policy`, `verdict` or `program`), and why."""
    example: xr.Dataset
    """The trace of one short episode."""
    whole: bool = False
    """Whether verdicts are of the whole look."""
    run: str | None = None
    """What the command line calls the network; None where Python is typed."""
    seconds: float = field(default=0.0, compare=False)

    @property
    def policy(self) -> tuple[str, ...]:
        """The mined policy in words, a sentence for each actor."""
        return () if self.mined is None else tuple(words.policy(self.mined, self.actors))

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """The verdicts, those that hold first."""
        found = () if self.verification is None else self.verification.hypotheses
        return tuple(sorted(found, key=lambda verdict: not verdict.holds))

    @property
    def advice(self) -> tuple[Advice, ...]:
        """What to look at next."""
        return advise(self)

    @property
    def exact(self) -> dict[int, float]:
        """Size -> exact accuracy on the worst shape, the lower one of soft and discretised."""
        found: dict[int, float] = {}
        for one in self.accuracy:
            found[one.size] = min(one.exact, one.exact_discrete, found.get(one.size, 1.0))
        return found

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        return {
            "run": self.name,
            "title": self.title,
            "trained_size": self.trained_size,
            "accuracy": [one.to_dict() for one in self.accuracy],
            "policy": list(self.policy),
            "mined": None if self.mined is None else self.mined.to_dict(),
            "verification": None if self.verification is None else self.verification.to_dict(),
            "weakest": {
                verdict.hypothesis.name: plain(piece.to_dict())
                for verdict in self.verdicts
                if (piece := words.weakest(verdict)) is not None
            },
            "program": None if self.extraction is None else self.extraction.to_dict(),
            "unknown": dict(self.unknown),
            "next": [one._asdict() for one in self.advice],
            "seconds": self.seconds,
        }

    def figure(self) -> "Figure":
        """Draw the example: the memory and what acts on it.

        Raises:
            MannscopeError: if the trace holds nothing of a memory.
        """
        from mannscope.figures import panel

        return panel(self.example)

    def save(self, path: str | Path) -> Path:
        """Write it as one HTML file, whole or not at all."""
        from mannscope.explanation.page import page

        text = page(self)
        with atomic(Path(path)) as partial:
            partial.write_text(text, encoding="utf-8", newline="\n")
        return Path(path)

    def __repr__(self) -> str:
        from mannscope.explanation.screen import screen

        return screen(self)

    def _repr_html_(self) -> str:
        from mannscope.explanation.page import fragment

        return fragment(self)
