"""What an intervention is: an edit of one site of one step, after which the model runs on."""

from abc import abstractmethod
from typing import Any, ClassVar, Literal

import equinox as eqx

from mannscope.memories import AbstractMemory

Site = Literal["hidden", "ops", "memory", "reading"]


class AbstractIntervention(eqx.Module):
    """Edits one site of every step.

    Arrays that an intervention holds have leading axes (episode, step); the run cuts them, so that `edit`
    sees those of its own step. The sites, in the order of a step: `hidden`, the controller's state before it
    reads the symbol; `ops`, between emit and apply; `memory`, the state after apply; `reading`, what the
    controller will receive.
    """

    site: eqx.AbstractClassVar[Site]

    @abstractmethod
    def edit(self, memory: AbstractMemory, value: Any, before: Any) -> Any:
        """Give the new value of the site; `before` is the memory's state before the step."""


class Discretise(AbstractIntervention):
    """Take the most probable action at every step, instead of a mixture of actions.

    Source: "rounding" in Joulin & Mikolov (2015), section 3.2. https://arxiv.org/abs/1503.01007
    """

    site: ClassVar[Site] = "ops"

    def edit(self, memory: AbstractMemory, value: Any, before: Any) -> Any:
        """Discretise one step's operations."""
        return memory.discretise(before, value)
