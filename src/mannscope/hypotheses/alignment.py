"""Distributed alignment search: in how many dimensions of what is written does the algorithm's content lie?

An interchange intervention exchanges the whole of what was written at a step. What lies there beside the
algorithm's content goes with it, and may spoil the answer. The search looks for a linear subspace, by
gradient descent, such that exchanging this part alone gives the algorithm's counterfactual answer. It is
scored on episodes that had no part in the search, beside a random subspace of the same network, and beside
the same search on a network that was never trained. Only linear maps are searched: unrestricted ones align
anything with anything (Sutter et al., 2025, https://arxiv.org/abs/2507.08802).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, Bool, Float, Int

from mannscope.analyses import plain
from mannscope.analyses.results import Result, frame
from mannscope.compiling import compiled
from mannscope.errors import MannscopeError, UnknownNameError
from mannscope.hypotheses.contents import Swap, counterfactuals, draw_swaps
from mannscope.hypotheses.evidence import INTERCHANGE, Interval, interval
from mannscope.hypotheses.experiment import Experiment
from mannscope.interventions import Replace
from mannscope.memories import Role, choose_slots
from mannscope.models import Model, unroll
from mannscope.training.network import Network
from mannscope.training.step import cross_entropy
from mannscope.training.subject import Subject

EPISODES: Final = 96
DIMENSIONS: Final = (1, 2, 4, 8)
STEPS, RATE = 120, 0.05
"""Steps of Adam, and its rate."""


class AlignmentRow(NamedTuple):
    """What exchanging a subspace of one number of dimensions does, on held-out episodes."""

    dimensions: int
    accuracy: float
    """Share of the swaps after which the answer is the algorithm's counterfactual."""
    interval: Interval
    random_subspace: float
    """The same of a random subspace."""
    untrained: float
    """The same after the same search on an untrained network."""


@dataclass(frozen=True, repr=False)
class Alignment(Result):
    """How much of what is written carries the content of a textbook algorithm."""

    run: str
    algorithm: str
    operations: tuple[str, ...]
    """What is exchanged a part of."""
    width: int
    """Numbers that are written in one step."""
    rows: tuple[AlignmentRow, ...]
    whole: float
    """Accuracy when all of what was written is exchanged, as `interchange` does."""
    as_it_was: float
    """Share of the swaps after which the answer stays as it was, when all is exchanged."""
    swaps: int
    """Held-out swaps that call for another answer."""
    seed: int

    @property
    def smallest(self) -> int | None:
        """Fewest dimensions with which the interval of the accuracy lies above the threshold, if any do."""
        found = [row.dimensions for row in self.rows if row.interval[0] >= INTERCHANGE]
        return min(found, default=None)

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        rows = [row._asdict() for row in self.rows]
        named = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "rows"}
        return plain(named | {"smallest": self.smallest, "threshold": INTERCHANGE, "rows": rows})

    def table(self) -> Any:
        """Give a row for each number of dimensions, as a pandas data frame."""
        return frame([row._asdict() for row in self.rows])

    def __repr__(self) -> str:
        lines = [
            f"Alignment of {self.run} with {self.algorithm}: {self.swaps} held-out swaps, "
            f"{self.width} numbers written a step ({', '.join(self.operations)})",
            f"  all of them exchanged: {self.whole:.3f} (answer as it was: {self.as_it_was:.3f})",
        ]
        lines += [
            f"  {row.dimensions} dimensions: {row.accuracy:.3f} ({row.interval[0]:.3f} to "
            f"{row.interval[1]:.3f}), random subspace {row.random_subspace:.3f}, untrained network "
            f"{row.untrained:.3f}"
            for row in self.rows[:8]
        ]
        return "\n".join(lines)


class _Pairs(NamedTuple):
    """Swaps: base episodes, what they and their sources write, where, and what is to be answered then."""

    inputs: Int[np.ndarray, "swap step"]
    where: Bool[np.ndarray, "swap step"]
    own: Float[np.ndarray, "swap width"]
    other: Float[np.ndarray, "swap width"]
    expected: Int[np.ndarray, "swap step"]
    answer: Bool[np.ndarray, "swap step"]
    counted: Bool[np.ndarray, " swap"]
    """Whether the algorithm's answer changes."""


