"""The interchange loss: a network must answer as an algorithm does, also with contents of another episode."""

from typing import Any, ClassVar, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int

from mannscope.arrays import PADDING
from mannscope.interventions import Replace
from mannscope.memories import AbstractMemory, Role
from mannscope.models import AbstractIntervention, Model, unroll
from mannscope.models.intervention import Site
from mannscope.training.step import cross_entropy

SURE = 1e-6
"""Added to probabilities, so that their logarithms are finite."""


class Batch(NamedTuple):
    """Pairs of episodes that exchange (see `Pairs`), and sequences that are no episodes."""

    inputs: Int[Array, "episode step"]
    targets: Int[Array, "episode step"]
    taken: Int[Array, "episode step"]
    held: Int[Array, "episode step"]
    expected: Int[Array, "episode step"]
    actions: Int[Array, "episode step actor"]
    """What the algorithm does; -1 where it leaves an actor free."""
    disturbed: Int[Array, "sequence step"]
    disturbed_actions: Int[Array, "sequence step actor"]


class Losses(NamedTuple):
    """The parts of the loss, in nats a supervised step."""

    task: Float[Array, "*step"]
    interchange: Float[Array, "*step"]
    action: Float[Array, "*step"]


class HoldState(AbstractIntervention):
    """Begin given steps with another hidden state.

    For controllers whose hidden vector is all of their state; of others, what is beside it stays.
    """

    values: Float[Array, "*steps hidden"]
    where: Bool[Array, "*steps"]
    site: ClassVar[Site] = "hidden"

    def edit(self, memory: AbstractMemory, value: Any, before: Any) -> Any:
        """Put the other vector in the place of the own one."""
        hidden, *others = value
        return (jnp.where(self.where, self.values, hidden), *others)


def exchanges(
    memory: AbstractMemory, ops: Any, hidden: Array, taken: Array, held: Array
) -> tuple[AbstractIntervention, ...]:
    """Make the interventions by which the episodes of a pair exchange what `taken` and `held` say.

    Args:
        memory: The memory.
        ops: Operations of a run without an exchange, with axes (episode, step).
        hidden: Hidden vectors after each step of that run.
        taken: Step of the partner whose content is written instead; -1 for the own.
        held: Step of the partner after which its hidden state is taken; -1 for the own.
    """
    written = [field.name for field in memory.fields if field.role is Role.CONTENT]
    replaced = [Replace(name, _of_partner(getattr(ops, name), taken), taken != PADDING) for name in written]
    return (*replaced, HoldState(_of_partner(hidden, held), held != PADDING))


def interchange_loss(model: Model, batch: Batch, slots: int) -> Losses:
    """Compute the loss of the task, of the exchanged answers, and of the actions.

    Every episode runs twice: as it is, and with contents of its partner at some steps. Where the algorithm
    leaves an action free, it is to be the most probable one for sure.

    Source: Gupta et al. (2024), strict interchange intervention training. https://arxiv.org/abs/2407.14494
    """
    episodes = batch.inputs.shape[0]
    plain = unroll(model, jnp.concatenate([batch.inputs, batch.disturbed]), slots)
    ops, hidden = jax.tree.map(lambda values: values[:episodes], (plain.ops, plain.hidden))  # pyright: ignore[reportAttributeAccessIssue]
    edits = exchanges(model.memory, ops, hidden, batch.taken, batch.held)
    exchanged = unroll(model, batch.inputs, slots, interventions=edits, return_record=False)
    inputs = jnp.concatenate([batch.inputs, batch.disturbed])
    actions = jnp.concatenate([batch.actions, batch.disturbed_actions])
    return Losses(
        cross_entropy(plain.logits[:episodes], batch.targets, batch.targets >= 0),  # pyright: ignore[reportAttributeAccessIssue]
        cross_entropy(exchanged, batch.expected, batch.expected >= 0),  # pyright: ignore[reportArgumentType]
        action_loss(model.memory, plain.ops, actions, inputs != PADDING),  # pyright: ignore[reportAttributeAccessIssue]
    )


def action_loss(
    memory: AbstractMemory,
    ops: Any,
    actions: Int[Array, "episode step actor"],
    there: Bool[Array, "episode step"],
) -> Float[Array, ""]:
    """Average the cross-entropy of the actors' distributions to actions; if free, to the likeliest."""
    total, first = jnp.zeros(()), 0
    for choice in memory.choices:
        (op,) = choice.labels
        last = first + len(choice.actors)
        probabilities = getattr(ops, op).reshape(*there.shape, len(choice.actors), -1)
        wanted = actions[..., first:last]
        wanted = jnp.where(wanted < 0, jnp.argmax(probabilities, axis=-1), wanted)
        chosen = jnp.take_along_axis(probabilities, wanted[..., None], axis=-1)[..., 0]
        total, first = total - jnp.sum(jnp.log(chosen + SURE) * there[..., None]), last
    return total / jnp.sum(there)


def _of_partner(values: Float[Array, "episode step ..."], steps: Int[Array, "episode step"]) -> Array:
    """Give what the partner of each episode has at given steps; anything where the step is -1."""
    partners = values.reshape(-1, 2, *values.shape[1:])[:, ::-1].reshape(values.shape)
    index = jnp.maximum(steps, 0).reshape(*steps.shape, *[1] * (values.ndim - 2))
    return jnp.take_along_axis(partners, index, axis=1)
