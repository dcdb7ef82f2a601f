"""Interventions: force an action, replace what is written, take a part of the network away."""

from typing import Any, ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int

from mannscope.memories import AbstractMemory
from mannscope.models import AbstractIntervention
from mannscope.models.intervention import Site


class Force(AbstractIntervention):
    """Make actors do given actions, step by step; -1 leaves an actor alone."""

    actions: Int[Array, "*steps actor"]
    site: ClassVar[Site] = "ops"

    def edit(self, memory: AbstractMemory, value: Any, before: Any) -> Any:
        """Force one step's actions."""
        return memory.force(value, self.actions)


class Replace(AbstractIntervention):
    """Replace one named operation where told, for instance what is written.

    With values from another episode this is an interchange intervention: the episode run is the base, the
    other the source.

    Source: Geiger et al. (2021), section 2. https://arxiv.org/abs/2106.02997
    """

    field: str = eqx.field(static=True)
    values: Float[Array, "*steps_and_shape"]
    where: Bool[Array, "*steps"]
    site: ClassVar[Site] = "ops"

    def edit(self, memory: AbstractMemory, value: Any, before: Any) -> Any:
        """Replace one step's operation."""
        return value._replace(**{self.field: jnp.where(self.where, self.values, getattr(value, self.field))})


class FreezeMemory(AbstractIntervention):
    """Let nothing change the memory."""

    site: ClassVar[Site] = "memory"

    def edit(self, memory: AbstractMemory, value: Any, before: Any) -> Any:
        """Put the state back as it was."""
        return before


class ZeroReading(AbstractIntervention):
    """Let nothing come back from the memory."""

    site: ClassVar[Site] = "reading"

    def edit(self, memory: AbstractMemory, value: Any, before: Any) -> Any:
        """Read zeros."""
        return jnp.zeros_like(value)


class NoisyReading(AbstractIntervention):
    """Add noise to what comes back from the memory, in proportion to its own size at that step.

    A network whose contents lie far apart answers as before; one that needs them exactly does not.
    """

    noise: Float[Array, "*steps reading"]
    """Of the reading's shape at every step; with standard deviation s, it has s times the root mean square
    of the reading."""
    site: ClassVar[Site] = "reading"

    def edit(self, memory: AbstractMemory, value: Any, before: Any) -> Any:
        """Disturb one step's reading."""
        return value + self.noise * jnp.sqrt(jnp.mean(value**2))


class CutRecurrence(AbstractIntervention):
    """Let the controller forget its own state, so that only the memory connects steps."""

    site: ClassVar[Site] = "hidden"

    def edit(self, memory: AbstractMemory, value: Any, before: Any) -> Any:
        """Start from zeros."""
        return jax.tree.map(jnp.zeros_like, value)
