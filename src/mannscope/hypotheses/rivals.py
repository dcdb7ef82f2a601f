"""Rival hypotheses about one network: ranked, with what separates each pair, or would."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from mannscope.analyses import plain
from mannscope.analyses.results import Result
from mannscope.arrays import PADDING
from mannscope.hypotheses.derived import derived
from mannscope.hypotheses.experiment import Experiment
from mannscope.hypotheses.hypothesis import Hypothesis
from mannscope.hypotheses.mined import MINED_EPISODES, mined
from mannscope.hypotheses.parsing import read_hypothesis
from mannscope.hypotheses.policy import FREE, Policy
from mannscope.hypotheses.verdict import Verdict
from mannscope.hypotheses.verification import Verification
from mannscope.training.subject import Subject

MINED, DERIVED = "mined", "derived"


@dataclass(frozen=True)
class Rivalry:
    """Two hypotheses, and what separates them."""

    one: str
    other: str
    for_one: tuple[str, ...]
    """Pieces of evidence that the other failed and the one did not."""
    for_other: tuple[str, ...]
    differ: float
    """Share of the steps, up to twice the size trained on, at which they prescribe different actions."""
    does_one: float | None
    """Share of those steps at which the network does what the one says; None where there are none."""
    does_other: float | None
    outcome: str
    """What separates them, or which experiment would."""


@dataclass(frozen=True, repr=False)
class Ranking(Result):
    """Hypotheses in the order of their evidence, and every pair of them."""

    order: tuple[Verdict, ...]
    """Those that hold first, of these those that claim more; then those of which fewer pieces failed."""
    pairs: tuple[Rivalry, ...]

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        order = [
            {
                "name": verdict.hypothesis.name,
                "holds": verdict.holds,
                "passed": sum(piece.passed for piece in verdict.deciding),
                "evidence": len(verdict.deciding),
            }
            for verdict in self.order
        ]
        return plain({"order": order, "pairs": self.pairs})


def gather_rivals(
    network: Subject, paths: Sequence[str], rivals: Sequence[str], episodes: int | None = None, seed: int = 0
) -> list[Hypothesis] | None:
    """Read hypotheses and their rivals; None where neither is given, so that the derived ones are meant.

    Args:
        network: The network that they are about.
        paths: YAML files; the derived hypotheses where there are none, and rivals.
        rivals: YAML files, `mined` for the policy mined from the network's actions, or `derived`.
        episodes: Episodes to mine from; 256 unless given.
        seed: Draws those; they are not the ones verified on with this seed.

    Raises:
        MannscopeError: if a file is missing or states no hypothesis.
    """
    if not paths and not rivals:
        return None
    actors = [actor.name for actor in network.anatomy.actors]
    claims: dict[str, Hypothesis] = {}
    for name in (*(paths or [DERIVED]), *rivals):
        if name == DERIVED:
            found = derived(network)
        elif name == MINED:
            found = [mined(network, episodes=episodes or MINED_EPISODES, seed=seed + 1)]
        else:
            found = [read_hypothesis(name, actors)]
        claims |= {claim.name: claim for claim in found}
    return list(claims.values())


def compare(network: Subject, verification: Verification) -> Ranking:
    """Rank the hypotheses of a verification by the evidence that separates them."""
    experiment = Experiment(network, verification.episodes, verification.seed)
    verdicts = verification.hypotheses
    pairs = tuple(_rivalry(experiment, one, other) for one, other in combinations(verdicts, 2))
    return Ranking(tuple(sorted(verdicts, key=_rank)), pairs)


def _rank(verdict: Verdict) -> tuple[bool, int, float]:
    passed = sum(piece.passed for piece in verdict.deciding)
    if verdict.holds:
        return False, -passed, 0.0
    return True, len(verdict.failed), -passed / max(1, len(verdict.deciding))


def _rivalry(experiment: Experiment, one: Verdict, other: Verdict) -> Rivalry:
    for_one, for_other = _passed_alone(one, other), _passed_alone(other, one)
    band = experiment.near
    policies = [Policy(verdict.hypothesis, experiment.symbols, experiment.actors) for verdict in (one, other)]
    mine, theirs = (policy.prescribe(band.situations) for policy in policies)
    did_mine, did_theirs = (policy.counted(band.actions) for policy in policies)
    apart = (mine != theirs) & (mine != FREE) & (theirs != FREE)
    differ = float(apart.any(-1).sum() / (band.inputs != PADDING).sum())
    return Rivalry(
        one=one.hypothesis.name,
        other=other.hypothesis.name,
        for_one=for_one,
        for_other=for_other,
        differ=differ,
        does_one=float((did_mine == mine)[apart].mean()) if apart.any() else None,
        does_other=float((did_theirs == theirs)[apart].mean()) if apart.any() else None,
        outcome=_outcome(one, other, for_one, for_other, differ),
    )


def _passed_alone(one: Verdict, other: Verdict) -> tuple[str, ...]:
    """Name the pieces that the other failed and the one did not, of those that both have."""
    mine = {piece.kind for piece in one.deciding}
    return tuple(kind for kind in other.failed if kind in mine and kind not in one.failed)


def _outcome(
    one: Verdict, other: Verdict, for_one: Sequence[str], for_other: Sequence[str], differ: float
) -> str:
    if for_one or for_other:
        favoured = "the first" if len(for_one) >= len(for_other) else "the second"
        return f"separated by {', '.join((*for_one, *for_other))}, in favour of {favoured}"
    if differ:
        return f"no evidence separates them; look at the {differ:.0%} of steps where they say other actions"
    algorithms = {verdict.hypothesis.algorithm for verdict in (one, other)}
    if "" in algorithms and len(algorithms) == 2:
        return "they say the same actions, and one says what is stored as well: interchange tests that"
    if len(algorithms) == 2:
        return "they say the same actions, and contents do not separate them: swap more of them"
    return "they say the same actions: only contents can separate them; state an algorithm in each"
