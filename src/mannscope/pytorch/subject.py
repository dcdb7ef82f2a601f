"""A PyTorch network on a task: what is verified, mined, extracted and explored like a network of ours."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import xarray as xr
from jaxtyping import Float, Int

from mannscope.anatomy import Anatomy
from mannscope.errors import MannscopeError
from mannscope.interventions import Discretise
from mannscope.memories.realisations import Realisation
from mannscope.models import AbstractIntervention
from mannscope.pytorch.anatomy import SLOT, acted
from mannscope.pytorch.asking import (
    Plain,
    decided_by,
    first_look,
    is_idle,
    maps,
    options_of,
    require_own_slots,
)
from mannscope.pytorch.edits import edits_of
from mannscope.pytorch.hardening import hard_steps, recurring
from mannscope.pytorch.network import STORE, TorchNetwork
from mannscope.pytorch.reasons import realised, refusals, written
from mannscope.pytorch.record import as_trace
from mannscope.pytorch.recorder import recorded_axes
from mannscope.pytorch.renewing import RUNNING, Weights, renewed, with_weights
from mannscope.pytorch.run import Run, joined, run
from mannscope.pytorch.symbols import check_symbols, decoded, encoded, read_symbols
from mannscope.pytorch.together import lifted
from mannscope.pytorch.weights import fingerprint
from mannscope.tasks import AbstractTask, Episode
from mannscope.training.hard_run import HardRun
from mannscope.training.network import annotations
from mannscope.training.sampling import sample, sample_mixed
from mannscope.training.subject import Inputs

TOGETHER = 1024
"""Episodes at most that are run at once."""
TRIED = 8
"""Episodes on which it is seen who acts, and what can be edited."""
_KEPT = 8
"""Runs without edits that are remembered, so that none is run twice."""


@dataclass(frozen=True, eq=False)
class TorchSubject:
    """A PyTorch network with the task that it was trained on, made by `TorchNetwork.on`.

    It is run in evaluation mode, without gradients, many episodes at once.
    """

    network: TorchNetwork
    task: AbstractTask
    trained_size: int
    trained_shape: str | None = None
    seed: int = 0
    fresh: Callable[[], Any] | None = None
    """Makes the module anew, with untrained weights."""
    weights: Weights | None = field(default=None, repr=False)
    """Weights to run with instead of the module's own."""
    called: str = ""
    """What results call it; the network's own name where empty."""
    _kept: dict[bytes, Plain] = field(default_factory=dict, repr=False)

    @property
    def name(self) -> str:
        """What results call it."""
        return self.called or self.network.name or type(self.network.module).__name__

    @property
    def fingerprint(self) -> str:
        """A short hash of the weights."""
        return self._fingerprint

    @cached_property
    def _fingerprint(self) -> str:
        with with_weights(self.network, self.weights):
            return fingerprint(self.network, self._tried[1].modules)

    @cached_property
    def _tried(self) -> tuple[Int[np.ndarray, "episode step"], Run]:
        inputs = read_symbols(self.sample(self.seed, TRIED, self.trained_size, self.trained_shape))
        with with_weights(self.network, self.weights):
            return inputs, first_look(self.network, inputs, self.task, self.seed)

    @cached_property
    def _maps(self) -> bool:
        """Whether all episodes can be run at once through a network that takes one at a time."""
        with with_weights(self.network, self.weights):
            return maps(self.network, *self._tried, self.task, self.seed)

    @property
    def anatomy(self) -> Anatomy:
        """Who acts on its memory."""
        return self._anatomy

    @cached_property
    def _anatomy(self) -> Anatomy:
        return acted(self.network, self._tried[1].values, self._tried[1].first).anatomy

    @property
    def realisations(self) -> tuple[Realisation, ...]:
        """The ideal machines whose actions are those of the only actor."""
        return self._realisations

    @cached_property
    def _realisations(self) -> tuple[Realisation, ...]:
        return realised(self.anatomy, self.content_ops)

    @property
    def content_ops(self) -> tuple[str, ...]:
        """The places of what is written."""
        return self._content_ops

    @cached_property
    def _content_ops(self) -> tuple[str, ...]:
        return written(self.network, self.anatomy)

    @property
    def refusals(self) -> Mapping[str, str]:
        """What cannot be edited in it, and why, tried on a few episodes."""
        return self._refusals

    @cached_property
    def _refusals(self) -> Mapping[str, str]:
        inputs, plain = self._tried
        found = refusals(
            self.network, self.anatomy, self.content_ops, plain, lambda edits: self._run(inputs, edits, None)
        )
        if self.fresh is None:
            try:
                renewed(self.network, self.seed)
            except MannscopeError as reason:
                found["untrained"] = str(reason)
        return found

    def slots_for(self, steps: int) -> int:
        """Give the slots that the memory has, or had in a few episodes."""
        place = self.network.places.get(STORE)
        if place is None or SLOT not in place.axes:
            return 1
        return self._tried[1].values[STORE].shape[2 + recorded_axes(place).index(SLOT)]

    def sample(self, seed: int, episodes: int, size: int, shape: str | None = None) -> Episode:
        """Draw held-out episodes of one size and shape.

        Raises:
            MannscopeError: if the shape is unknown, or finite data have no such size.
        """
        return sample(self.task, seed, episodes, size, shape, trained_size=self.trained_size)

    def sample_mixed(
        self, seed: int, sizes: Int[np.ndarray, " episode"], shapes: Int[np.ndarray, " episode"]
    ) -> Episode:
        """Draw held-out episodes of given sizes and shapes, padded to the largest; a shape is an index."""
        return sample_mixed(self.task, seed, sizes, shapes)

    def logits(
        self,
        inputs: Inputs,
        interventions: tuple[AbstractIntervention, ...] = (),
        *,
        slots: int | None = None,
        capped: bool = False,
    ) -> Float[np.ndarray, "episode step output_symbol"]:
        """Run sequences under edits, and give the outputs before the softmax.

        Raises:
            MannscopeError: if a size of the memory is asked for, or an edit cannot be made.
        """
        require_own_slots(slots, capped=capped)
        given = np.asarray(inputs, np.int32)
        real = tuple(one for one in interventions if not is_idle(one))
        return self._decoded(self._run(given, real, ())) if real else self._plain(given).logits

    def actions(self, inputs: Inputs) -> Int[np.ndarray, "episode step actor"]:
        """Run sequences, and give the discretised action of every actor."""
        return self._plain(np.asarray(inputs, np.int32)).actions

    def record(
        self,
        episodes: Episode | Inputs | Sequence[Sequence[int]],
        *,
        slots: int | None = None,
        capped: bool = False,
        interventions: tuple[AbstractIntervention, ...] = (),
    ) -> xr.Dataset:
        """Run episodes under edits, and keep everything as a trace.

        Raises:
            MannscopeError: if a size of the memory is asked for, or an edit cannot be made.
        """
        require_own_slots(slots, capped=capped)
        inputs = read_symbols(episodes)
        check_symbols(inputs, self.task.symbols)
        made = self._run(inputs, tuple(one for one in interventions if not is_idle(one)), None)
        labels = {"symbols": self.task.symbols, "outputs": self.task.outputs}
        trace = as_trace(self.network, made, inputs, task=self.task, **labels)
        trace.attrs |= {"network": self.name, "fingerprint": self.fingerprint}
        return trace.assign(annotations(episodes)) if isinstance(episodes, Episode) else trace

    def untrained_control(self) -> "TorchSubject":
        """Give the same network with weights that its parts draw anew.

        Raises:
            MannscopeError: if a part has parameters and does not say how they are drawn.
        """
        weights = renewed(self.network, self.seed + 1_000_003, self.fresh)
        return replace(self, weights=weights, called=f"{self.name} (untrained)", _kept={})

    @property
    def trained_shapes(self) -> tuple[str, ...]:
        """The shape that it was trained on."""
        return (self.trained_shape or self.task.shapes[0],)

    @property
    def task_options(self) -> Mapping[str, Any]:
        """The task by its name and options."""
        return options_of(self.task)

    @property
    def entered(self) -> None:
        """Nothing: its controller and its memory are one step, which is not cut."""
        return None

    def hard_run(self, inputs: Int[np.ndarray, "episode step"], machine: Realisation) -> HardRun:
        """Run episodes with the most probable actions, on a memory that is a machine then.

        Raises:
            MannscopeError: if actions cannot be made certain, or it is not known what is written.
        """
        whole = replace(self, network=recurring(self.network), _kept={})
        made = whole._run(inputs, (Discretise(),), None)
        made = made._replace(logits=self._decoded(made))
        return hard_steps(made, self._taken(made), machine)

    def _plain(self, inputs: Int[np.ndarray, "episode step"]) -> Plain:
        """Run without edits, or remember that."""
        key = repr(inputs.shape).encode() + inputs.tobytes()
        with RUNNING:
            if key not in self._kept:
                made = self._run(inputs, (), decided_by(self.network))
                while len(self._kept) >= _KEPT:
                    del self._kept[next(iter(self._kept))]
                self._kept[key] = Plain(self._decoded(made), self._taken(made))
            return self._kept[key]

    def _taken(self, made: Run) -> Int[np.ndarray, "episode step actor"]:
        return acted(self.network, made.values, made.first).taken.astype(int)

    def _decoded(self, made: Run) -> Float[np.ndarray, "episode step output_symbol"]:
        return decoded(self.network, made.logits)

    def _run(
        self,
        inputs: np.ndarray,
        interventions: tuple[AbstractIntervention, ...],
        names: tuple[str, ...] | None,
    ) -> Run:
        network, anatomy = self.network, self.anatomy if interventions else Anatomy()
        edited = lifted(network) if self._maps else network
        together = 1 if network.batch == "one" and interventions and not self._maps else TOGETHER
        parts = []
        with with_weights(network, self.weights):
            for start in range(0, len(inputs), together):
                rows = slice(start, start + together)
                some = encoded(network, inputs[rows], len(self.task.symbols))
                edits = edits_of(edited, anatomy, interventions, rows, len(inputs[rows]), self.seed)
                parts.append(run(network, some, edits, self.seed, names, at_once=self._maps))
        values, first = (
            {name: joined([getattr(one, kind)[name] for one in parts]) for name in getattr(parts[0], kind)}
            for kind in ("values", "first")
        )
        return Run(np.concatenate([one.logits for one in parts]), values, first, parts[0].modules)
