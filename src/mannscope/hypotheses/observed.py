"""Verdicts from a trace alone: what was done is compared with a policy, and nothing can be run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

import numpy as np
import xarray as xr
from jaxtyping import Array, Float, Int

from mannscope.anatomy import Anatomy
from mannscope.arrays import PADDING
from mannscope.errors import MannscopeError
from mannscope.hypotheses.experiment import Band, Experiment
from mannscope.memories.realisations import Realisation
from mannscope.models import AbstractIntervention
from mannscope.tasks import AbstractTask, Algorithm, Episode
from mannscope.traces import anatomy, batch, check
from mannscope.traces.labels import categories, outputs, require_symbols
from mannscope.traces.reading import plane
from mannscope.training.subject import Inputs, Subject

WHY = "A trace is what a network did, and cannot be run"
"""Why nothing can be edited in a trace."""
UNKNOWN = "The trace does not say what is right"
EDITS = ("inputs", "force", "discretise", "replace", "exchange", "freeze_memory", "zero_reading")
CONTROLS = ("untrained", "elsewhere")
GROUPS = 4
"""Groups of lengths at most, each of which counts as a size."""


class Traced:
    """The task of a trace, as far as the trace says it: symbols, categories, and nothing new.

    It has what is asked of a task while observational evidence is taken.
    """

    def __init__(self, trace: xr.Dataset) -> None:
        self.symbols, self.outputs = require_symbols(trace), outputs(trace)
        self.categories = categories(trace) if "category" in trace else ()
        self.shapes = ("recorded",)
        self.finite = None
        self._inputs = plane(trace, "input")
        self._category = plane(trace, "category") if self.categories else np.zeros_like(self._inputs)
        read = self._inputs != PADDING
        pairs = {*zip(self._inputs[read].tolist(), self._category[read].tolist(), strict=True)}
        unseen = {(symbol, 0) for symbol in range(len(self.symbols))} - {(one, 0) for one, _ in pairs}
        self.situations = tuple(sorted(pairs | unseen))

    @property
    def situation_labels(self) -> tuple[str, ...]:
        """Name the situations, as a task does."""
        return AbstractTask.situation_labels.fget(self)  # pyright: ignore

    def situate(self, inputs: Int[np.ndarray, "episode step"]) -> Int[np.ndarray, "episode step"]:
        """Give the situation of every position of the episodes of the trace."""
        rows = {row.tobytes(): place for place, row in enumerate(self._inputs)}
        category = self._category[[rows[row.tobytes()] for row in inputs]]
        found = np.full(inputs.shape, PADDING)
        for number, (symbol, of) in enumerate(self.situations):
            found[(inputs == symbol) & (category == of)] = number
        return found

    def text(self, inputs: Sequence[int] | Int[np.ndarray, " step"]) -> str:
        """Write symbols by their labels, separated by spaces."""
        return " ".join(self.symbols[int(symbol)] for symbol in inputs if symbol != PADDING)

    def oracles(self) -> Mapping[str, Algorithm]:
        """None is known."""
        return {}


@dataclass(frozen=True, eq=False)
class TracedSubject:
    """A trace in the place of a network: it says what was done, and refuses everything else."""

    trace: xr.Dataset

    @property
    def name(self) -> str:
        """The network's, as far as the trace says it."""
        return str(self.trace.attrs.get("network", "trace"))

    @cached_property
    def task(self) -> Any:
        """What the trace knows of its task."""
        return Traced(self.trace)

    @cached_property
    def anatomy(self) -> Anatomy:
        """Who acted."""
        return anatomy(self.trace)

    @property
    def realisations(self) -> tuple[Realisation, ...]:
        """None is tried."""
        return ()

    @property
    def content_ops(self) -> tuple[str, ...]:
        """None can be exchanged."""
        return ()

    @property
    def trained_size(self) -> int:
        """The most steps that an episode has."""
        return int((plane(self.trace, "input") != PADDING).sum(axis=1).max())

    @property
    def trained_shape(self) -> str | None:
        """Not known."""
        return None

    @property
    def refusals(self) -> Mapping[str, str]:
        """Whatever needs a network that can be run."""
        unknown = () if "target" in self.trace and "answer" in self.trace else ("answers",)
        return {**dict.fromkeys((*EDITS, *CONTROLS), WHY), **dict.fromkeys(unknown, UNKNOWN)}

    def slots_for(self, steps: int) -> int:
        """Give the slots that were recorded."""
        return int(self.trace.sizes.get("slot", 1))

    def logits(
        self, inputs: Inputs, interventions: tuple[AbstractIntervention, ...] = (), **options: Any
    ) -> Float[np.ndarray, "episode step output_symbol"]:
        """Give what was put out."""
        return self._recorded(inputs, "logits")

    def actions(self, inputs: Inputs) -> Int[np.ndarray, "episode step actor"]:
        """Give what was done."""
        return self._recorded(inputs, "action").astype(int)

    def record(self, episodes: Episode | Inputs, **options: Any) -> xr.Dataset:
        """Give the trace.

        Raises:
            MannscopeError: if other episodes are asked for.
        """
        inputs = np.asarray(episodes.inputs if isinstance(episodes, Episode) else episodes)
        if not np.array_equal(inputs, plane(self.trace, "input")):
            raise self._refused("other episodes")
        return self.trace

    def sample(self, *drawn: Any) -> Episode:
        """Refuse to draw episodes.

        Raises:
            MannscopeError: always.
        """
        raise self._refused("new episodes")

    def sample_mixed(self, *drawn: Any) -> Episode:
        """Refuse to draw episodes.

        Raises:
            MannscopeError: always.
        """
        raise self._refused("new episodes")

    def untrained_control(self) -> Subject:
        """Refuse to give an untrained network.

        Raises:
            MannscopeError: always.
        """
        raise self._refused("an untrained control")

    def _recorded(self, inputs: Any, name: str) -> np.ndarray:
        return self.record(np.asarray(inputs))[name].transpose("episode", "step", ...).values

    def _refused(self, got: str) -> MannscopeError:
        must = "what is asked of a trace must be in it"
        return MannscopeError(must, got, "Pass the network, or record it again")


