"""Extract a program from a network, and hold it against the network on episodes it was not made of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import jax
import numpy as np
from jaxtyping import Int

from mannscope.analyses.results import Result, plain
from mannscope.analyses.statistics import wilson_interval
from mannscope.errors import require_positive
from mannscope.models import Discretise
from mannscope.programs.abstraction import Classes, Relevance, cluster, merged, relevance
from mannscope.programs.feasibility import limits, require_extractable
from mannscope.programs.files import to_plain
from mannscope.programs.observe import NEVER, Observations, observe
from mannscope.programs.program import READING, Program
from mannscope.programs.reduction import distances, reduce, tabulate
from mannscope.programs.rules import make_program
from mannscope.tasks.task import Episode
from mannscope.training.subject import Extractable, draw, sizes_of

MULTIPLES = (1, 2, 5)
"""Sizes of the held-out episodes, as multiples of the largest size trained on."""
DIAMETERS = ((float("inf"), float("inf")), (0.7, 0.5), (0.6, 0.4), (0.5, 0.3))
"""Diameters of clusters of states and of contents that are tried, in standard deviations of each."""
MOST_STATES, MOST_CONTENTS = 2500, 300
"""Clusters above which diameters are left out: that many are not compared in reasonable time."""
ENOUGH = 0.999
"""Share of the observed episodes on which a program must agree, so that no finer clusters are tried."""
FAIR = 0.5
"""The same, from which on the rules of a program say what need not be kept apart."""
PASSES = 0.99
"""Agreement on every held-out size and shape with which a program is the network's."""


@dataclass(frozen=True)
class Disagreement:
    """The first step at which a program gives another output than the network."""

    size: int
    shape: str
    text: str
    """The episode, as it is typed."""
    step: int
    network: str
    """Output of the network there."""
    program: str | None
    """Output of the program; None where it stopped."""
    stopped: str | None
    """Why it stopped."""


@dataclass(frozen=True)
class Agreement:
    """How often program and network agree on held-out episodes of one size and shape."""

    size: int
    shape: str
    episodes: int
    agreement: float
    """Share of the episodes in which every target's output is the one of the network with hard actions."""
    interval: tuple[float, float]
    """95% interval of it (Wilson)."""
    exact: float
    """Share of the episodes in which the program gives every answer as the task has it."""
    network_exact: float
    """The same of the network, with hard actions."""
    first_disagreement: Disagreement | None


@dataclass(frozen=True, repr=False)
class Extraction(Result):
    """A program, and how it compares with the network it was extracted from."""

    program: Program
    rows: tuple[Agreement, ...]
    explained: float
    """Share of the observed steps at which the network did what the program's rules say."""
    observed: int
    """Episodes that the program was made of."""
    at_least: int
    """States that any program needs that does what was observed: so many differ in pairs."""
    notes: tuple[str, ...]
    """What keeps a program from being exact."""

    @property
    def agreement(self) -> float:
        """The least agreement over all held-out sizes and shapes."""
        return min(row.agreement for row in self.rows)

    @property
    def agrees(self) -> bool:
        """Whether the program is the network's: at least 0.99 everywhere."""
        return self.agreement >= PASSES

    @property
    def first_disagreement(self) -> Disagreement | None:
        """The first one at the smallest size that has one."""
        return next((row.first_disagreement for row in self.rows if row.first_disagreement), None)

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        return {
            "agrees": self.agrees,
            "agreement": self.agreement,
            "states": len(self.program.states),
            "at_least": self.at_least,
            "contents": len(self.program.contents),
            "rules": sum(len(rules.table) for rules in self.program.steps.values()),
            "explained": self.explained,
            "observed": self.observed,
            "rows": plain(self.rows),
            "first_disagreement": plain(self.first_disagreement),
            "notes": list(self.notes),
            "program": to_plain(self.program),
        }