def align(
    network: Subject,
    algorithm: str | None = None,
    *,
    dimensions: Sequence[int] = DIMENSIONS,
    episodes: int = EPISODES,
    seed: int = 0,
    log: Callable[[str], None] | None = None,
) -> Alignment:
    """Search for a linear subspace of what is written that carries what a textbook algorithm writes.

    Source: Geiger et al. (2024), Finding alignments between interpretable causal variables and distributed
    neural representations. https://arxiv.org/abs/2303.02536

    Args:
        network: The network, one of this package.
        algorithm: Name of a textbook algorithm of its task; the first one unless given.
        dimensions: Dimensions of the subspaces; those larger than what is written are left out.
        episodes: Of each of two sizes, the largest trained on and twice that, for the search, and as many
            others for the score.
        seed: Draws episodes, swaps and the first subspaces.
        log: Given a line on what is being done.

    Raises:
        MannscopeError: if the network is not one of this package, its task has no algorithm, or nothing is
            written, or nothing that changes an answer.
        UnknownNameError: if the task has no such algorithm.
    """
    network = _differentiable(network)
    known = list(network.task.oracles())
    if algorithm is not None and algorithm not in known:
        raise UnknownNameError("algorithm", algorithm, known)
    if not known:
        got = f"{network.task.NAME}, of which none is known"
        raise MannscopeError("the task must have a textbook algorithm", got, "Choose another network")
    if not network.content_ops:
        raise MannscopeError("the memory must be written to", "one without contents", "Choose another one")
    chosen = algorithm or known[0]
    trained = _draw(network, chosen, episodes, seed)
    untrained = _draw(network.untrained_control(), chosen, episodes, seed)
    width, first = trained.scored.own.shape[1], _random_basis(trained.scored.own.shape[1], seed)
    rows = []
    for count in sorted({one for one in dimensions if 1 <= one <= width}):
        if log:
            log(f"searching {count} of {width} dimensions")
        score, rival = (side.score(side.search(first, count), count) for side in (trained, untrained))
        within = interval(score, trained.count)
        rows.append(AlignmentRow(count, score, within, trained.score(first, count), rival))
    return Alignment(
        run=network.name,
        algorithm=chosen,
        operations=network.content_ops,
        width=width,
        rows=tuple(rows),
        whole=trained.score(first, width),
        as_it_was=trained.stays(first),
        swaps=trained.count,
        seed=seed,
    )


@dataclass(frozen=True)
class _Side:
    """A network with the swaps for the search, and those for the score."""

    network: Network
    fitted: _Pairs
    scored: _Pairs

    @property
    def count(self) -> int:
        return int(self.scored.counted.sum())

    def search(self, first: Float[np.ndarray, "width width"], dimensions: int) -> Array:
        """Find the subspace by gradient descent."""
        return _descend(
            self.network.model, self.fitted, jnp.asarray(first), jnp.asarray(dimensions), self._slots
        )

    def score(self, basis: Float[Array | np.ndarray, "width width"], dimensions: int) -> float:
        """Give the share of held-out swaps after which the answer is the counterfactual."""
        pairs = self.scored
        right = ((self._outputs(basis, dimensions) == pairs.expected) | ~pairs.answer).all(1)
        return float(right[pairs.counted].mean())

    def stays(self, basis: Float[np.ndarray, "width width"]) -> float:
        """Give the share of them after which it is as it was, when all dimensions are exchanged."""
        pairs = self.scored
        same = (self._outputs(basis, basis.shape[1]) == self._outputs(basis, 0)) | ~pairs.answer
        return float(same.all(1)[pairs.counted].mean())

    def _outputs(
        self, basis: Float[Array | np.ndarray, "width width"], dimensions: int
    ) -> Int[np.ndarray, "swap step"]:
        program = (self.network.model, self.scored, jnp.asarray(basis), jnp.asarray(dimensions), self._slots)
        shown = _logits(*program)
        return np.asarray(shown.argmax(-1))

    @property
    def _slots(self) -> int:
        return choose_slots(self.network.model.memory, self.scored.inputs.shape[1])


