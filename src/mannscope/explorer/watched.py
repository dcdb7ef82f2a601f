"""Work that takes long: it says how far it is, can be cancelled, and ends with a limit."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Event
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float, Int

from mannscope.anatomy import Anatomy
from mannscope.errors import MannscopeError
from mannscope.memories.realisations import Realisation
from mannscope.models import AbstractIntervention
from mannscope.tasks.task import AbstractTask, Episode
from mannscope.training.subject import Inputs, Subject

if TYPE_CHECKING:
    import xarray as xr


class Work:
    """What is being done, for whoever asks from another thread.

    Args:
        limit: Seconds after which it ends; None for no limit.
    """

    def __init__(self, limit: float | None) -> None:
        self.limit = limit
        self.says = "waiting for another one"
        self._began = time.monotonic()
        self._cancelled = Event()

    def begin(self) -> None:
        """Count the seconds from now on.

        Raises:
            MannscopeError: if it is to end.
        """
        self._began = time.monotonic()
        self.say("beginning")

    def say(self, line: str) -> None:
        """Keep a line on what is being done now.

        Raises:
            MannscopeError: if it is to end.
        """
        self.check()
        self.says = line

    def check(self) -> None:
        """Go on, unless it was cancelled, or has taken too long.

        Raises:
            MannscopeError: if it is to end.
        """
        must, remedy = "work that was begun in the page must go on to its end", "Begin it again"
        if self._cancelled.is_set():
            raise MannscopeError(must, "a request to cancel it", remedy)
        if self.limit is not None and self.seconds > self.limit:
            must = f"work that was begun in the page must take at most {self.limit:g} seconds"
            remedy = "Run: mannscope verify RUN, or mannscope extract RUN"
            raise MannscopeError(must, f"more, at {self.says}", remedy)

    def cancel(self) -> None:
        """Let it end as soon as it checks."""
        self._cancelled.set()

    @property
    def seconds(self) -> float:
        """How long it has taken."""
        return time.monotonic() - self._began

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        return {"says": self.says, "seconds": round(self.seconds, 1), "limit": self.limit}


@dataclass(frozen=True)
class Watched:
    """A subject that asks whether to go on before it is run."""

    subject: Subject
    check: Callable[[], None]

    @property
    def name(self) -> str:
        """As the subject."""
        return self.subject.name

    @property
    def task(self) -> AbstractTask:
        """As the subject."""
        return self.subject.task

    @property
    def anatomy(self) -> Anatomy:
        """As the subject."""
        return self.subject.anatomy

    @property
    def realisations(self) -> tuple[Realisation, ...]:
        """As the subject."""
        return self.subject.realisations

    @property
    def content_ops(self) -> tuple[str, ...]:
        """As the subject."""
        return self.subject.content_ops

    @property
    def trained_size(self) -> int:
        """As the subject."""
        return self.subject.trained_size

    @property
    def trained_shape(self) -> str | None:
        """As the subject."""
        return self.subject.trained_shape

    @property
    def refusals(self) -> Mapping[str, str]:
        """As the subject."""
        return self.subject.refusals

    def slots_for(self, steps: int) -> int:
        """As the subject."""
        return self.subject.slots_for(steps)

    def sample(self, seed: int, episodes: int, size: int, shape: str | None = None) -> Episode:
        """As the subject."""
        self.check()
        return self.subject.sample(seed, episodes, size, shape)

    def sample_mixed(
        self, seed: int, sizes: Int[np.ndarray, " episode"], shapes: Int[np.ndarray, " episode"]
    ) -> Episode:
        """As the subject."""
        self.check()
        return self.subject.sample_mixed(seed, sizes, shapes)

    def logits(
        self,
        inputs: Inputs,
        interventions: tuple[AbstractIntervention, ...] = (),
        *,
        slots: int | None = None,
        capped: bool = False,
    ) -> Float[np.ndarray, "episode step output_symbol"]:
        """As the subject."""
        self.check()
        return self.subject.logits(inputs, interventions, slots=slots, capped=capped)

    def record(
        self,
        episodes: Episode | Int[np.ndarray, "episode step"],
        *,
        slots: int | None = None,
        capped: bool = False,
        interventions: tuple[AbstractIntervention, ...] = (),
    ) -> "xr.Dataset":
        """As the subject."""
        self.check()
        return self.subject.record(episodes, slots=slots, capped=capped, interventions=interventions)

    def actions(self, inputs: Inputs) -> Int[np.ndarray, "episode step actor"]:
        """As the subject."""
        self.check()
        return self.subject.actions(inputs)

    def untrained_control(self) -> "Watched":
        """As the subject, watched too."""
        self.check()
        return Watched(self.subject.untrained_control(), self.check)
