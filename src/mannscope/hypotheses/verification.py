"""Verify: hypotheses put to every test, on more episodes until it is decided, and on controls."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast

import xarray as xr

from mannscope.analyses.results import brief, frame
from mannscope.errors import MannscopeError
from mannscope.hypotheses.controls import Elsewhere, shuffle
from mannscope.hypotheses.derived import derived
from mannscope.hypotheses.evidence import LOOKS, Outcome
from mannscope.hypotheses.experiment import Experiment
from mannscope.hypotheses.hypothesis import Hypothesis
from mannscope.hypotheses.mined import mined
from mannscope.hypotheses.observed import observed
from mannscope.hypotheses.policy import Policy
from mannscope.hypotheses.verdict import Verdict, judge
from mannscope.training.subject import Subject

if TYPE_CHECKING:
    import pandas as pd

Log = Callable[[str], None]

EPISODES, QUICK_EPISODES = 160, 320
"""Episodes of each size, of four sizes and of two."""
CONTROLS = {
    "untrained": "on its untrained control",
    "elsewhere": "with answers from elsewhere",
    "shuffled": "with shuffled categories",
}
"""Control -> what a log says of it."""


@dataclass(frozen=True, repr=False)
class Verification:
    """Verdicts on a network and on its controls."""

    run: str
    hypotheses: tuple[Verdict, ...]
    untrained: tuple[Verdict, ...]
    """The same hypotheses on a network of the same configuration that was not trained."""
    elsewhere: tuple[Verdict, ...]
    """The same on a network with the same actions, whose answers do not come from its memory."""
    shuffled: tuple[Verdict, ...]
    """The same policies for random categories of the same sizes, on the network itself."""
    episodes: int
    """Of each size, in the first look."""
    seed: int
    refused: Mapping[str, str] = field(default_factory=dict)
    """Controls that could not be made, and why."""
    network: Subject | None = field(default=None, compare=False, repr=False)
    """The network, where it is at hand."""

    @property
    def holding(self) -> tuple[str, ...]:
        """Names of the hypotheses that hold."""
        return tuple(verdict.hypothesis.name for verdict in self.hypotheses if verdict.holds)

    @property
    def controls(self) -> dict[str, tuple[Verdict, ...]]:
        """Control -> its verdicts."""
        return {name: getattr(self, name) for name in CONTROLS}

    @property
    def controls_failed(self) -> bool:
        """Whether a verdict holds where it cannot be true, so that none of them can be trusted."""
        return any(verdict.holds for verdicts in self.controls.values() for verdict in verdicts)

    def table(self) -> "pd.DataFrame":
        """Give a row for each piece of evidence for each hypothesis, on the network and on the controls."""
        return frame(
            [
                {"subject": subject} | row
                for subject, verdicts in {"network": self.hypotheses, **self.controls}.items()
                for verdict in verdicts
                for row in verdict.rows()
            ]
        )

    def __repr__(self) -> str:
        title = f"Verification of {self.run}: {self.episodes} episodes of each size, seed {self.seed}"
        lines = {str(place): verdict.line() for place, verdict in enumerate(self.hypotheses, start=1)}
        held = [
            f"{sum(verdict.holds for verdict in of)} of {len(of)} {name}"
            for name, of in self.controls.items()
            if name not in self.refused
        ]
        held += [f"no {name} control" for name in self.refused]
        controls = f"{', '.join(held)} hold{', so no verdict can be trusted' if self.controls_failed else ''}"
        return brief(title, {"controls": controls} | lines)

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        return {
            "run": self.run,
            "hypotheses": [verdict.to_dict() for verdict in self.hypotheses],
            **{
                name: {
                    "holds": any(verdict.holds for verdict in verdicts),
                    "hypotheses": [verdict.to_dict() for verdict in verdicts],
                }
                | ({"refused": self.refused[name]} if name in self.refused else {})
                for name, verdicts in self.controls.items()
            },
            "controls_failed": self.controls_failed,
            "episodes": self.episodes,
            "seed": self.seed,
        }


def verify(
    network: Subject | xr.Dataset,
    hypotheses: Hypothesis | Sequence[Hypothesis] | None = None,
    *,
    episodes: int | None = None,
    seed: int = 0,
    quick: bool = False,
    log: Log | None = None,
) -> Verification:
    """Put hypotheses about a network to every test, and to the same tests on controls.

    Of a trace, what was done is compared with the policies: a claim can fail, and what agrees is "observed
    only", since nothing was forced, exchanged or taken away.

    Where a verdict is undecided, it is looked at again with twice as many episodes, at most two times.

    Args:
        network: The network, or a trace of one.
        hypotheses: One or several; without any, those derived from its task and memory, or else the mined
            one. A trace needs one.
        episodes: Held-out episodes of each size, in the first look; 160 unless given, or 320 if quick.
        seed: Draws episodes, splits, permutations and partitions.
        quick: Look once, at the largest size trained on and twice that, leave out what decides nothing, and
            look only at one control, shuffled categories of the hypotheses that hold.
        log: Given a line on what is being done.

    Raises:
        MannscopeError: if the network has no memory to act on, or a hypothesis names what is not there.
    """
    if isinstance(network, xr.Dataset):
        return _of_trace(network, hypotheses, seed, log or _quiet)
    if not isinstance(network, Subject):
        raise MannscopeError(
            "what is verified must be a network on a task, or a trace",
            type(network).__name__,
            "Put a PyTorch network on its task first: network.on(task, largest=20)",
        )
    if not network.anatomy.actors:
        raise MannscopeError(
            "a verified network must have a memory with actors", "none", "Train it with another --memory"
        )
    if episodes is None:
        episodes = QUICK_EPISODES if quick else EPISODES
    if episodes < 4:
        raise MannscopeError(
            "episodes must be at least 4, to hold half of them out", str(episodes), "Pass more"
        )
    say = log or _quiet
    if hypotheses is None:
        hypotheses = derived(network) or [mined(network, episodes=episodes, seed=seed + 1)]
    claims = [hypotheses] if isinstance(hypotheses, Hypothesis) else list(hypotheses)
    own = Experiment(network, episodes, seed, quick)
    for claim in claims:
        Policy(claim, own.symbols, own.actors)  # refused before anything is run
    found = look(own, claims, looks=1 if quick else LOOKS, bare=quick, log=say)
    tested = [claim for claim, verdict in zip(claims, found, strict=True) if verdict.holds or not quick]
    controls = _controls(own, tested, say)
    refused = {name: network.refusals[name] for name in CONTROLS if name in network.refusals}
    return Verification(
        network.name,
        tuple(found),
        **controls,
        episodes=episodes,
        seed=seed,
        refused={} if quick else refused,
        network=network,
    )


def _of_trace(
    trace: xr.Dataset, hypotheses: Hypothesis | Sequence[Hypothesis] | None, seed: int, say: Log
) -> Verification:
    """Compare what a trace says was done with policies, and with shuffled ones."""
    if hypotheses is None:
        must = "a hypothesis must be stated, for what a trace says was done to be compared with it"
        raise MannscopeError(must, "none", "Pass one; ms.mine(trace) shows what was done")
    own = observed(trace, seed)
    if not own.actors:
        must = "a verified trace must have actors"
        raise MannscopeError(must, "none", "Record what decides the actions on its memory")
    claims = [hypotheses] if isinstance(hypotheses, Hypothesis) else list(hypotheses)
    for claim in claims:
        say(f"{claim.name}: on {own.episodes} different episodes of the trace")
    found = tuple(judge(own, claim) for claim in claims)
    shuffled = tuple(judge(own, shuffle(claim, seed), bare=True) for claim in claims)
    refused = {name: own.network.refusals[name] for name in CONTROLS if name in own.network.refusals}
    return Verification(own.network.name, found, (), (), shuffled, own.episodes, seed, refused)


def _controls(own: Experiment, claims: Sequence[Hypothesis], say: Log) -> dict[str, tuple[Verdict, ...]]:
    """Judge claims on every control; in a quick look on shuffled categories alone."""
    network, episodes, seed = own.network, own.episodes, own.seed
    subjects = {"shuffled": own}
    if not own.quick:
        if "untrained" not in network.refusals:
            subjects["untrained"] = Experiment(network.untrained_control(), episodes, seed)
        subjects["elsewhere"] = Experiment(cast(Subject, Elsewhere(network)), episodes, seed)
    verdicts: dict[str, list[Verdict]] = {name: [] for name in CONTROLS}
    for name, experiment in subjects.items():
        for claim in claims:
            say(f"{claim.name}: {CONTROLS[name]}")
            shown = shuffle(claim, seed) if name == "shuffled" else claim
            verdicts[name].append(judge(experiment, shown, bare=True))
    return {name: tuple(of) for name, of in verdicts.items()}


def _quiet(message: str) -> None:
    """Say nothing."""


def _is_open(verdict: Verdict) -> bool:
    """Whether more episodes could decide a verdict."""
    return verdict.outcome is Outcome.UNDECIDED and bool(verdict.undecided)


def look(
    experiment: Experiment,
    claims: Sequence[Hypothesis],
    *,
    looks: int = LOOKS,
    bare: bool = False,
    log: Log | None = None,
) -> list[Verdict]:
    """Judge claims on a network, and those that are undecided again with twice as many episodes.

    Args:
        experiment: The network, with the episodes of the first look.
        claims: What is claimed.
        looks: At most.
        bare: Leave out what decides nothing.
        log: Given a line on what is being done.
    """
    found: dict[int, Verdict] = {}
    for number in range(looks):
        for place, claim in enumerate(claims):
            if place not in found or _is_open(found[place]):
                if log:
                    log(f"{claim.name}: on the network, {experiment.episodes} episodes of each size")
                found[place] = judge(experiment, claim, bare=bare)
        if not any(map(_is_open, found.values())):
            break
        if number + 1 < looks:
            experiment = replace(experiment, episodes=2 * experiment.episodes, gathered={})
    return [found[place] for place in range(len(claims))]
