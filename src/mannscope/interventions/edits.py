"""Interventions, or activation patching: force an action, replace what is written, ablate a part."""

import functools
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
        return memory.force(before, value, self.actions)


class Replace(AbstractIntervention):
    """Replace one named operation at given steps, for instance what is written.

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


class Exchange(AbstractIntervention):
    """Make a slot of the first store hold given contents after a step, whatever was written there.

    With contents of another episode this is an interchange intervention on the memory itself.

    Source: Geiger et al. (2021), section 2. https://arxiv.org/abs/2106.02997
    """

    slot: Int[Array, "*steps"]
    """The slot at every step; -1 leaves all of them alone."""
    part: Int[Array, "*steps"]
    """The part of the first store that it is a slot of; 0 where there is one."""
    contents: Float[Array, "*steps width"]
    site: ClassVar[Site] = "memory"

    def edit(self, memory: AbstractMemory, value: Any, before: Any) -> Any:
        """Exchange the contents of one slot after one step."""
        store = memory.body.stores[0]
        dims, held = memory.dims[store.variable], getattr(value, store.variable)
        here = {store.slots: self.slot, store.parts: self.part}
        marks = [
            jnp.arange(size) == here[dim] if dim in here else jnp.ones(size, bool)
            for dim, size in zip(dims, held.shape, strict=True)
        ]
        where = functools.reduce(lambda one, other: one[..., None] & other, marks)
        contents = self.contents.reshape([-1 if dim == "width" else 1 for dim in dims])
        return value._replace(**{store.variable: jnp.where(where, contents, held)})


class FreezeMemory(AbstractIntervention):
    """Let nothing change the memory, at the given steps or at all."""

    where: Bool[Array, "*steps"] | None = None
    site: ClassVar[Site] = "memory"

    def edit(self, memory: AbstractMemory, value: Any, before: Any) -> Any:
        """Put the state back as it was."""
        return _where(self.where, before, value)


class ZeroReading(AbstractIntervention):
    """Let nothing come back from the memory, at the given steps or at all."""

    where: Bool[Array, "*steps"] | None = None
    site: ClassVar[Site] = "reading"

    def edit(self, memory: AbstractMemory, value: Any, before: Any) -> Any:
        """Read zeros."""
        return _where(self.where, jnp.zeros_like(value), value)


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


def _where(where: Bool[Array, ""] | None, edited: Any, value: Any) -> Any:
    """Give the edited value of a site at the given steps, and everywhere where none are given."""
    if where is None:
        return edited
    return jax.tree.map(lambda new, old: jnp.where(where, new, old), edited, value)
