"""Observational evidence: does the network do its task, and are its actions the policy's?"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from jaxtyping import Bool, Int

from mannscope.arrays import PADDING
from mannscope.hypotheses.evidence import (
    AGREEMENT,
    TASK,
    Evidence,
    Part,
    Shares,
    decide,
    loss,
    weigh,
    weigh_shares,
)
from mannscope.hypotheses.experiment import Band, Experiment
from mannscope.hypotheses.policy import FREE, Policy

POSITIONS = 3
"""Positions from the start, and from the end, that are looked at by themselves."""
OFTEN = 64
"""Episodes in which a depth must occur to be looked at by itself."""


def task(experiment: Experiment, policy: Policy) -> Evidence:
    """Ask whether the network does its task at every size, so that there is a strategy to be told."""
    sizes: dict[int, Part | None] = {}
    for band in experiment.bands:
        rates = band.base_rates
        for size in np.unique(band.size).tolist():
            here = band.size == size
            sizes[size] = _above(f"size {size}", band.exact[here], float(rates[here].mean()))
    exact = np.concatenate([band.exact for band in experiment.bands])
    rates = np.concatenate([band.base_rates for band in experiment.bands])
    question = "Does the network do its task? (0 is the most frequent answer, 1 is all right.)"
    return weigh(
        "task",
        question,
        _above("all", exact, float(rates.mean())),
        sizes,
        threshold=TASK,
        worst=TASK,
        control=0.0,
        details={
            "exact": {
                size: float(np.mean(exact[experiment.size == size]))
                for size in np.unique(experiment.size).tolist()
            },
            "base_rate": float(rates.mean()),
        },
    )


def _above(name: str, exact: Bool[np.ndarray, " episode"], rate: float) -> Part | None:
    """Give the share of the way from the base rate to one; all of the episodes are exact at 1."""
    missing = loss(name, 1.0, exact, rate, 1 - TASK)
    if missing is None:
        return None
    low, high = missing.interval
    bounds = 1 - high, 1 - low
    return Part(name, 1 - missing.score, bounds, missing.episodes, decide(bounds, TASK))


def agreement(experiment: Experiment, policy: Policy) -> Evidence:
    """Compare the discretised action with the policy's, at every size, symbol, position and depth."""
    right, claimed = zip(*(compared(band, policy) for band in experiment.bands), strict=True)
    parts = {
        name: np.concatenate([shares(r, c & mask) for r, c, mask in zip(right, claimed, masks, strict=True)])
        for name, masks in _parts(experiment, policy)
    }
    random = np.random.default_rng(experiment.seed)
    shuffled = [
        shares(_shuffled(band, policy, random), c) for band, c in zip(experiment.bands, claimed, strict=True)
    ]
    share = [shares(r, c) for r, c in zip(right, claimed, strict=True)]
    steps = sum(int((band.inputs != PADDING).sum()) for band in experiment.bands)
    return weigh_shares(
        "agreement",
        "Is the action the policy's? (Control: the network's actions, shuffled within each episode.)",
        np.concatenate(share),
        AGREEMENT,
        size=experiment.size,
        parts={name: of for name, of in parts.items() if not np.isnan(of).all()},
        most=experiment.most,
        control=mean_share(np.concatenate(shuffled)),
        details={"claimed": sum(int(c.sum()) for c in claimed) / steps},
    )


def compared(
    band: Band, policy: Policy, actions: Int[np.ndarray, "episode step actor"] | None = None
) -> tuple[Bool[np.ndarray, "episode step"], Bool[np.ndarray, "episode step"]]:
    """Mark the steps at which all claimed actions are done, and those at which any is claimed."""
    prescribed = policy.prescribe(band.situations)
    done = policy.counted(band.actions if actions is None else actions)
    return ((prescribed == done) | (prescribed == FREE)).all(-1), (prescribed != FREE).any(-1)


def _shuffled(band: Band, policy: Policy, random: np.random.Generator) -> Bool[np.ndarray, "episode step"]:
    """Compare with the actions of the same episode in another order."""
    order = np.where(band.inputs == PADDING, 2.0, random.random(band.inputs.shape)).argsort(1)
    actions = np.take_along_axis(band.actions, order[..., None], 1)
    return compared(band, policy, actions)[0]


def _parts(
    experiment: Experiment, policy: Policy
) -> Iterator[tuple[str, list[Bool[np.ndarray, "episode step"]]]]:
    """Mark the steps of every category, symbol and shape, of the outer positions, and of every depth."""
    bands, labels = experiment.bands, experiment.symbols
    for category in policy.hypothesis.categories:
        yield f"category {category}", [policy.positions(band.situations, (category,)) for band in bands]
    for number, symbol in enumerate(labels):
        yield f"symbol {symbol}", [band.situations == number for band in bands]
    shapes = experiment.network.task.shapes
    for number, shape in enumerate(shapes if len(shapes) > 1 else ()):
        yield f"shape {shape}", [(band.shape == number)[:, None] & (band.inputs != PADDING) for band in bands]
    for place in range(POSITIONS):
        yield f"step {place}", [np.arange(band.inputs.shape[1])[None] == place for band in bands]
    for place in range(1, POSITIONS + 1):
        yield f"step {place} from the end", [_from_the_end(band, place) for band in bands]
    if "depth" in bands[0].episodes.variables:
        depths = [np.asarray(band.episodes.variables["depth"]) for band in bands]
        for depth in range(max(int(of.max()) for of in depths) + 1):
            marked = [of == depth for of in depths]
            if sum(int(one.any(1).sum()) for one in marked) >= OFTEN:
                yield f"depth {depth}", marked


def _from_the_end(band: Band, place: int) -> Bool[np.ndarray, "episode step"]:
    last = np.asarray(band.episodes.length) - place
    return np.arange(band.inputs.shape[1])[None] == last[:, None]


def shares(right: Bool[np.ndarray, "episode step"], mask: Bool[np.ndarray, "episode step"]) -> Shares:
    """Give the share of the marked steps of every episode that are right; NaN where none is marked."""
    counts = mask.sum(1)
    return np.where(counts > 0, (right & mask).sum(1) / np.maximum(counts, 1), np.nan)


def mean_share(shares: Shares) -> float | None:
    """Give the mean over the episodes that have a share; None where none has."""
    return None if np.isnan(shares).all() else float(np.nanmean(shares))


def disagreements(experiment: Experiment, policy: Policy, most: int = 5) -> list[dict[str, Any]]:
    """List steps at which the network does not do what the policy says, at most one an episode."""
    found: list[dict[str, Any]] = []
    task = experiment.network.task
    for band in experiment.bands:
        prescribed = policy.prescribe(band.situations)
        wrong = (prescribed != FREE) & (prescribed != policy.counted(band.actions))
        for episode in np.flatnonzero(wrong.any((1, 2)))[: most - len(found)]:
            step, actor = np.argwhere(wrong[episode])[0].tolist()
            found.append(
                {
                    "input": task.text(band.inputs[episode]),
                    "step": step,
                    "symbol": task.symbols[band.inputs[episode, step]],
                    "actor": experiment.actors[actor].name,
                    "expected": experiment.action_name(actor, int(prescribed[episode, step, actor])),
                    "got": experiment.action_name(actor, int(band.actions[episode, step, actor])),
                }
            )
    return found