def observed(trace: xr.Dataset, seed: int) -> Experiment:
    """Make an experiment of a trace, in which every different episode counts once.

    Raises:
        MannscopeError: if it is no trace, or does not name its symbols.
    """
    whole = batch(trace)
    check(whole)
    _, first = np.unique(plane(whole, "input"), axis=0, return_index=True)
    kept = whole.isel(episode=np.sort(first))
    subject = cast(Subject, TracedSubject(kept))
    length = (plane(kept, "input") != PADDING).sum(axis=1)
    band = Band(subject, _episodes(kept), _sizes(length), np.zeros(len(length), int))
    return Experiment(subject, len(length), seed, given=(band,))


def _sizes(length: Int[np.ndarray, " episode"]) -> Int[np.ndarray, " episode"]:
    """Put lengths into a few groups, each named by its longest."""
    known = np.unique(length)
    if len(known) > GROUPS:
        known = np.unique(np.quantile(length, np.arange(1, GROUPS + 1) / GROUPS, method="higher"))
    return known[np.searchsorted(known, length)]


def _episodes(trace: xr.Dataset) -> Episode:
    inputs = plane(trace, "input")
    blank = {name: np.full_like(inputs, PADDING) for name in ("target", "category")}
    blank |= {name: np.zeros(inputs.shape, bool) for name in ("supervised", "answer")}
    known: dict[str, Any] = {name: plane(trace, name) if name in trace else of for name, of in blank.items()}
    return Episode(
        inputs=cast(Array, inputs),
        targets=known["target"],
        supervised=known["supervised"].astype(bool),
        answer=known["answer"].astype(bool),
        category=known["category"],
        variables={
            str(name).removeprefix("variable_"): cast(Array, plane(trace, str(name)))
            for name in trace.data_vars
            if str(name).startswith("variable_")
        },
        length=cast(Array, (inputs != PADDING).sum(axis=1)),
    )
