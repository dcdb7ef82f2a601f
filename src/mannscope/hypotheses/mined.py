"""Mined hypotheses: the policy mined from a network's own actions, to be verified on other episodes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import xarray as xr

from mannscope.analyses import MinedStrategy, mine, symbols_before
from mannscope.analyses.rules import listed
from mannscope.arrays import PADDING, START
from mannscope.hypotheses.derived import task_categories
from mannscope.hypotheses.evidence import NECESSITY
from mannscope.hypotheses.experiment import Experiment
from mannscope.hypotheses.hypothesis import Hypothesis
from mannscope.hypotheses.interventional import Losses, needed
from mannscope.hypotheses.open_parts import with_open_parts
from mannscope.hypotheses.policy import Policy
from mannscope.traces import label
from mannscope.training.subject import Subject

MINED_EPISODES = 256
"""Episodes that a strategy is read off, unless given."""


def mined(
    network: Subject,
    *,
    episodes: int = MINED_EPISODES,
    seed: int = 1,
    categories: Mapping[str, Sequence[str]] | None = None,
) -> Hypothesis:
    """Read a strategy off episodes of the sizes trained on.

    Its categories are not joined across those of the task, so that symbols of one can stand for each other.
    It is claimed in context: where the symbol before is of a category that was seen there.
    What is done where it makes little difference is left free: if no other action of an actor on a category
    costs half of what can be lost on these episodes, alone or together with other actors, nothing is claimed.
    Of a network whose actions cannot be forced, all of it is claimed. Where what is done varies, it is left
    open whether what takes out also puts in, and what is done to an empty stack, if only that varies.

    Args:
        network: The network.
        episodes: Number of episodes that it is read off.
        seed: Seed of the episodes.
        categories: Labels of the symbols of each category, where what is done is to be claimed of these.
    """
    experiment = Experiment(network, episodes, seed, quick=True)
    strategy = mine(_situated(experiment), categories=categories)
    actors = network.anatomy.actors
    cut = {
        block: _parts(network, strategy, block) if categories is None else {block: symbols}
        for block, symbols in strategy.partition.items()
    }
    parts = {part: block for block in strategy.partition for part in cut[block]}
    found_parts = {part: symbols for block in cut.values() for part, symbols in block.items()}
    found = Hypothesis(
        "mined",
        found_parts,
        {
            actor.name: {
                part: strategy.policy[block][actor.name]
                for part, block in parts.items()
                if strategy.policy[block][actor.name] in actor.labels
            }
            for actor in actors
        },
        description=f"agreement {strategy.agreement:.3f}",
        after={
            part: strategy.after.get(block) or _seen_before(experiment, found_parts[part])
            for part, block in parts.items()
        },
        carries=tuple(network.task.oracles()),
    )
    found = with_open_parts(experiment, found)
    forced = "force" not in network.refusals
    return _what_matters(experiment, found) if forced and experiment.works else found


def _what_matters(experiment: Experiment, found: Hypothesis) -> Hypothesis:
    """Leave free what is done where it makes little difference."""
    losses = Losses(experiment, Policy(found, experiment.symbols, experiment.actors))
    matters = {
        claim
        for claim in losses.claims
        if (part := needed(losses, claim)[0]) is not None and part.score >= NECESSITY
    }
    return replace(
        found,
        policy={
            actor: {name: action for name, action in rules.items() if (actor, name) in matters}
            for actor, rules in found.policy.items()
        },
    )


def _parts(network: Subject, strategy: MinedStrategy, block: str) -> dict[str, tuple[str, ...]]:
    """Cut a block by the task's categories, and name each part by its category, or by its symbols."""
    found = {}
    after = f" after {listed(strategy.after[block])}" if block in strategy.after else ""
    for category, whole in task_categories(network.task).items():
        part = tuple(symbol for symbol in whole if symbol in strategy.partition[block])
        if part:
            found[(category if len(part) == len(whole) else listed(part)) + after] = part
    return found


def _seen_before(experiment: Experiment, symbols: tuple[str, ...]) -> tuple[str, ...]:
    """Give the situations of every category that stands before one of these."""
    band, labels, task = experiment.near, experiment.symbols, experiment.network.task
    here = np.isin(band.situations, [labels.index(one) for one in symbols])
    before = symbols_before(band.situations)[here]
    categories = {task.situations[one][1] for one in np.unique(before[before != PADDING]).tolist()}
    known = [label for label, (_, of) in zip(labels, task.situations, strict=True) if of in categories]
    return (START, *known) if (before == PADDING).any() else tuple(known)


def _situated(experiment: Experiment) -> xr.Dataset:
    """Give the trace at the largest size trained on, with situations as its symbols."""
    band = experiment.near
    rows = np.flatnonzero(band.size == experiment.network.trained_size)
    trace = band.trace.isel(episode=rows)
    situation = (("episode", "step"), band.situations[rows])
    return label(trace.assign(input=situation), symbols=experiment.symbols)
