"""Verify: hypotheses put to every test, on more episodes until it is decided, and on controls."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

import xarray as xr

from mannscope.analyses.results import brief, frame
from mannscope.errors import MannscopeError
from mannscope.hypotheses.controls import CONTROLS, Log, on_controls, on_others, shuffle
from mannscope.hypotheses.derived import derived
from mannscope.hypotheses.evidence import LOOKS, Outcome
from mannscope.hypotheses.experiment import Experiment
from mannscope.hypotheses.hypothesis import Hypothesis
from mannscope.hypotheses.mined import mined
from mannscope.hypotheses.observed import observed
from mannscope.hypotheses.policy import Policy
from mannscope.hypotheses.verdict import Verdict, judge
from mannscope.training.subject import Subject, require_subject

if TYPE_CHECKING:
    import pandas as pd

EPISODES, QUICK_EPISODES = 160, 320
"""Episodes of each size, of four sizes and of two."""


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
    others: dict[str, tuple[Verdict, ...]] = field(default_factory=dict)
    """The same on other trained networks that were given as controls, by their names."""
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
        return {name: getattr(self, name) for name in CONTROLS} | self.others

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
                name: _plain(getattr(self, name))
                | ({"refused": self.refused[name]} if name in self.refused else {})
                for name in CONTROLS
            },
            "others": {name: _plain(verdicts) for name, verdicts in self.others.items()},
            "controls_failed": self.controls_failed,
            "episodes": self.episodes,
            "seed": self.seed,
        }


def _plain(verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """Give what a control says as plain values."""
    return {
        "holds": any(verdict.holds for verdict in verdicts),
        "hypotheses": [verdict.to_dict() for verdict in verdicts],
    }


def verify(
    network: Subject | xr.Dataset,
    hypotheses: Hypothesis | Sequence[Hypothesis] | None = None,
    *,
    controls: Sequence[Subject] = (),
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
        controls: Other trained networks of which the hypotheses must not hold, each judged on its own task:
            one that was trained on another task of the same symbols, or one that does not use its memory.
            A trace takes none.
        episodes: Held-out episodes of each size, in the first look; 160 unless given, or 320 if quick.
        seed: Draws episodes, splits, permutations and partitions.
        quick: Look once, at the largest size trained on and twice that, leave out what decides nothing, and
            look only at one control, shuffled categories of the hypotheses that hold, until one piece of
            evidence fails there.
        log: Given a line on what is being done.

    Raises:
        MannscopeError: if the network has no memory to act on, or a hypothesis names what is not there.
    """
    if isinstance(network, xr.Dataset):
        return _of_trace(network, hypotheses, controls, seed, log or _quiet)
    for one in (network, *controls):
        _check_subject(one)
    if episodes is None:
        episodes = QUICK_EPISODES if quick else EPISODES
    if episodes < 4:
        raise MannscopeError(
            "episodes must be at least 4, to hold half of them out", str(episodes), "Pass more"
        )
    say = log or _quiet
    own = Experiment(network, episodes, seed, quick)
    if hypotheses is None:
        hypotheses = _found_while_running(own)
    claims = [hypotheses] if isinstance(hypotheses, Hypothesis) else list(hypotheses)
    others = {one.name: Experiment(one, episodes, seed, quick) for one in controls}
    _check_claims(claims, (own, *others.values()))
    found = look(own, claims, looks=1 if quick else LOOKS, bare=quick, log=say)
    tested = [claim for claim, verdict in zip(claims, found, strict=True) if verdict.holds or not quick]
    made, given = on_controls(own, tested, say), on_others(others, tested, say)
    return Verification(
        network.name,
        tuple(found),
        **made,
        episodes=episodes,
        seed=seed,
        others=given,
        refused={} if quick else _refused(network),
        network=network,
    )


def _check_subject(network: Any) -> None:
    """Make sure that something can be verified.

    Raises:
        MannscopeError: if it is no network on a task, or has no actors.
    """
    require_subject(network, "verified")
    if not network.anatomy.actors:
        raise MannscopeError(
            "a verified network must have a memory with actors",
            f"none of {network.name}",
            "Train it with another --memory",
        )


def _check_claims(claims: Sequence[Hypothesis], subjects: Sequence[Experiment]) -> None:
    """Make sure that claims name what is there, before anything is run.

    Raises:
        UnknownNameError: if one does not.
        MannscopeError: if one says no policy.
    """
    for claim in claims:
        for subject in subjects:
            Policy(claim, subject.symbols, subject.actors)


def _found_while_running(own: Experiment) -> Sequence[Hypothesis]:
    """Derive hypotheses, or mine one, while the first runs are compiled and made, which needs no Python.

    What probes are made of is imported meanwhile; it takes most of a second.
    """
    with ThreadPoolExecutor(2) as pool:
        ahead = pool.submit(lambda: (own.near.outputs, own.near.actions))
        pool.submit(import_module, "sklearn.linear_model")
        found = derived(own.network) or [mined(own.network, episodes=own.episodes, seed=own.seed + 1)]
        ahead.result()
    return found


def _of_trace(
    trace: xr.Dataset,
    hypotheses: Hypothesis | Sequence[Hypothesis] | None,
    controls: Sequence[Subject],
    seed: int,
    say: Log,
) -> Verification:
    """Compare what a trace says was done with policies, and with shuffled ones."""
    if controls:
        must = "a trace must be verified without controls, since nothing but it is run"
        raise MannscopeError(must, f"{len(controls)} of them", "Leave controls out")
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
    return Verification(
        own.network.name, found, (), (), shuffled, own.episodes, seed, refused=_refused(own.network)
    )


def _refused(network: Subject) -> dict[str, str]:
    """Say which controls cannot be made, and why."""
    return {name: network.refusals[name] for name in CONTROLS if name in network.refusals}


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