def _differentiable(network: Subject) -> Network:
    """Make sure that there are gradients through whole runs.

    Raises:
        MannscopeError: if the network is not one of this package.
    """
    if not isinstance(network, Network):
        must = "a network must be one of this package, for subspaces to be searched by gradients"
        raise MannscopeError(must, network.name, "Verify it: what is written is exchanged whole there")
    return network


def _draw(network: Network, algorithm: str, episodes: int, seed: int) -> _Side:
    """Draw the swaps of the search and of the score, from different episodes.

    Raises:
        MannscopeError: if no swap changes the algorithm's answer.
    """
    pairs = [_pairs(Experiment(network, episodes, one, quick=True), algorithm) for one in (seed + 1, seed)]
    if not all(part.counted.any() for part in pairs):
        got = f"{algorithm}, of which no swap changes the answer"
        raise MannscopeError("the algorithm must write what its answer needs", got, "Name another one")
    return _Side(network, *pairs)


def _pairs(experiment: Experiment, algorithm: str) -> _Pairs:
    """Draw swaps, and gather what both episodes of each wrote."""
    swaps: list[Swap] = list(draw_swaps(experiment, algorithm))
    band = experiment.near
    base, expected, changed = counterfactuals(band, swaps)
    place, source, source_place = (
        np.array([getattr(swap, name) for swap in swaps], int) for name in ("place", "source", "source_place")
    )
    written = [band.trace[name].values for name in experiment.network.content_ops]
    flat = np.concatenate([values.reshape(*values.shape[:2], -1) for values in written], axis=2)
    inputs, answer = band.inputs[base], band.answer[base] & (expected >= 0)
    where = np.arange(inputs.shape[1]) == place[:, None]
    return _Pairs(inputs, where, flat[base, place], flat[source, source_place], expected, answer, changed)


def _random_basis(width: int, seed: int) -> Float[np.ndarray, "width width"]:
    drawn = np.random.default_rng(seed).normal(size=(width, width))
    return np.linalg.qr(drawn)[0].astype(np.float32)


def _run(model: Model, pairs: _Pairs, basis: Array, dimensions: Array, slots: int) -> Array:
    """Exchange what lies in the first dimensions of a basis, and give the outputs before the softmax."""
    kept = jnp.linalg.qr(basis)[0] * (jnp.arange(basis.shape[1]) < dimensions)
    written = pairs.own + (pairs.other - pairs.own) @ kept @ kept.T
    edits, begin = [], 0
    for field in model.memory.fields:
        if field.role is not Role.CONTENT:
            continue
        size = int(np.prod(field.shape))
        part = written[:, begin : begin + size].reshape(-1, 1, *field.shape)
        values = jnp.broadcast_to(part, (*pairs.inputs.shape, *field.shape))
        edits.append(Replace(field.name, values, jnp.asarray(pairs.where)))
        begin += size
    return unroll(model, pairs.inputs, slots, interventions=tuple(edits), return_record=False)  # pyright: ignore


@compiled
def _logits(model: Model, pairs: _Pairs, basis: Array, dimensions: Array, slots: int) -> Array:
    return _run(model, pairs, basis, dimensions, slots)


@compiled
def _descend(model: Model, pairs: _Pairs, basis: Array, dimensions: Array, slots: int) -> Array:
    """Turn the basis until exchanging its first dimensions gives the counterfactual answers."""
    optimiser = optax.adam(optax.cosine_decay_schedule(RATE, STEPS))

    def loss(basis: Array) -> Array:
        logits = _run(model, pairs, basis, dimensions, slots)
        return cross_entropy(logits, jnp.asarray(pairs.expected), jnp.asarray(pairs.answer))

    def step(carry: tuple, _: None) -> tuple[tuple, None]:
        basis, state = carry
        updates, state = optimiser.update(jax.grad(loss)(basis), state, basis)
        return (optax.apply_updates(basis, updates), state), None

    return jax.lax.scan(step, (basis, optimiser.init(basis)), None, length=STEPS)[0][0]
