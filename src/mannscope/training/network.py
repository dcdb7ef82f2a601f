"""A network: a task, a model, and the configuration that made them."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import equinox as eqx
import jax
import numpy as np
import xarray as xr
from jaxtyping import Array, Float, Int

from mannscope.anatomy import Anatomy
from mannscope.compiling import compiled
from mannscope.memories import Role, choose_slots
from mannscope.memories.realisations import Realisation
from mannscope.memories.table import anatomy
from mannscope.models import AbstractIntervention, Model, in_batches, record, unroll
from mannscope.tasks.task import AbstractTask, Episode
from mannscope.traces import label
from mannscope.training.configuration import Configuration
from mannscope.training.hard_run import Entered, HardRun, entered, hard_run
from mannscope.training.sampling import sample, sample_mixed


@compiled
def _logits(
    model: Model, inputs: Array, slots: int, interventions: tuple[AbstractIntervention, ...]
) -> Array:
    return unroll(model, inputs, slots, interventions=interventions, return_record=False)  # pyright: ignore[reportReturnType]


@compiled
def _actions(model: Model, inputs: Array, slots: int) -> Array:
    return unroll(model, inputs, slots).action  # pyright: ignore[reportAttributeAccessIssue]


@dataclass(frozen=True)
class Network:
    """A trained or untrained network together with its task."""

    name: str
    configuration: Configuration
    task: AbstractTask
    model: Model

    @classmethod
    def fresh(
        cls, configuration: Configuration, name: str = "untrained", seed: int | None = None
    ) -> "Network":
        """Build a network that has not been trained."""
        task = configuration.make_task()
        return cls(name, configuration, task, configuration.make_model(task, seed))

    def untrained_control(self) -> "Network":
        """Build a network of the same configuration with other, untrained weights."""
        return Network.fresh(
            self.configuration, f"{self.name} (untrained)", seed=self.configuration.seed + 1_000_003
        )

    @property
    def anatomy(self) -> Anatomy:
        """What the memory consists of."""
        return self._anatomy

    @cached_property
    def _anatomy(self) -> Anatomy:
        return anatomy(self.model.memory)

    @property
    def realisations(self) -> tuple[Realisation, ...]:
        """Ways to play ideal machines on the memory."""
        return self._realisations

    @cached_property
    def _realisations(self) -> tuple[Realisation, ...]:
        return self.model.memory.body.realisations

    @property
    def content_ops(self) -> tuple[str, ...]:
        """The operations that carry what is written."""
        return tuple(field.name for field in self.model.memory.fields if field.role is Role.CONTENT)

    @property
    def trained_size(self) -> int:
        """The largest size trained on; of finite data, that of the longest held-out episode among them."""
        largest, finite = self.configuration.training.largest, self.task.finite
        return largest if finite is None else finite.sizes([largest])[-1]

    @property
    def trained_shape(self) -> str | None:
        """The first shape trained on; None stands for the task's own first."""
        return self.configuration.training.first_shape

    @property
    def trained_shapes(self) -> tuple[str, ...]:
        """The shapes trained on."""
        training = self.configuration.training
        return training.shapes or (training.first_shape or self.task.shapes[0],)

    @property
    def task_options(self) -> Mapping[str, Any]:
        """The task by its name and options."""
        return self.configuration.to_dict()["task"]

    @property
    def entered(self) -> Entered:
        """The controller, to be tried with other states and readings."""
        return entered(self.model)

    def hard_run(self, inputs: Int[np.ndarray, "episode step"], machine: Realisation) -> HardRun:
        """Run episodes with the most probable actions."""
        return hard_run(self.model, machine, inputs)

    @property
    def refusals(self) -> Mapping[str, str]:
        """Nothing: all can be edited."""
        return {}

    def save(self, folder: str | Path) -> Path:
        """Write configuration and weights into a folder, from which `mannscope.load` reads them."""
        from mannscope.training.store import save_network  # which knows networks

        save_network(self, Path(folder))
        return Path(folder)

    def slots_for(self, steps: int) -> int:
        """Give the size of the memory for episodes of so many steps."""
        return self.model.memory.slots_for(steps)

    @property
    def fingerprint(self) -> str:
        """A short hash of configuration and weights."""
        return self._fingerprint

    @cached_property
    def _fingerprint(self) -> str:
        digest = hashlib.sha256(self.configuration.digest().encode())
        for leaf in jax.tree.leaves(eqx.filter(self.model, eqx.is_array)):
            digest.update(np.ascontiguousarray(leaf).tobytes())
        return digest.hexdigest()[:16]

    def sample(self, seed: int, episodes: int, size: int, shape: str | None = None) -> Episode:
        """Draw held-out episodes of one size and shape.

        Of finite data they are different ones, no more than there are: longer than what was trained on where
        the size is larger than that, and of all lengths up to it otherwise.

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
        inputs: Int[Array, "episode step"] | Int[np.ndarray, "episode step"],
        interventions: tuple[AbstractIntervention, ...] = (),
        *,
        slots: int | None = None,
        capped: bool = False,
    ) -> Float[np.ndarray, "episode step output_symbol"]:
        """Run sequences and give the output before the softmax."""
        slots = choose_slots(self.model.memory, inputs.shape[1], slots, capped=capped)

        def run(inputs: Array, interventions: tuple) -> Array:
            return _logits(self.model, inputs, slots, interventions)

        return in_batches(run, np.asarray(inputs, np.int32), interventions)

    def actions(
        self, inputs: Int[Array, "episode step"] | Int[np.ndarray, "episode step"]
    ) -> Int[np.ndarray, "episode step actor"]:
        """Run sequences and give the discretised action of every actor."""
        slots = choose_slots(self.model.memory, inputs.shape[1])
        return in_batches(lambda inputs: _actions(self.model, inputs, slots), np.asarray(inputs, np.int32))

    def record(
        self,
        episodes: Episode
        | Int[np.ndarray, "*episode step"]
        | Int[Array, "*episode step"]
        | Sequence[Sequence[int]]
        | Sequence[int],
        *,
        slots: int | None = None,
        capped: bool = False,
        interventions: tuple[AbstractIntervention, ...] = (),
    ) -> xr.Dataset:
        """Run episodes, or bare symbol sequences, and keep everything as a trace.

        Args:
            episodes: Episodes of the task, or symbols by index; -1 is padding.
            slots: Size of the memory; as many as can be needed unless given.
            capped: Allow fewer slots than can be needed. The trace says so.
            interventions: Edits to make while running.
        """
        inputs = np.atleast_2d(np.asarray(episodes.inputs if isinstance(episodes, Episode) else episodes))
        trace = record(
            self.model,
            inputs,
            slots=slots,
            capped=capped,
            interventions=interventions,
            attributes=self._attributes(),
        )
        task = self.task
        trace = label(trace, symbols=task.symbols, outputs=task.outputs, categories=task.categories)
        return trace.assign(annotations(episodes)) if isinstance(episodes, Episode) else trace

    def _attributes(self) -> Mapping[str, Any]:
        configuration = self.configuration.to_dict()
        return {
            "task": configuration["task"]["name"],
            "memory": configuration["memory"]["name"],
            "configuration": json.dumps(configuration),
            "network": self.name,
            "fingerprint": self.fingerprint,
        }


def annotations(episodes: Episode) -> dict[str, Any]:
    """Give what a task knows of its episodes as variables of a trace: categories, targets, and so on."""
    dims = ("episode", "step")

    def two_dimensional(values: Array | np.ndarray, dtype: type) -> tuple:
        return dims, np.atleast_2d(np.asarray(values)).astype(dtype)

    named = {
        "category": two_dimensional(episodes.category, np.int8),
        "target": two_dimensional(episodes.targets, np.int32),
        "supervised": two_dimensional(episodes.supervised, np.bool_),
        "answer": two_dimensional(episodes.answer, np.bool_),
    }
    return named | {
        f"variable_{name}": two_dimensional(v, np.int32) for name, v in episodes.variables.items()
    }
