"""What keeps a program from being extracted, found before thousands of episodes are observed."""

from collections.abc import Sequence

import jax
import numpy as np

from mannscope.errors import MannscopeError
from mannscope.programs.observe import Observations, exact_machine, impossible, observe
from mannscope.training.subject import Extractable

TRIED = 32
"""Episodes of each shape on which it is tried whether the network does its task."""
HALF = 0.5
"""Share of them that must be answered right, and in which no head may do what a program cannot."""


def require_extractable(
    network: Extractable, sizes: Sequence[tuple[int, Sequence[str]]], seed: int, anyway: bool
) -> None:
    """Make sure that a program can be extracted from a network, and compared with it.

    Args:
        network: The network.
        sizes: Sizes of the episodes with the shapes of each, those that are observed first.
        seed: Draws the episodes that are tried.
        anyway: Whether what the network does may be wrong, or nothing that a program can do.

    Raises:
        MannscopeError: if its memory is no exact machine, its task has no such episodes, it does not do its
            task with hard actions, or it does what its machine cannot.
    """
    exact_machine(network)
    for size, shapes in sizes:
        for shape in shapes:
            _require_episodes(network, size, shape)
    if not anyway:
        for shape in sizes[0][1]:
            _require_competence(network, sizes[0][0], shape, seed)


def _require_episodes(network: Extractable, size: int, shape: str) -> None:
    """Make sure that the task has episodes of a size and shape, without drawing one.

    Raises:
        MannscopeError: if it has none.
    """
    jax.eval_shape(
        lambda key: network.task.sample(key, size, largest=size, shape=shape, held_out=True),
        jax.random.key(0),
    )


def _require_competence(network: Extractable, size: int, shape: str, seed: int) -> None:
    """Make sure that the network mostly does its task with hard actions, on a few episodes.

    Raises:
        MannscopeError: if it does not.
    """
    episodes = network.sample(seed, TRIED, size, shape)
    seen = observe(network, episodes)
    valid = np.asarray(episodes.inputs) >= 0
    target, answer = (np.asarray(part)[valid] for part in (episodes.targets, episodes.answer))
    wrong = np.unique(seen.episode[answer & (seen.output != target)])
    tried = len(episodes.inputs)  # fewer than asked for, where there are no more different ones
    which = f"{tried} episodes of size {size}, {shape}"
    if len(wrong) > HALF * tried:
        raise MannscopeError(
            "a network must do its task with hard actions, at least in half of the episodes, for its program "
            "to be worth extracting",
            f"{tried - len(wrong)} right of {which}",
            "Train it longer, or extract what it does instead with --anyway (in Python: anyway=True)",
        )
    cannot = impossible(network, seen)
    if len(np.unique(seen.episode[cannot])) > HALF * tried:
        raise MannscopeError(
            "a network must do what a program can: no jump of a head",
            f"jumps at {cannot.mean():.3f} of the steps of {which}",
            "Train another seed, or extract as much as a program can with --anyway (in Python: anyway=True)",
        )


def limits(network: Extractable, seen: Observations) -> tuple[str, ...]:
    """Say what a program cannot express of what was observed."""
    notes = []
    jumping, blurred = impossible(network, seen).mean(), 1 - seen.sharp.mean()
    if jumping > 0:
        notes.append(f"a head jumps at {jumping:.3f} of the steps, which a program on a tape cannot")
    if blurred > 0:
        notes.append(f"a head is on several slots at once at {blurred:.3f} of the steps")
    return tuple(notes)
