"""Mined hypotheses: the policy mined from a network's own actions, to be verified on other episodes."""

from dataclasses import replace

import xarray as xr

from mannscope.analyses import MinedStrategy, mine
from mannscope.hypotheses.derived import task_categories
from mannscope.hypotheses.evidence import SUFFICIENCY
from mannscope.hypotheses.experiment import Experiment
from mannscope.hypotheses.hypothesis import Hypothesis
from mannscope.hypotheses.interventional import losses
from mannscope.traces import label
from mannscope.training.subject import Subject


def mined(network: Subject, *, episodes: int = 256, seed: int = 1) -> Hypothesis:
    """Read a strategy off episodes of the sizes trained on.

    Its categories are not joined across those of the task, so that symbols of one can stand for each other.
    What is done where it makes no difference is left free: if no other action of an actor on a category costs
    more than 0.01 of what can be lost on these episodes, nothing is claimed of it.
    """
    experiment = Experiment(network, episodes, seed)
    strategy = mine(_situated(experiment))
    actors = network.anatomy.actors
    parts = {part: block for block in strategy.partition for part in _parts(network, strategy, block)}
    found = Hypothesis(
        "mined",
        {
            part: symbols
            for block in strategy.partition
            for part, symbols in _parts(network, strategy, block).items()
        },
        {
            actor.name: {
                part: strategy.policy[block][actor.name]
                for part, block in parts.items()
                if strategy.policy[block][actor.name] in actor.labels
            }
            for actor in actors
        },
        description=f"agreement {strategy.agreement:.3f}",
        after={part: strategy.after[block] for part, block in parts.items() if block in strategy.after},
    )
    if not experiment.works:
        return found
    lost = losses(experiment, found, found.table(experiment.symbols, actors))
    matters = {place for place, wrong in lost.items() if max(wrong.values()) > SUFFICIENCY}
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
    after = f" after {' '.join(strategy.after[block])}" if block in strategy.after else ""
    for category, whole in task_categories(network.task).items():
        part = tuple(symbol for symbol in whole if symbol in strategy.partition[block])
        if part:
            found[(category if len(part) == len(whole) else " ".join(part)) + after] = part
    return found


def _situated(experiment: Experiment) -> xr.Dataset:
    """Count a symbol as several ones where its category depends on its position."""
    situation = (("episode", "step"), experiment.situations(experiment.near_trace))
    return label(experiment.near_trace.assign(input=situation), symbols=experiment.symbols)
