"""What is in the way where no network generalises: the memory, the data, or the training."""

from collections.abc import Mapping

from mannscope.machines import MACHINES
from mannscope.training.evaluate import evaluate
from mannscope.training.network import Network

LEARNED = 0.05
"""Share of the loss of the base rate under which the data trained on are learned."""
KNOWN = 0.98
"""Exact accuracy at the largest size trained on from which that size is mastered."""


def explain_failure(
    network: Network, base: float, loss: float | None, exact: Mapping[str, float]
) -> tuple[str, ...]:
    """Say, in sentences, what is in the way, by the memory's machines, the loss and the accuracies.

    Args:
        network: The best of those trained.
        base: Loss of the base rate, in nats.
        loss: Its last loss.
        exact: Its exact accuracy beyond the size trained on, by size and shape.
    """
    size = network.trained_size
    found = evaluate(network, [size], episodes=192)[0]
    at_size, share = min(found.exact, found.exact_discrete), (loss or 0.0) / max(base, 1e-9)
    beyond = min(exact.values(), default=0.0)
    first = (
        f"Nothing generalises: the best is exact in {at_size:.3f} of the episodes at the size trained on, "
        f"{size}, and in {beyond:.3f} beyond it."
    )
    return (first, _of_the_memory(network), *_of_the_training(network, share, at_size))


def _of_the_memory(network: Network) -> str:
    """Say whether the memory can play a machine on which the task is known to be solved."""
    needed = dict.fromkeys(one.machine for one in network.task.oracles().values())
    played = {one.machine for one in network.realisations}
    able = [machine for machine in needed if machine in played]
    if able:
        return (
            f"The memory can do it: it can play a {able[0]}, on which an algorithm for the task is known. "
            "So training failed, not the memory."
        )
    if needed and played:
        return (
            f"It may be the memory: the known algorithms need a {' or a '.join(needed)}, and it can play a "
            f"{' or a '.join(sorted(played & MACHINES.keys()))}. Try a memory that plays what they need."
        )
    return "Whether the memory can do it is not known: no algorithm for the task on a machine of it is known."


def _of_the_training(network: Network, share: float, at_size: float) -> tuple[str, ...]:
    finite = network.task.finite
    if share > LEARNED:
        return (
            f"The data trained on are not learned: the loss is {share:.0%} of the base rate's. Train longer, "
            "or with smaller sizes: --training.largest.",
        )
    if finite is not None and at_size < KNOWN and not finite.drawn_by:
        few = f"{len(finite.training)} different rows"
        return (
            f"The rows trained on are learned and held-out ones are not: {few} are too few for this task, or "
            "they are learned by heart. Give more rows, or a function that draws them (mannscope.task).",
        )
    return (
        "What was trained on is learned, and not by a rule that goes further: the controller's own state may "
        "hold it. Train with larger sizes, which it cannot hold: --training.largest.",
    )
