"""Run a network of ours with hard actions, and its controller from any state, for programs to be made of."""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from mannscope.compiling import compiled
from mannscope.machines import MACHINES
from mannscope.memories import AbstractMemory, choose_slots
from mannscope.memories.realisations import Realisation
from mannscope.models import Discretise, Model, in_batches
from mannscope.models.model import Carry, StepRecord

SHARP = 0.9
"""Weight from which a head counts as being on one slot."""
_BATCH = 1024


class HardRun(NamedTuple):
    """What is kept of a batch of episodes that are run with hard actions."""

    state: Float[np.ndarray, "episode step state"]
    """What the controller hands to the next step."""
    action: Int[np.ndarray, "episode step actor"]
    output: Int[np.ndarray, "episode step"]
    places: Int[np.ndarray, "episode step head"]
    """The slot that each head is on; empty where the memory has no heads that its machine moves."""
    sharp: Bool[np.ndarray, "episode step"]
    reading: Float[np.ndarray, "episode step width"]
    row: Float[np.ndarray, "episode step width"]
    """What is written, or what the slot under the write head holds after writing."""


class _Steps(NamedTuple):
    """The same of the steps of one episode, or of a batch of them."""

    state: Float[Array, "*episode step state"]
    action: Int[Array, "*episode step actor"]
    output: Int[Array, "*episode step"]
    places: Int[Array, "*episode step head"]
    sharp: Bool[Array, "*episode step"]
    reading: Float[Array, "*episode step width"]
    row: Float[Array, "*episode step width"]


class Entered(NamedTuple):
    """A controller that can be entered between two steps, with a state and a reading of one's own."""

    next_states: Callable[
        [int, Float[np.ndarray, "point state"], Float[np.ndarray, "point width"]],
        Float[np.ndarray, "point state"],
    ]
    """Gives the states that would follow at a symbol."""
    outputs: Callable[
        [Float[np.ndarray, "point state"], Float[np.ndarray, "point width"]], Int[np.ndarray, " point"]
    ]
    """Gives the most probable outputs with a state and a reading."""


def hard_run(model: Model, machine: Realisation, inputs: Int[np.ndarray, "episode step"]) -> HardRun:
    """Run episodes with the most probable action at every step."""
    slots = choose_slots(model.memory, inputs.shape[1])
    writes = bool(MACHINES[machine.machine].writing)
    made = in_batches(lambda batch: _run(model, batch, slots, machine.contents if writes else ""), inputs)
    return HardRun(*(np.asarray(part) for part in made))


def entered(model: Model) -> Entered:
    """Give a model's controller to be entered with other states and readings."""
    return Entered(
        lambda symbol, state, reading: _in_parts(
            lambda s, r: _next_states(model, jnp.asarray(symbol), s, r), state, reading
        ),
        lambda state, reading: _in_parts(lambda s, r: _outputs(model, s, r), state, reading),
    )


@compiled
def _run(model: Model, inputs: Array, slots: int, contents: str) -> _Steps:
    first = model.initial(slots)

    def step(carry: Carry, symbol: Array) -> tuple[Carry, _Steps]:
        carry, record = model.step(carry, symbol, None, (Discretise(),))
        places, sharp, row = _written(model.memory, record, contents)
        return carry, _Steps(
            jnp.concatenate(carry.controller),
            record.action,
            jnp.argmax(record.logits),
            places,
            sharp,
            record.reading,
            row,
        )

    return jax.vmap(lambda symbols: jax.lax.scan(step, first, symbols)[1])(inputs)


def _written(memory: AbstractMemory, record: StepRecord, contents: str) -> tuple[Array, Array, Array]:
    """Give the heads' slots, whether they are sharp, and the row that is written."""
    if contents:
        values = getattr(record.ops, contents)
        return jnp.zeros(0, int), jnp.asarray(True), values.reshape(-1, values.shape[-1])[0]
    heads = {head.kind: getattr(record.memory, head.weights)[head.index] for head in memory.body.heads}
    place = jnp.argmax(heads["write"])
    places = jnp.stack([jnp.argmax(heads["read"]), place])
    store = getattr(record.memory, memory.body.stores[0].variable)
    return places, jnp.minimum(heads["read"].max(), heads["write"].max()) >= SHARP, store[:, place]


def _in_parts(run: Callable[[Array, Array], Array], state: np.ndarray, reading: np.ndarray) -> np.ndarray:
    """Run parts of one size, so that one compiled program does for all of them."""
    missing = -len(state) % _BATCH
    padded = [jnp.asarray(np.pad(part, ((0, missing), (0, 0)))) for part in (state, reading)]
    parts = [
        np.asarray(run(*(part[start : start + _BATCH] for part in padded)))
        for start in range(0, len(state), _BATCH)
    ]
    return np.concatenate(parts)[: len(state)]


@compiled
def _next_states(model: Model, symbol: Array, state: Array, reading: Array) -> Array:
    parts = jax.tree.leaves(jax.eval_shape(model.controller.initial))
    cuts = np.cumsum([part.size for part in parts])[:-1].tolist()

    def one(state: Array, reading: Array) -> Array:
        controller = tuple(jnp.split(state, cuts))
        return jnp.concatenate(model.controller(jax.nn.one_hot(symbol, model.symbols), reading, controller))

    return jax.vmap(one)(state, reading)


@compiled
def _outputs(model: Model, state: Array, reading: Array) -> Array:
    hidden = state[:, : model.controller.hidden]
    return jnp.argmax(jax.vmap(model.readout)(jnp.concatenate([hidden, reading], axis=1)), axis=1)
