"""Explain a network: accuracy, mined policy, verdicts, a program, and an example."""

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import xarray as xr

from mannscope.errors import MannscopeError
from mannscope.explanation.explanation import Explanation
from mannscope.hypotheses import Hypothesis, Verification, derived, mined, verify
from mannscope.memories import MEMORIES
from mannscope.programs.extraction import Extraction, extract
from mannscope.tables import find
from mannscope.training import Evaluation, evaluate
from mannscope.training.subject import Subject, require_subject, sizes_of

MULTIPLES = (1, 2, 5)
"""Sizes at which accuracy is measured, as multiples of the largest trained on."""
EPISODES = 256
"""Episodes of each size, over all shapes."""
OBSERVED = 800
"""Episodes that a program is made of in a quick look."""
EXAMPLES, SHORT, STEPS = 16, 3, 15
"""Episodes of which one is the example, their size, and the steps that it should have at most."""

Log = Callable[[str], None]


def explain(
    network: Subject, *, whole: bool = False, seed: int = 0, run: str | None = None, log: Log | None = None
) -> Explanation:
    """Find out what a network does with its memory, in a quick look.

    Accuracy is measured at 1, 2 and 5 times the size trained on; a policy is mined from the actions; it and
    the hypotheses that follow from the task's algorithms are verified; a program is extracted where the
    memory is an exact machine. What cannot be found out is said, with the reason.

    Args:
        network: The network; a PyTorch network on its task, `network.on(task, largest=20)`.
        whole: Take the whole look: verdicts at all sizes and on all controls, a program of more episodes.
        seed: Draws the episodes.
        run: What the command line calls the network, where advice is to be a command, and not Python.
        log: Given a line on what is being done.

    Raises:
        MannscopeError: if it is no network on a task.
    """
    require_subject(network, "explained")
    began, say = time.perf_counter(), log or _quiet
    unknown: dict[str, str] = {}
    say("measuring accuracy")
    accuracy = _accuracy(network, seed)
    policy, verification = _verdicts(network, whole, seed, say, unknown)
    return Explanation(
        name=network.name,
        title=_title(network),
        trained_size=network.trained_size,
        accuracy=accuracy,
        actors=network.anatomy.actors,
        mined=policy,
        verification=verification,
        extraction=_program(network, whole, seed, say, unknown),
        unknown=unknown,
        example=_example(network, seed),
        whole=whole,
        run=run,
        seconds=time.perf_counter() - began,
    )


def _quiet(message: str) -> None:
    """Say nothing."""


def _title(network: Subject) -> str:
    """Name the task and the memory, if it is one of those with a name."""
    memory = network.anatomy.memory.get("name")
    kind = f" with {find('memory', memory, MEMORIES).TITLE}" if memory else ""
    return f"{network.task.TITLE}{kind}"


def _accuracy(network: Subject, seed: int) -> tuple[Evaluation, ...]:
    shapes, sizes = network.task.shapes, sizes_of(network, MULTIPLES)
    each = max(32, EPISODES // len(shapes))
    return tuple(evaluate(network, sizes, shapes, episodes=each, seed=seed + 1))


def _verdicts(
    network: Subject, whole: bool, seed: int, say: Log, unknown: dict[str, str]
) -> tuple[Hypothesis | None, Verification | None]:
    if not network.anatomy.actors:
        why = "nothing acts on a memory by actions that could be named"
        unknown.update(policy=why, verdict=why)
        return None, None
    say("mining a policy")
    found = mined(network, seed=seed + 1)
    verification = verify(network, [*derived(network), found], seed=seed, quick=not whole, log=say)
    return found, verification


def _program(network: Any, whole: bool, seed: int, say: Log, unknown: dict[str, str]) -> Extraction | None:
    """Extract a program, or say why there is none."""
    observed, episodes = (3000, EPISODES) if whole else (OBSERVED, EPISODES // 4)
    try:
        say("extracting a program")
        return extract(network, observed=observed, episodes=episodes, seed=seed, log=say)
    except MannscopeError as problem:
        unknown["program"] = problem.must + ": " + problem.got
        return None


def _example(network: Subject, seed: int) -> xr.Dataset:
    """Record one short episode, the longest of a few that fits on a line."""
    size = network.trained_size if network.task.finite else min(SHORT, network.trained_size)
    drawn = network.sample(seed, EXAMPLES, size, network.trained_shape)
    lengths = (np.asarray(drawn.inputs) >= 0).sum(axis=1)
    fits = np.flatnonzero(lengths <= STEPS)
    chosen = fits[lengths[fits].argmax()] if len(fits) else lengths.argmin()
    symbols = np.asarray(drawn.inputs)[chosen][: lengths[chosen]]
    return network.record(network.task.episode(network.task.text(symbols)))
