"""Verdicts: a hypothesis put to every test, beside an untrained control and a shuffled categorisation."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from mannscope.analyses.results import brief, frame, plain
from mannscope.anatomy import Action, Actor
from mannscope.arrays import START
from mannscope.errors import MannscopeError
from mannscope.hypotheses.contents import contents, interchange
from mannscope.hypotheses.derived import derived
from mannscope.hypotheses.evidence import Evidence
from mannscope.hypotheses.experiment import Experiment
from mannscope.hypotheses.hypothesis import FREE, Hypothesis, Table
from mannscope.hypotheses.interventional import discretisation, necessity, reliance, sufficiency
from mannscope.hypotheses.mined import mined
from mannscope.hypotheses.observational import agreement, disagreements, invariance, separation
from mannscope.training.subject import Subject

if TYPE_CHECKING:
    import pandas as pd

Log = Callable[[str], None]

POLICY: tuple[Callable[[Experiment, Hypothesis, Table], Evidence], ...] = (
    separation,
    agreement,
    invariance,
    sufficiency,
    necessity,
    discretisation,
    reliance,
)
"""Evidence for the policy, which every hypothesis states."""

CONTENTS: tuple[Callable[[Experiment, Hypothesis, Table], Iterable[Evidence]], ...] = (contents, interchange)
"""Evidence for contents, as many pieces as are claimed."""


@dataclass(frozen=True, repr=False)
class Verdict:
    """What the evidence says about one hypothesis on one network."""

    hypothesis: Hypothesis
    evidence: tuple[Evidence, ...]
    counterexamples: tuple[dict[str, Any], ...]
    """Steps at which the network does not do what the policy says."""

    @property
    def holds(self) -> bool:
        """Whether every piece of evidence passed."""
        return all(piece.passed for piece in self.evidence)

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        return {
            "name": self.hypothesis.name,
            "holds": self.holds,
            "hypothesis": self.hypothesis.to_dict(),
            "evidence": [plain(piece.to_dict()) for piece in self.evidence],
            "counterexamples": plain(self.counterexamples),
        }

    def table(self) -> "pd.DataFrame":
        """Give a row for each piece of evidence."""
        return frame(self.rows())

    def rows(self) -> list[dict[str, Any]]:
        """Give each piece of evidence as a row of plain values."""
        columns = ("kind", "score", "control", "threshold", "passes_when", "passed")
        return [
            {"hypothesis": self.hypothesis.name, "holds": self.holds}
            | {column: getattr(piece, column) for column in columns}
            for piece in self.evidence
        ]

    def __repr__(self) -> str:
        return brief(f"Verdict: {self.line()}", {piece.kind: piece.line() for piece in self.evidence})

    def line(self) -> str:
        """Say in one line whether the hypothesis holds, and what failed."""
        failed = ", ".join(piece.kind for piece in self.evidence if not piece.passed)
        outcome = "holds" if self.holds else f"does not hold ({failed} failed)"
        return f"{self.hypothesis.name}: {outcome}"


@dataclass(frozen=True, repr=False)
class Verification:
    """Verdicts on a network, on its untrained control, and for shuffled categories."""

    run: str
    hypotheses: tuple[Verdict, ...]
    untrained: tuple[Verdict, ...]
    """The same hypotheses on a network of the same configuration that was not trained."""
    shuffled: tuple[Verdict, ...]
    """The same policies for random categories of the same sizes, on the network itself."""
    episodes: int
    seed: int
    network: Subject | None = field(default=None, compare=False, repr=False)
    """The network, where it is at hand."""

    @property
    def holding(self) -> tuple[str, ...]:
        """Names of the hypotheses that hold."""
        return tuple(verdict.hypothesis.name for verdict in self.hypotheses if verdict.holds)

    @property
    def controls_failed(self) -> bool:
        """Whether a verdict holds where it cannot be true, so that none of them can be trusted."""
        return any(verdict.holds for verdict in (*self.untrained, *self.shuffled))

    def table(self) -> "pd.DataFrame":
        """Give a row for each piece of evidence for each hypothesis, on the network and on the controls."""
        subjects = {"network": self.hypotheses, "untrained": self.untrained, "shuffled": self.shuffled}
        return frame(
            [
                {"subject": subject} | row
                for subject, verdicts in subjects.items()
                for verdict in verdicts
                for row in verdict.rows()
            ]
        )

    def __repr__(self) -> str:
        title = f"Verification of {self.run}: {self.episodes} episodes of each size, seed {self.seed}"
        lines = {str(place): verdict.line() for place, verdict in enumerate(self.hypotheses, start=1)}
        held = [
            f"{sum(verdict.holds for verdict in getattr(self, name))} of {len(self.hypotheses)} {name}"
            for name in ("untrained", "shuffled")
        ]
        controls = f"{', '.join(held)} hold{', so no verdict can be trusted' if self.controls_failed else ''}"
        return brief(title, {"controls": controls} | lines)

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        controls = {name: getattr(self, name) for name in ("untrained", "shuffled")}
        return {
            "run": self.run,
            "hypotheses": [verdict.to_dict() for verdict in self.hypotheses],
            **{
                name: {
                    "holds": any(verdict.holds for verdict in verdicts),
                    "hypotheses": [verdict.to_dict() for verdict in verdicts],
                }
                for name, verdicts in controls.items()
            },
            "controls_failed": self.controls_failed,
            "episodes": self.episodes,
            "seed": self.seed,
        }


def verify(
    network: Subject,
    hypotheses: Hypothesis | Sequence[Hypothesis] | None = None,
    *,
    episodes: int = 256,
    seed: int = 0,
    log: Log | None = None,
) -> Verification:
    """Put hypotheses about a network to every test.

    Args:
        network: The network.
        hypotheses: One or several; without any, those derived from its task and memory, or else the mined
            one.
        episodes: Held-out episodes of each size.
        seed: Draws episodes, splits, permutations and partitions.
        log: Given a line on what is being done.

    Raises:
        MannscopeError: if the network has no memory to act on, or a hypothesis names what is not there.
    """
    if not network.anatomy.actors:
        raise MannscopeError(
            "a verified network must have a memory with actors", "none", "Train it with another --memory"
        )
    if episodes < 4:
        raise MannscopeError(
            "episodes must be at least 4, to hold half of them out", str(episodes), "Pass more"
        )
    say = log or (lambda message: None)
    if hypotheses is None:
        hypotheses = derived(network) or [mined(network, episodes=episodes, seed=seed + 1)]
    claims = [hypotheses] if isinstance(hypotheses, Hypothesis) else list(hypotheses)
    own, control = (Experiment(subject, episodes, seed) for subject in (network, network.untrained_control()))
    for claim in claims:
        claim.table(own.symbols, own.actors)  # refused before anything is run
    found: dict[str, list[Verdict]] = {"own": [], "untrained": [], "shuffled": []}
    for claim in claims:
        say(f"{claim.name}: on the network")
        found["own"].append(judge(own, claim))
        say(f"{claim.name}: on its untrained control")
        found["untrained"].append(judge(control, claim))
        say(f"{claim.name}: with shuffled categories")
        found["shuffled"].append(judge(own, shuffle(claim, seed)))
    verdicts = {name: tuple(of) for name, of in found.items()}
    return Verification(
        network.name, verdicts["own"], verdicts["untrained"], verdicts["shuffled"], episodes, seed, network
    )


def judge(experiment: Experiment, hypothesis: Hypothesis) -> Verdict:
    """Gather all evidence for one hypothesis on one network."""
    table = hypothesis.table(experiment.symbols, experiment.actors)
    pieces = list(_of_the_policy(experiment, hypothesis, table))
    pieces.extend(piece for gather in CONTENTS for piece in gather(experiment, hypothesis, table))
    return Verdict(hypothesis, tuple(pieces), tuple(disagreements(experiment, table, hypothesis.from_step)))


def _of_the_policy(experiment: Experiment, hypothesis: Hypothesis, table: Table) -> tuple[Evidence, ...]:
    """Gather evidence for a policy, once for all hypotheses that state it."""
    policy = replace(hypothesis, name="", contents=(), algorithm="", description="")
    key = json.dumps(policy.to_dict())
    if key not in experiment.gathered:
        experiment.gathered[key] = tuple(gather(experiment, hypothesis, table) for gather in POLICY)
    return experiment.gathered[key]


def shuffle(hypothesis: Hypothesis, seed: int) -> Hypothesis:
    """Deal the symbols out again to categories of the same sizes, so that some actions are contradicted.

    A deal that only swaps symbols of one and the same action would state the same policy again.
    """
    symbols = sorted({symbol for block in hypothesis.categories.values() for symbol in block})
    random = np.random.default_rng(seed)
    dealt = hypothesis
    for _ in range(1000):
        other = dict(zip(symbols, map(str, random.permutation(symbols)), strict=True))
        categories = {
            name: tuple(other[symbol] for symbol in block) for name, block in hypothesis.categories.items()
        }
        dealt = replace(hypothesis, name=f"{hypothesis.name} (shuffled)", categories=categories)
        if _contradict(hypothesis, dealt, symbols):
            break
    return dealt


def _contradict(one: Hypothesis, other: Hypothesis, symbols: Sequence[str]) -> bool:
    """Whether there is a symbol for which two policies name different actions."""
    symbols = sorted({*symbols, *(symbol for of in one.after.values() for symbol in of)} - {START})
    actions = sorted({action for rules in one.policy.values() for action in rules.values()})
    acting = [Actor(name, tuple(map(Action, actions))) for name in one.policy]
    mine, theirs = (claim.table(symbols, acting) for claim in (one, other))
    return bool(((mine != theirs) & (mine != FREE) & (theirs != FREE)).any())
