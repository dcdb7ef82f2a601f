"""Propose a hypothesis: the policy mined from a network's own actions, to be verified on other episodes."""

from dataclasses import replace

from mannscope.analyses import MinedStrategy, mine
from mannscope.hypotheses.evidence import SUFFICIENCY
from mannscope.hypotheses.experiment import Experiment
from mannscope.hypotheses.forcing import losses
from mannscope.hypotheses.hypothesis import Hypothesis
from mannscope.training import Network


def mined(network: Network, *, episodes: int = 256, seed: int = 1) -> Hypothesis:
    """Read a strategy off episodes of the sizes trained on.

    Its categories are not joined across those of the task, so that symbols of one can stand for each other.
    What is done where it makes no difference is left free: if no other action of an actor on a category costs
    more than 0.01 of what can be lost on these episodes, nothing is claimed of it.
    """
    experiment = Experiment(network, episodes, seed)
    strategy = mine(experiment.near_trace)
    actors = network.model.memory.actors
    parts = {part: block for block in strategy.partition for part in _parts(network, strategy, block)}
    found = Hypothesis(
        "mined",
        {
            part: symbols
            for block in strategy.partition
            for part, symbols in _parts(network, strategy, block).items()
        },
        {actor: {part: strategy.policy[block][actor] for part, block in parts.items()} for actor in actors},
        description=f"agreement {strategy.agreement:.3f}",
        after={part: strategy.after[block] for part, block in parts.items() if block in strategy.after},
    )
    if not experiment.works:
        return found
    lost = losses(experiment, found, found.table(network.task.symbols, actors, experiment.actions))
    matters = {place for place, wrong in lost.items() if max(wrong.values()) > SUFFICIENCY}
    return replace(
        found,
        policy={
            actor: {name: action for name, action in rules.items() if (actor, name) in matters}
            for actor, rules in found.policy.items()
        },
    )


def _parts(network: Network, strategy: MinedStrategy, block: str) -> dict[str, tuple[str, ...]]:
    """Cut a block by the task's categories, and name each part by its category, or by its symbols."""
    task, found = network.task, {}
    after = f" after {' '.join(strategy.after[block])}" if block in strategy.after else ""
    for number, category in enumerate(task.categories):
        whole = [s for s, of in zip(task.symbols, task.symbol_categories, strict=True) if of == number]
        part = tuple(symbol for symbol in whole if symbol in strategy.partition[block])
        if part:
            found[(category if len(part) == len(whole) else " ".join(part)) + after] = part
    return found
