"""What every network of a history is asked, all in one program that is compiled once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Int

from mannscope.analyses.results import Result, plain
from mannscope.arrays import PADDING
from mannscope.compiling import compiled
from mannscope.histories.cue_conflict import Swaps, cue_conflict
from mannscope.interventions import ABLATIONS
from mannscope.memories import choose_slots
from mannscope.models import AbstractIntervention, Discretise, Model, unroll
from mannscope.tasks import base_rate
from mannscope.tasks.task import Episode
from mannscope.training import Network, exact

ROOM = 0.25
"""Exact accuracy above the base rate from which on a share of it can be lost: below, it would be noise."""


Outputs = Int[Array, "episode _"] | Int[np.ndarray, "episode _"]
"""The most probable output at every step; of several sizes, and so of different numbers of steps."""


class Run(NamedTuple):
    """What a network does on episodes of one size."""

    outputs: Outputs
    discrete: Outputs
    """Outputs with the most probable action at every step."""
    actions: Int[Array, "episode step actor"] | Int[np.ndarray, "episode step actor"]


class Observation(NamedTuple):
    """Everything that one network did."""

    runs: tuple[Run, ...]
    """By size."""
    ablated: Mapping[str, Outputs]
    """Outputs without one of the parts, by what was done to it, at the first size."""
    conflicting: Int[Array, "episode step actor"] | Int[np.ndarray, "episode step actor"]
    """Actions in the episodes with swaps."""


@dataclass(frozen=True)
class Moment(Result):
    """What a network could do after a number of steps. Lists have a value for each size."""

    step: int
    exact: tuple[float, ...]
    """Exact accuracy."""
    exact_discrete: tuple[float, ...]
    """Exact accuracy with the most probable action at every step."""
    answers: tuple[float, ...]
    """Share of the answers that are right."""
    agreement: tuple[float, ...] | None
    """Share of the steps at which all actors do what they do in the final network; None without actors."""
    cue_conflict: float | None
    """Share of the swaps of one symbol for one of another category at which all actors do what the final
    network usually does at the new symbol; None where it never does anything else."""
    lost: Mapping[str, float | None]
    """Share of the exact accuracy above the base rate that is lost without a part, at the first size; None
    where there is too little to be lost."""

    def to_dict(self) -> dict:
        """Give plain values for JSON."""
        return plain(self)


@dataclass(frozen=True)
class Questions:
    """The same for all networks: episodes of each size, and what the final network does in them."""

    episodes: tuple[Episode, ...]
    actions: tuple[Int[np.ndarray, "episode _ actor"], ...]
    """By size, and so of different numbers of steps."""
    swaps: Swaps

    def ask(self, network: Network, step: int) -> Moment:
        """Run a network on everything, and score it."""
        found = observe(network, self.episodes, self.swaps.inputs)
        exact_by_size = self._exact([run.outputs for run in found.runs])
        acting = bool(network.anatomy.actors)
        return Moment(
            step,
            exact_by_size,
            self._exact([run.discrete for run in found.runs]),
            tuple(
                float(_right(run.outputs, of)[np.asarray(of.answer)].mean())
                for run, of in zip(found.runs, self.episodes, strict=True)
            ),
            self._agreement(found) if acting else None,
            cue_conflict(np.asarray(found.conflicting), self.swaps) if acting else None,
            shares_lost(exact_by_size[0], found.ablated, self.episodes[0]),
        )

    def _exact(self, outputs: Sequence[Outputs]) -> tuple[float, ...]:
        pairs = zip(outputs, self.episodes, strict=True)
        return tuple(float(exact(_right(some, of), of).mean()) for some, of in pairs)

    def _agreement(self, found: Observation) -> tuple[float, ...]:
        return tuple(
            float((run.actions == final).all(axis=-1)[np.asarray(of.inputs) != PADDING].mean())
            for run, final, of in zip(found.runs, self.actions, self.episodes, strict=True)
        )


def shares_lost(before: float, ablated: Mapping[str, Outputs], episodes: Episode) -> dict[str, float | None]:
    """Give the share of the exact accuracy above the base rate that is lost, by what was taken away.

    Args:
        before: Exact accuracy of the whole network.
        ablated: Outputs by what was taken away.
        episodes: What they are outputs for.

    Returns:
        Shares, negative where something is gained; None where less than `ROOM` can be lost.
    """
    room = before - float(base_rate(episodes))
    if room < ROOM:
        return dict.fromkeys(ablated)
    return {
        name: float((before - exact(_right(outputs, episodes), episodes).mean()) / room)
        for name, outputs in ablated.items()
    }


def observe(
    network: Network, episodes: tuple[Episode, ...], swapped: Int[np.ndarray, "episode step"]
) -> Observation:
    """Run a network on episodes of every size, without its parts, and on episodes with swaps.

    Networks that differ in their weights alone are run by one program.
    """
    inputs = tuple(np.asarray(of.inputs, np.int32) for of in episodes)
    slots = tuple(choose_slots(network.model.memory, of.shape[1]) for of in inputs)
    found = _observe(network.model, inputs, np.asarray(swapped, np.int32), slots)
    runs = tuple(Run(*map(np.asarray, run)) for run in found.runs)
    ablated = {name: np.asarray(outputs) for name, outputs in found.ablated.items()}
    return Observation(runs, ablated, np.asarray(found.conflicting))


@compiled
def _observe(model: Model, inputs: tuple[Array, ...], swapped: Array, slots: tuple[int, ...]) -> Observation:
    def answers(edit: AbstractIntervention, inputs: Array, slots: int) -> Array:
        return jnp.argmax(unroll(model, inputs, slots, interventions=(edit,), return_record=False), axis=-1)  # pyright: ignore[reportArgumentType]

    def run(inputs: Array, slots: int) -> Run:
        record = unroll(model, inputs, slots)
        outputs = jnp.argmax(record.logits, axis=-1)  # pyright: ignore[reportAttributeAccessIssue]
        return Run(outputs, answers(Discretise(), inputs, slots), record.action)  # pyright: ignore[reportAttributeAccessIssue]

    ablated = {kind.value: answers(edit, inputs[0], slots[0]) for kind, edit in ABLATIONS.items()}
    conflicting = unroll(model, swapped, slots[0]).action  # pyright: ignore[reportAttributeAccessIssue]
    return Observation(tuple(map(run, inputs, slots)), ablated, conflicting)


def _right(outputs: Outputs, episodes: Episode) -> Bool[np.ndarray, "episode step"]:
    return np.asarray(outputs) == np.asarray(episodes.targets)
