"""Cue conflict and invariance: put another symbol at one step, and see whether actions follow the policy.

On the task's own episodes a symbol and the phase it stands in go together, so that agreement cannot tell
which of them is monitored. An episode with a symbol where the task would put another tells them apart. Most
such episodes are off the task's distribution, which is said.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Int

from mannscope.analyses import symbols_before
from mannscope.arrays import PADDING
from mannscope.hypotheses.evidence import (
    AGREEMENT,
    FOLLOWING,
    Evidence,
    Outcome,
    Shares,
    weigh_shares,
)
from mannscope.hypotheses.experiment import Band, Experiment
from mannscope.hypotheses.observational import mean_share, shares
from mannscope.hypotheses.policy import FREE, Policy

ACROSS, WITHIN = 6, 4
"""Swaps of all categories together, for each episode of a size; half an episode for each pair at least."""


class _Swaps(NamedTuple):
    """Episodes in which one symbol is swapped for another."""

    episode: Int[np.ndarray, " swap"]
    step: Int[np.ndarray, " swap"]
    symbol: Int[np.ndarray, " swap"]
    """What is put there: an index into the situations."""
    inputs: Int[np.ndarray, "swap step"]
    kind: list[str]
    """From which category to which."""


def conflict(experiment: Experiment, policy: Policy) -> Evidence:
    """Swap a symbol for one for which the policy says another action, and see whether the action follows.

    As many swaps are drawn from each category to each other. Where the policy says another action later on
    as well, because its state changed, these steps count by themselves.
    """
    question = "Put a symbol of another category at one step: does the action follow it?"
    band, swaps = experiment.near, _draw(experiment, policy, across=True)
    nothing = {"note": "no swap of one symbol contradicts a claimed action"}
    none = Evidence("cue conflict", question, Outcome.UNDECIDED, decides=False, details=nothing)
    if not len(swaps.step):
        return none
    actions, before, after = _ran(band, policy, swaps)
    changed = (before != after) & (before != FREE) & (after != FREE)
    right = ((actions == after) | ~changed).all(-1)
    here = np.arange(band.inputs.shape[1]) == swaps.step[:, None]
    at, later = (shares(right, changed.any(-1) & when) for when in (here, ~here))
    kinds = np.array(swaps.kind)
    parts = {kind: np.where(kinds == kind, at, np.nan) for kind in dict.fromkeys(swaps.kind)}
    share = at
    if not np.isnan(later).all():
        parts["later steps"] = later
        share = np.where(np.isnan(at), later, at)
    if np.isnan(share).all():
        return none
    on = _on_distribution(experiment, swaps)
    details = {
        "on the task's distribution": mean_share(share[on]),
        "off the task's distribution": mean_share(share[~on]),
        "swaps on the task's distribution": int(on.sum()),
        "swaps": len(swaps.step),
    }
    return weigh_shares(
        "cue conflict",
        question,
        share,
        FOLLOWING,
        size=band.size[swaps.episode],
        parts={name: of for name, of in parts.items() if not np.isnan(of).all()},
        most=experiment.most,
        control=mean_share(_kept(actions, before, changed, here)),
        details=details,
    )


def invariance(experiment: Experiment, policy: Policy) -> Evidence:
    """Swap a symbol for another of its category: every action must stay, there and later.

    Left out are later steps for which the policy itself says another action after the swap.
    """
    question = "Swap a symbol for another of its category: do the actions stay, there and later?"
    band, swaps = experiment.near, _draw(experiment, policy, across=False)
    if not len(swaps.step):
        note = {"note": "no category has two symbols in one context"}
        return Evidence("invariance", question, Outcome.UNDECIDED, decides=False, details=note)
    actions, before, after = _ran(band, policy, swaps)
    same = (before == after) & (before != FREE)
    stays = ((actions == policy.counted(band.actions)[swaps.episode]) | ~same).all(-1)
    here = np.arange(band.inputs.shape[1]) == swaps.step[:, None]
    at, later = (shares(stays, same.any(-1) & when) for when in (here, ~here))
    return weigh_shares(
        "invariance",
        question,
        np.fmin(at, later),
        AGREEMENT,
        size=band.size[swaps.episode],
        parts={name: of for name, of in (("at the swap", at), ("later", later)) if not np.isnan(of).all()},
        most=experiment.most,
        details={"swaps": len(swaps.step)},
    )


def _kept(
    actions: Int[np.ndarray, "swap step actor"],
    before: Int[np.ndarray, "swap step actor"],
    changed: Bool[np.ndarray, "swap step actor"],
    here: Bool[np.ndarray, "swap step"],
) -> Shares:
    """Give how often the action stays that of the symbol that stood there."""
    return shares(((actions == before) | ~changed).all(-1), changed.any(-1) & here)


def _ran(band: Band, policy: Policy, swaps: _Swaps) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give the actions of the swapped episodes, and what the policy says before and after the swap."""
    before = policy.prescribe(band.situations)[swaps.episode]
    after = policy.prescribe(band.network.task.situate(swaps.inputs))
    return policy.counted(band.network.actions(swaps.inputs)), before, after