def extract(
    network: Extractable,
    *,
    observed: int = 3000,
    episodes: int = 256,
    seed: int = 0,
    multiples: Sequence[int] = MULTIPLES,
    anyway: bool = False,
    log: Callable[[str], None] = lambda message: None,
) -> Extraction:
    """Extract a program from a network that has one stack, or a tape with one head of each kind.

    The network runs with every action hard. Its states and what it writes are put into classes
    that nothing observed distinguishes, and what it does is tabulated by classes, the usual over the rare.

    Args:
        network: The network.
        observed: Episodes of the largest size trained on, of the shapes trained on, to make the program of.
        episodes: Held-out episodes of each size and shape to compare program and network on.
        seed: Draws both.
        multiples: Sizes of the held-out episodes, as multiples of the largest size trained on.
        anyway: Extract also what cannot be the program of a network that does its task: from one that is
            mostly wrong, or whose heads do what no program can.
        log: Given a line on what is being done.

    Raises:
        MannscopeError: if the network has another memory, does not do its task, or there is nothing to
            observe or to compare. All of that is known before the episodes are observed.
    """
    require_positive(
        "an extraction", observed=observed, episodes=episodes, multiples=min(multiples, default=0)
    )
    shapes = network.trained_shapes
    sizes = sizes_of(network, multiples)
    wanted = [(size, network.task.shapes) for size in sizes]
    require_extractable(network, [(network.trained_size, shapes), *wanted], seed, anyway)
    seen = _observed(network, observed, shapes, seed, log)
    found = _best(network, seen, seed, log)
    rows = []
    for before, size in zip((0, *sizes), sizes, strict=False):
        for place, shape in enumerate(network.task.shapes):
            log(f"comparing at size {size}, {shape}")
            key = _key(seed, -(-size // network.trained_size), place)
            fresh = draw(network, key, episodes, size, shape, above=before)
            rows.append(compare_with(network, found.program, fresh, size, shape))
    notes = (*limits(network, seen), *found.left_out)
    return Extraction(found.program, tuple(rows), found.explained, seen.episodes, found.at_least, notes)


def _observed(
    network: Extractable, number: int, shapes: Sequence[str], seed: int, log: Callable[[str], None]
) -> Observations:
    """Observe episodes of the largest size trained on, equally many of each shape."""
    each = max(1, number // len(shapes))
    parts = [
        network.sample(_key(seed, 0, place), each, network.trained_size, shape)
        for place, shape in enumerate(shapes)
    ]
    log(f"observing {sum(len(part.inputs) for part in parts)} episodes of size {network.trained_size}")
    return observe(network, jax.tree.map(lambda *some: np.concatenate(some), *parts))


def _key(seed: int, multiple: int, place: int) -> int:
    return 1_000_003 * seed + 101 * multiple + place


class _Found(NamedTuple):
    """One program, and how well it does what was observed."""

    share: float
    """Share of the observed episodes with the network's outputs."""
    program: Program
    explained: float
    at_least: int
    left_out: tuple[str, ...]
    """Diameters that were not tried, and why."""


def _best(network: Extractable, seen: Observations, seed: int, log: Callable[[str], None]) -> _Found:
    """Try clusters until the program does what was observed, or give the best program of all."""
    matters = relevance(network, seen, seed)
    found: list[_Found] = []
    left_out: list[str] = []
    for diameters in DIAMETERS:
        while True:
            clusters = cluster(seen, matters, diameters, seed)
            counts = f"{clusters.states} clusters of states and {clusters.contents} of contents"
            if found and (clusters.states > MOST_STATES or clusters.contents > MOST_CONTENTS):
                left_out.append(f"{counts} are too many to be compared")
                break
            one = _found(network, clusters, matters)
            log(f"{counts}: {len(one.program.states)} states, right in {one.share:.4f} of the episodes")
            found.append(one)
            if one.share >= ENOUGH:
                return one
            needed = _needed(matters, one)
            if (needed.state == matters.state).all():
                break
            matters = needed
    return max(found, key=lambda one: one.share)._replace(left_out=tuple(left_out))


def _found(network: Extractable, clusters: Classes, matters: Relevance) -> _Found:
    """Make a program of clusters."""
    classes = merged(clusters, matters)
    states, contents, at_least = reduce(tabulate(classes, matters), distances(classes))
    program, explained = make_program(network, classes.mapped(states, contents), matters)
    return _Found(_reproduces(network, program, clusters.observed), program, explained, at_least, ())


def _needed(matters: Relevance, found: _Found) -> Relevance:
    """Let the next state depend on the reading only at symbols where a rule of a fair program needs it."""
    steps = found.program.steps
    needs = [symbol in steps and READING in steps[symbol].by for symbol in found.program.symbols]
    return replace(matters, state=matters.state & np.array(needs)) if found.share >= FAIR else matters


def _reproduces(network: Extractable, program: Program, seen: Observations) -> float:
    """Give the share of the observed episodes in which the program gives the network's outputs."""
    starts = np.flatnonzero(seen.previous == NEVER)
    parts = zip(
        *(np.split(part, starts[1:]) for part in (seen.symbol, seen.output, seen.supervised)), strict=True
    )
    return float(np.mean([_first_difference(network, program, *part)[0] is None for part in parts]))


def _first_difference(
    network: Extractable,
    program: Program,
    symbol: Int[np.ndarray, " step"],
    output: Int[np.ndarray, " step"],
    supervised: np.ndarray,
) -> tuple[int | None, str | None, str | None]:
    """Give the first step with a target whose outputs differ, the program's output, and why it stopped."""
    symbols, labels = network.task.symbols, network.task.outputs
    run = program.run([symbols[one] for one in symbol.tolist()])
    outputs = run.outputs
    for step in np.flatnonzero(supervised).tolist():
        mine = outputs[step] if step < len(outputs) else None
        if mine != labels[output[step]]:
            return step, mine, run.stopped if step >= len(outputs) else None
    return None, None, None


def compare_with(
    network: Extractable, program: Program, episodes: Episode, size: int, shape: str
) -> Agreement:
    """Compare program and network on episodes of one size and shape."""
    inputs, targets = np.asarray(episodes.inputs), np.asarray(episodes.targets)
    supervised, answer = np.asarray(episodes.supervised), np.asarray(episodes.answer)
    output = network.logits(inputs, (Discretise(),)).argmax(axis=-1)
    first, alike, right = None, 0, 0
    for symbol, theirs, target, position, counts in zip(
        inputs, output, targets, supervised, answer, strict=True
    ):
        valid = symbol >= 0
        step, mine, stopped = _first_difference(
            network, program, symbol[valid], theirs[valid], position[valid]
        )
        alike += step is None
        wrong = _first_difference(network, program, symbol[valid], target[valid], counts[valid])[0]
        right += wrong is None
        if step is not None and first is None:
            text = network.task.text(symbol[valid])
            network_says = network.task.outputs[int(theirs[step])]
            first = Disagreement(size, shape, text, step, network_says, mine, stopped)
    number = len(inputs)
    network_right = ((output == targets) | ~answer).all(axis=1).mean()
    interval = wilson_interval(alike, number)
    return Agreement(
        size, shape, number, alike / number, interval, right / number, float(network_right), first
    )
