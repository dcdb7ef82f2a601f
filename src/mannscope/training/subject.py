"""A subject: anything that can be run with edits, so that hypotheses about its memory can be tested."""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol, runtime_checkable

import numpy as np
import xarray as xr
from jaxtyping import Array, Float, Int

from mannscope.anatomy import Anatomy
from mannscope.errors import MannscopeError
from mannscope.memories.realisations import Realisation
from mannscope.models import AbstractIntervention
from mannscope.tasks.task import AbstractTask, Episode
from mannscope.training.hard_run import Entered, HardRun

Inputs = Int[Array, "episode step"] | Int[np.ndarray, "episode step"]


@runtime_checkable
class Subject(Protocol):
    """What a verdict needs of a network, whoever made it."""

    @property
    def name(self) -> str:
        """What results call it."""
        ...

    @property
    def task(self) -> AbstractTask:
        """What it was trained to do."""
        ...

    @property
    def anatomy(self) -> Anatomy:
        """Who acts on its memory, and how."""
        ...

    @property
    def realisations(self) -> tuple[Realisation, ...]:
        """Ways to play ideal machines on its memory, from which hypotheses are derived."""
        ...

    @property
    def content_ops(self) -> tuple[str, ...]:
        """The operations that carry what is written, which interchange interventions exchange."""
        ...

    @property
    def trained_size(self) -> int:
        """The largest size that it was trained on."""
        ...

    @property
    def trained_shape(self) -> str | None:
        """The first shape that it was trained on; None stands for the task's own first."""
        ...

    @property
    def refusals(self) -> Mapping[str, str]:
        """What cannot be done with it, by the name of an intervention, and why; nothing of one's own."""
        ...

    def slots_for(self, steps: int) -> int:
        """Give the size of the memory for episodes of so many steps."""
        ...

    def sample(self, seed: int, episodes: int, size: int, shape: str | None = None) -> Episode:
        """Draw held-out episodes."""
        ...

    def sample_mixed(
        self, seed: int, sizes: Int[np.ndarray, " episode"], shapes: Int[np.ndarray, " episode"]
    ) -> Episode:
        """Draw held-out episodes of given sizes and shapes, padded to the largest; a shape is an index."""
        ...

    def logits(
        self,
        inputs: Inputs,
        interventions: tuple[AbstractIntervention, ...] = (),
        *,
        slots: int | None = None,
        capped: bool = False,
    ) -> Float[np.ndarray, "episode step output_symbol"]:
        """Run sequences under edits, and give the outputs before the softmax."""
        ...

    def record(
        self,
        episodes: Episode | Int[np.ndarray, "episode step"],
        *,
        slots: int | None = None,
        capped: bool = False,
        interventions: tuple[AbstractIntervention, ...] = (),
    ) -> xr.Dataset:
        """Run episodes under edits, and keep everything as a trace."""
        ...

    def actions(self, inputs: Inputs) -> Int[np.ndarray, "episode step actor"]:
        """Run sequences, and give the discretised action of every actor."""
        ...

    def untrained_control(self) -> "Subject":
        """Give a network of the same kind with other, untrained weights."""
        ...


class Extractable(Subject, Protocol):
    """What the extraction of a program needs of a network besides."""

    @property
    def fingerprint(self) -> str:
        """A short hash of its weights."""
        ...

    @property
    def task_options(self) -> Mapping[str, Any]:
        """The task by its name and options, with which a program is kept."""
        ...

    @property
    def trained_shapes(self) -> tuple[str, ...]:
        """All shapes that it was trained on."""
        ...

    @property
    def entered(self) -> Entered | None:
        """Its controller, to be tried with other readings; None where it cannot be entered."""
        ...

    def hard_run(self, inputs: Int[np.ndarray, "episode step"], machine: Realisation) -> HardRun:
        """Run episodes with the most probable actions, on a memory that is a machine then."""
        ...


def require_subject(network: Any, done: str) -> None:
    """Make sure that something can be run with edits.

    Args:
        network: It.
        done: What is to be done with it, such as "verified".

    Raises:
        MannscopeError: if it is no network on a task.
    """
    if not isinstance(network, Subject):
        raise MannscopeError(
            f"what is {done} must be a network on a task",
            type(network).__name__,
            "Put a PyTorch network on its task first: network.on(task, largest=20)",
        )


def sizes_of(subject: Subject, multiples: Iterable[float | int]) -> tuple[int, ...]:
    """Give multiples of the largest size trained on, in increasing order.

    Of finite data, they are the nearest smaller sizes that there are.
    """
    wanted = sorted({max(1, round(times * subject.trained_size)) for times in multiples})
    finite = subject.task.finite
    return tuple(wanted) if finite is None else finite.sizes(wanted)


def draw(
    subject: Subject, seed: int, episodes: int, size: int, shape: str | None = None, *, above: int = 0
) -> Episode:
    """Draw held-out episodes of a size: of finite data different ones, longer than `above`, the size before.

    There may be fewer than asked for then.

    Raises:
        MannscopeError: if the task has none of this size.
    """
    finite = subject.task.finite
    if finite is None:
        return subject.sample(seed, episodes, size, shape)
    if shape is not None:
        subject.task.require_shape(shape)
    return finite.draw(seed, episodes, size, above)