def _draw(experiment: Experiment, policy: Policy, *, across: bool) -> _Swaps:
    """Draw swaps, from each category to each other or to itself, spread over the episodes."""
    band, random = experiment.near, np.random.default_rng(experiment.seed)
    rows: list[tuple[int, int, int]] = []
    kinds: list[str] = []
    pairs = [(kind, np.nonzero(places)) for kind, places in _pairs(band, policy, across=across)]
    pairs = [(kind, places) for kind, places in pairs if len(places[0])]
    most = (ACROSS if across else WITHIN) * experiment.episodes // max(1, len(pairs))
    each = max(experiment.episodes // 2, min(most, experiment.episodes if across else most))
    for kind, (episode, step, symbol) in pairs:
        chosen = _spread(episode, each, random)
        rows += [(int(episode[one]), int(step[one]), int(symbol[one])) for one in chosen]
        kinds += [kind] * len(chosen)
    episode, step, symbol = np.array(rows, int).reshape(-1, 3).T
    inputs = band.inputs[episode].copy()
    situations = np.array([of for of, _ in experiment.network.task.situations])
    inputs[np.arange(len(step)), step] = situations[symbol]
    return _Swaps(episode, step, symbol, inputs, kinds)


def _spread(
    episode: Int[np.ndarray, " place"], most: int, random: np.random.Generator
) -> Int[np.ndarray, " chosen"]:
    """Choose places in as many different episodes as there are, one each until all have one."""
    order = random.permutation(len(episode))
    _, first = np.unique(episode[order], return_index=True)
    chosen = order[random.permutation(first)]
    if len(chosen) < most:
        rest = np.setdiff1d(order, chosen)
        chosen = np.concatenate([chosen, random.permutation(rest)])
    return chosen[:most]


def _pairs(
    band: Band, policy: Policy, *, across: bool
) -> Iterator[tuple[str, Bool[np.ndarray, "episode step symbol"]]]:
    """Mark, for each pair of categories, what can be put at which step."""
    context, situations = policy.in_context(band.situations), band.situations
    late = (np.arange(situations.shape[1]) >= policy.hypothesis.from_step) & (situations != PADDING)
    claimed = policy.prescribe(situations)[:, :, None]
    said = policy.table.transpose(1, 0, 2)[context]
    own = np.arange(len(policy.symbols)) == situations[..., None]
    contradicts = ((said != claimed) & (said != FREE) & (claimed != FREE)).any(-1) | _turns(
        policy, situations
    )
    wanted = contradicts if across else np.broadcast_to((claimed != FREE).any(-1), own.shape)
    for one in policy.hypothesis.categories:
        here = policy.positions(situations, (one,)) & late
        for other in policy.hypothesis.categories:
            if across == (one != other):
                there = policy.places((other,)).T[context]
                yield f"{one} to {other}", here[..., None] & there & ~own & wanted


def _turns(
    policy: Policy, situations: Int[np.ndarray, "episode step"]
) -> Bool[np.ndarray, "episode step symbol"]:
    """Mark the symbols that would leave the automaton in another state than the one that stands there."""
    state = policy.state_after(situations)
    return state != state[np.arange(len(state))[:, None], np.arange(state.shape[1]), situations][..., None]


def _on_distribution(experiment: Experiment, swaps: _Swaps) -> Bool[np.ndarray, " swap"]:
    """Mark the swaps after which the episode, up to the swap, still reads like one of the task's.

    That is, its last two symbols stand beside each other in an episode of the task.
    """
    band = experiment.near
    seen = np.zeros((len(experiment.symbols) + 1,) * 2, bool)
    before = symbols_before(band.situations)
    seen[before, band.situations] = True
    return seen[before[swaps.episode, swaps.step], swaps.symbol]
