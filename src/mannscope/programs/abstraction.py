"""From vectors to classes: which states and which contents a network's vectors stand for."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
from jaxtyping import Bool, Int

from mannscope.programs.clusters import Codebook
from mannscope.programs.counterfactual import output_depends, state_depends
from mannscope.programs.merging import Aspect, compare, merge
from mannscope.programs.observe import NEVER, Observations
from mannscope.training.subject import Extractable

_ROUNDS = 8


@dataclass(frozen=True)
class Relevance:
    """What matters at each symbol, found by exchanging readings."""

    state: Bool[np.ndarray, " symbol"]
    """Whether the next state depends on what was read before."""
    output_before: Bool[np.ndarray, " symbol"]
    """Whether the output depends on what was read before."""
    output_after: Bool[np.ndarray, " symbol"]
    """Whether the output depends on what is read now."""


@dataclass(frozen=True, eq=False)
class Classes:
    """Every step of the observations in terms of classes: 0 is the first state, and the empty content."""

    observed: Observations
    reached: Int[np.ndarray, " point"]
    """State after the step."""
    written: Int[np.ndarray, " point"]
    """Content that the step wrote; -1 where it wrote none."""

    @cached_property
    def left(self) -> Int[np.ndarray, " point"]:
        """State before the step."""
        before = self.observed.previous
        return np.where(before == NEVER, 0, self.reached[before])

    @cached_property
    def before(self) -> Int[np.ndarray, " point"]:
        """Content read before the step."""
        return np.where(self.observed.before == NEVER, 0, self.written[self.observed.before])

    @cached_property
    def after(self) -> Int[np.ndarray, " point"]:
        """Content read after the step."""
        return np.where(self.observed.after == NEVER, 0, self.written[self.observed.after])

    @property
    def states(self) -> int:
        """Number of states."""
        return int(self.reached.max(initial=0)) + 1

    @property
    def contents(self) -> int:
        """Number of contents, the empty one among them."""
        return int(self.written.max(initial=0)) + 1

    def mapped(self, states: Int[np.ndarray, " state"], contents: Int[np.ndarray, " content"]) -> "Classes":
        """Put classes together: the new number of every state and every content."""
        written = np.where(self.written < 0, -1, contents[self.written])
        return Classes(self.observed, states[self.reached], written)


def relevance(network: Extractable, observed: Observations, seed: int) -> Relevance:
    """Find what matters at each symbol; everything does where no reading can be exchanged."""
    symbols = range(len(network.task.symbols))
    if (controller := network.entered) is None:
        everywhere = np.ones(len(symbols), bool)
        recurs = everywhere & bool(np.ptp(observed.state, axis=0).any())
        return Relevance(recurs, everywhere, everywhere & (network.anatomy.reads == "after writing"))
    output = [output_depends(controller, observed, symbol, seed) for symbol in symbols]
    return Relevance(
        np.array([state_depends(controller, observed, symbol, seed) for symbol in symbols]),
        np.array([before for before, _ in output]),
        np.array([after for _, after in output]),
    )


def cluster(observed: Observations, matters: Relevance, diameters: tuple[float, float], seed: int) -> Classes:
    """Put states and contents into clusters of a bounded diameter.

    Vectors are clustered for each symbol, and where the state depends on it also for each content read.

    Args:
        observed: Steps.
        matters: What matters at each symbol.
        diameters: Largest distances within a cluster of states and within one of contents, in standard
            deviations of all states and of all contents.
        seed: Draws the vectors that are clustered where there are many.
    """
    wrote = observed.wrote
    of_states, of_contents = diameters
    written = np.full(len(wrote), -1)
    written[wrote] = 1 + Codebook(observed.row[wrote], observed.symbol[wrote], of_contents, seed).numbers
    read = np.where(matters.state[observed.symbol], Classes(observed, observed.symbol, written).before, 0)
    reached = 1 + Codebook(observed.state, combined(observed.symbol, read), of_states, seed).numbers
    return Classes(observed, reached, written)


def merged(classes: Classes, matters: Relevance) -> Classes:
    """Merge states, then contents, in turns, where the same follows, until nothing is merged any more."""
    states, contents = np.arange(classes.states), np.arange(classes.contents)
    apart = np.zeros((len(contents), len(contents)), bool)
    for _ in range(_ROUNDS):
        sizes = states.max(), contents.max()
        now = classes.mapped(states, contents)
        blocks, states_apart = _merge(partial(_state_aspects, now, matters, apart), now.states)
        states = blocks[states]
        now = classes.mapped(states, contents)
        blocks, apart = _merge(partial(_content_aspects, now, matters, states_apart), now.contents, apart=1)
        contents = blocks[contents]
        if sizes == (states.max(), contents.max()):
            break
    return classes.mapped(states, contents)


def _merge(
    aspects: Callable[[Bool[np.ndarray, "node node"]], list[Aspect]], number: int, apart: int = 0
) -> tuple[Int[np.ndarray, " node"], Bool[np.ndarray, "block block"]]:
    """Merge nodes by aspects of what follows, which are given for the nodes that are distinguished so far."""
    differ = np.zeros((number, number), bool)
    while True:
        comparison = compare(aspects(differ), number)
        if (comparison.differ <= differ).all():
            blocks = merge(comparison.agree, differ, apart=apart)
            return blocks, _of_blocks(differ, blocks)
        differ |= comparison.differ


def _state_aspects(
    classes: Classes, matters: Relevance, contents_apart: np.ndarray, states_apart: np.ndarray
) -> list[Aspect]:
    observed, symbol = classes.observed, classes.observed.symbol
    same = combined(symbol, np.where(matters.state[symbol], classes.before, 0))
    action = combined(*observed.action.T)
    wrote, supervised = observed.wrote, observed.supervised
    output = combined(
        symbol,
        np.where(matters.output_before[symbol], classes.before, 0),
        np.where(matters.output_after[symbol], classes.after, 0),
    )
    return [
        Aspect(classes.left, same, action, None),
        Aspect(classes.left, same, classes.reached, states_apart),
        Aspect(classes.left[wrote], same[wrote], classes.written[wrote], contents_apart),
        Aspect(classes.left[supervised], output[supervised], observed.output[supervised], None),
    ]


def _content_aspects(
    classes: Classes, matters: Relevance, states_apart: np.ndarray, contents_apart: np.ndarray
) -> list[Aspect]:
    observed, symbol = classes.observed, classes.observed.symbol
    same = combined(symbol, classes.left)
    action = combined(*observed.action.T)
    used = matters.state[symbol]
    wrote, supervised = observed.wrote & used, observed.supervised
    aspects = [
        Aspect(classes.before[used], same[used], action[used], None),
        Aspect(classes.before[used], same[used], classes.reached[used], states_apart),
        Aspect(classes.before[wrote], same[wrote], classes.written[wrote], contents_apart),
    ]
    for role, relevant, other, kept in (
        (classes.before, matters.output_before, classes.after, matters.output_after),
        (classes.after, matters.output_after, classes.before, matters.output_before),
    ):
        at = supervised & relevant[symbol]
        circumstance = combined(symbol, classes.left, np.where(kept[symbol], other, 0))
        aspects.append(Aspect(role[at], circumstance[at], observed.output[at], None))
    return aspects


def combined(*columns: Int[np.ndarray, " point"]) -> Int[np.ndarray, " point"]:
    """Number the combinations of several numbers from -1 on."""
    number = np.zeros(len(columns[0]), np.int64)
    for column in columns:
        joined = number * (int(column.max(initial=0)) + 2) + column + 1
        number = np.unique(joined, return_inverse=True)[1]
    return number


def _of_blocks(
    differ: Bool[np.ndarray, "node node"], blocks: Int[np.ndarray, " node"]
) -> Bool[np.ndarray, "block block"]:
    """Tell blocks apart where members are."""
    apart = np.zeros((blocks.max() + 1, blocks.max() + 1), bool)
    one, other = np.nonzero(differ)
    apart[blocks[one], blocks[other]] = True
    return apart
