"""A verdict: what all evidence says about one hypothesis on one network, and from which size to which."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from mannscope.analyses.results import brief, frame, plain
from mannscope.hypotheses.conflict import conflict, invariance
from mannscope.hypotheses.contents import contents, interchange
from mannscope.hypotheses.evidence import Evidence, Outcome, beside, together
from mannscope.hypotheses.exchange import exchange
from mannscope.hypotheses.experiment import Experiment
from mannscope.hypotheses.hypothesis import Hypothesis
from mannscope.hypotheses.interventional import discretisation, necessity, reliance, sufficiency
from mannscope.hypotheses.observational import agreement, compared, disagreements, task
from mannscope.hypotheses.policy import Policy
from mannscope.hypotheses.refusing import not_taken, refused
from mannscope.hypotheses.separation import separation

if TYPE_CHECKING:
    import pandas as pd


def _fails_at(piece: Evidence, size: int) -> bool:
    """Whether a piece that failed speaks against a size."""
    failed = {one for one, outcome in piece.by_size.items() if outcome is Outcome.FAILED}
    return not failed or min(piece.by_size, key=lambda one: abs(one - size)) in failed


Gather = Callable[[Experiment, Policy], Evidence | None]

POLICY: tuple[Gather, ...] = (
    task,
    agreement,
    conflict,
    invariance,
    sufficiency,
    necessity,
    reliance,
    exchange,
)
"""Evidence for the policy, which every hypothesis states."""

BESIDE: tuple[Gather, ...] = (separation, discretisation)
"""What is said beside, and decides nothing."""

WHATEVER_THE_POLICY: Mapping[Gather, str] = {
    task: "task",
    reliance: "reliance",
    discretisation: "discretisation",
}
"""What is the same for every policy, and what it is gathered under."""

NEEDS: Mapping[Gather, tuple[str, str, str]] = {
    task: ("task", "answers", "Does the network do its task?"),
    conflict: ("cue conflict", "inputs", "Does the action follow a symbol that is put there?"),
    invariance: ("invariance", "inputs", "Do the actions stay for another symbol of the category?"),
    sufficiency: ("sufficiency", "force", "Does forcing the policy leave all answers as they are?"),
    necessity: ("necessity", "force", "Does a wrong action cost what can be lost?"),
    discretisation: ("discretisation", "discretise", "Are answers as right with the most probable actions?"),
}
"""Evidence, what it needs to be done with the network, and what is asked then."""

CONTENTS: tuple[Callable[[Experiment, Policy], Iterable[Evidence]], ...] = (contents, interchange)
"""Evidence for contents, as many pieces as are claimed."""


@dataclass(frozen=True, repr=False)
class Verdict:
    """What the evidence says about one hypothesis on one network."""

    hypothesis: Hypothesis
    """As it was tested: of a hypothesis and its mirror image, the one that the network is nearer to."""
    evidence: tuple[Evidence, ...]
    counterexamples: tuple[dict[str, Any], ...]
    """Steps at which the network does not do what the policy says."""
    sizes: tuple[int, ...] = ()
    """Sizes that were tested."""
    shapes: tuple[str, ...] = ()
    """Shapes that were tested, at every size."""
    exact: dict[int, float] = field(default_factory=dict)
    """Size -> exact accuracy of the network."""

    @property
    def deciding(self) -> tuple[Evidence, ...]:
        """The pieces of evidence that the verdict depends on."""
        return tuple(piece for piece in self.evidence if piece.decides)

    @property
    def outcome(self) -> Outcome:
        """Passed if every piece passed, failed if one failed, and else undecided."""
        return together(*(piece.outcome for piece in self.deciding))

    @property
    def holds(self) -> bool:
        """Whether every piece of evidence passed, at every size and shape tested."""
        return self.outcome is Outcome.PASSED

    @property
    def failed(self) -> tuple[str, ...]:
        """The kinds of evidence that failed."""
        return self._kinds(Outcome.FAILED)

    @property
    def undecided(self) -> tuple[str, ...]:
        """The kinds of evidence that are undecided."""
        return self._kinds(Outcome.UNDECIDED)

    @property
    def refused(self) -> dict[str, str]:
        """The kinds of evidence that could not be taken, and why."""
        return {piece.kind: why for piece in self.deciding if (why := refused(piece))}

    @property
    def observed_only(self) -> bool:
        """Whether nothing failed, and evidence is missing that could not be taken."""
        return self.outcome is Outcome.UNDECIDED and bool(self.refused)

    def _kinds(self, outcome: Outcome) -> tuple[str, ...]:
        found = (piece.kind for piece in self.deciding if piece.outcome is outcome and not refused(piece))
        return tuple(dict.fromkeys(found))

    @property
    def scope(self) -> tuple[int, ...]:
        """The sizes at which no piece of evidence speaks against it.

        A piece that failed as a whole and at no single size, such as at one symbol, speaks against it at all
        of them; at a size at which a piece was not taken, it says what it says at the nearest one.
        """
        against: set[int] = set()
        for piece in self.deciding:
            if piece.outcome is Outcome.FAILED:
                against |= {size for size in self.sizes if _fails_at(piece, size)}
        return tuple(size for size in self.sizes if size not in against)

    @property
    def needed(self) -> int | None:
        """Episodes of all sizes together that would decide it; None where that cannot be said."""
        wanted = [piece.needed for piece in self.deciding if piece.outcome is Outcome.UNDECIDED]
        return None if not wanted or None in wanted else max(count for count in wanted if count is not None)

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        return {
            "name": self.hypothesis.name,
            "holds": self.holds,
            "outcome": self.outcome,
            "says": self.says(),
            "scope": list(self.scope),
            "sizes": list(self.sizes),
            "shapes": list(self.shapes),
            "exact": {str(size): share for size, share in self.exact.items()},
            "needed": self.needed,
            "refused": self.refused,
            "hypothesis": self.hypothesis.to_dict(),
            "evidence": [plain(piece.to_dict()) for piece in self.evidence],
            "counterexamples": plain(self.counterexamples),
        }

    def table(self) -> "pd.DataFrame":
        """Give a row for each piece of evidence."""
        return frame(self.rows())

    def rows(self) -> list[dict[str, Any]]:
        """Give each piece of evidence as a row of plain values."""
        columns = ("kind", "outcome", "score", "interval", "threshold", "control", "decides")
        return [
            {"hypothesis": self.hypothesis.name, "holds": self.holds}
            | {column: getattr(piece, column) for column in columns}
            | {"worst": piece.worst.name if piece.worst else None}
            for piece in self.evidence
        ]

    def __repr__(self) -> str:
        return brief(f"Verdict: {self.line()}", {piece.kind: piece.line() for piece in self.evidence})

    def line(self) -> str:
        """Say in one line whether the hypothesis holds, where, and what speaks against it."""
        return f"{self.hypothesis.name}: {self.says()}"

    def says(self) -> str:
        """Say whether it holds, where, and what speaks against it."""
        if self.holds:
            sizes = f"from size {self.sizes[0]} to {self.sizes[-1]}{self._on_shapes()}"
            return (
                f"holds {sizes} (exact {min(self.exact.values()):.3f}), for {self.claimed:.0%} of the steps"
            )
        if self.observed_only:
            return self._observed()
        if self.outcome is Outcome.UNDECIDED:
            wanted = f"; about {self.needed} episodes would decide" if self.needed else ""
            return f"undecided ({', '.join(self.undecided)}{wanted})"
        against = ", ".join(self.failed)
        if self.scope and self.scope != self.sizes:
            return (
                f"does not hold at every size: only at {', '.join(map(str, self.scope))} ({against} failed)"
            )
        return f"does not hold ({against} failed)"

    def _observed(self) -> str:
        seen = [f"{', '.join(kinds)} {outcome}" for outcome, kinds in self._seen() if kinds]
        why = next(iter(self.refused.values()))
        return f"observed only ({'; '.join(seen)}): {', '.join(self.refused)} could not be taken. {why}"

    def _seen(self) -> tuple[tuple[Outcome, tuple[str, ...]], ...]:
        return tuple((outcome, self._kinds(outcome)) for outcome in (Outcome.PASSED, Outcome.UNDECIDED))

    @property
    def claimed(self) -> float:
        """Share of the steps at which anything is claimed."""
        return next((one.details["claimed"] for one in self.evidence if "claimed" in one.details), 0.0)

    def _on_shapes(self) -> str:
        return f", on {', '.join(self.shapes)}" if len(self.shapes) > 1 else ""


def judge(
    experiment: Experiment, hypothesis: Hypothesis, *, bare: bool = False, until_failed: bool = False
) -> Verdict:
    """Gather all evidence for one hypothesis on one network.

    Args:
        experiment: The network, with its episodes.
        hypothesis: What is claimed.
        bare: Leave out what decides nothing.
        until_failed: Stop at the first piece that fails, which refuses the hypothesis already.

    Raises:
        MannscopeError: if the hypothesis names what is not there.
    """
    policy = facing(experiment, hypothesis)
    gathers = POLICY if bare else (*POLICY, *BESIDE)
    pieces = list(_of_the_policy(experiment, policy, gathers, until_failed))
    if not (until_failed and pieces[-1].outcome is Outcome.FAILED):
        pieces.extend(piece for gather in CONTENTS for piece in gather(experiment, policy))
    sizes = tuple(np.unique(experiment.size).tolist())
    exact = {
        size: float(band.exact[band.size == size].mean())
        for band in experiment.bands
        for size in np.unique(band.size).tolist()
    }
    examples = tuple(disagreements(experiment, policy))
    shapes = experiment.network.task.shapes
    return Verdict(policy.hypothesis, tuple(pieces), examples, sizes, shapes, exact)


def facing(experiment: Experiment, hypothesis: Hypothesis) -> Policy:
    """Tabulate a policy or its mirror image, whichever the network's actions are nearer to."""
    policy = Policy(hypothesis, experiment.symbols, experiment.actors)
    if not hypothesis.mirror:
        return policy
    mirrored = Policy(hypothesis.mirrored(), experiment.symbols, experiment.actors)

    def near(one: Policy) -> float:
        right, claimed = compared(experiment.near, one)
        return float(right[claimed].mean()) if claimed.any() else 0.0

    return max((policy, mirrored), key=near)


def _of_the_policy(
    experiment: Experiment, policy: Policy, pieces: tuple[Gather, ...], until_failed: bool
) -> tuple[Evidence, ...]:
    """Gather evidence for a policy, once for all hypotheses that state it."""
    stated = replace(policy.hypothesis, name="", contents=(), algorithm="", description="")
    key = json.dumps([stated.to_dict(), len(pieces), until_failed])

    refusals = experiment.network.refusals

    def gather(piece: Gather) -> Evidence | None:
        if piece in NEEDS and NEEDS[piece][1] in refusals:
            kind, needed, question = NEEDS[piece]
            found = not_taken(kind, question, refusals[needed])
            return beside(found) if piece in BESIDE else found
        if piece not in WHATEVER_THE_POLICY:
            return piece(experiment, policy)
        return experiment.once(WHATEVER_THE_POLICY[piece], lambda: piece(experiment, policy))

    def gather_all() -> tuple[Evidence, ...]:
        found: list[Evidence] = []
        for piece in pieces:
            one = gather(piece)
            found += [one] if one is not None else []
            if until_failed and one is not None and one.outcome is Outcome.FAILED:
                break
        return tuple(found)

    return experiment.once(key, gather_all)
