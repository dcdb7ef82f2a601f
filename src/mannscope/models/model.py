"""The model: a controller that drives a memory through one interface, and its unrolling over time."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from mannscope.memories import AbstractMemory
from mannscope.models import rewinding
from mannscope.models.controllers import AbstractController
from mannscope.models.interface import Interface, InterfaceInput, cut
from mannscope.models.intervention import AbstractIntervention
from mannscope.models.layers import ControllerState, Linear
from mannscope.models.noise import Noise, straight_through


class Carry(NamedTuple):
    """What one step hands to the next."""

    controller: ControllerState
    memory: Any
    reading: Float[Array, " reading"]


class StepRecord(NamedTuple):
    """Everything that happened in one step, or with leading axes in many."""

    logits: Float[Array, "*steps output_symbol"]
    hidden: Float[Array, "*steps hidden"]
    interface: Float[Array, "*steps interface"]
    ops: Any
    memory: Any
    reading: Float[Array, "*steps reading"]
    action: Int[Array, "*steps actor"]


class Model(eqx.Module):
    """A memory-augmented network for symbol sequences.

    h_t = C(x_t, r_{t-1}, h_{t-1}); ξ_t = W_ξ h_t + b_ξ; M_t = U(M_{t-1}, ξ_t); r_t = R(M_t); y_t = W_y [h_t;
    r_t] + b_y. Only U and R differ between memories.
    """

    controller: AbstractController
    interface: Interface
    readout: Linear
    memory: AbstractMemory = eqx.field(static=True)
    symbols: int = eqx.field(static=True)
    outputs: int = eqx.field(static=True)

    def __init__(
        self,
        symbols: int,
        outputs: int,
        memory: AbstractMemory,
        controller: Callable[..., AbstractController],
        options: dict[str, Any],
        *,
        interface_input: InterfaceInput = "hidden",
        policy_gain: float = 1.0,
        key: PRNGKeyArray,
    ) -> None:
        controller_key, interface_key, readout_key = jax.random.split(key, 3)
        readings = reading_size(memory)
        self.symbols, self.outputs, self.memory = symbols, outputs, memory
        self.controller = controller(symbols, readings, **options, key=controller_key)
        self.interface = Interface(
            memory, symbols, self.controller.hidden, interface_input, policy_gain, key=interface_key
        )
        self.readout = Linear(self.controller.hidden + readings, outputs, key=readout_key)

    def initial(self, slots: int) -> Carry:
        """Make what the first step receives: an empty memory and what is read there."""
        memory = self.memory.empty(slots)
        return Carry(self.controller.initial(), memory, self.memory.read(memory, memory).ravel())

    def step(
        self,
        carry: Carry,
        symbol: Int[Array, ""],
        noise: Noise | None = None,
        interventions: tuple[AbstractIntervention, ...] = (),
    ) -> tuple[Carry, StepRecord]:
        """Read one symbol: emit operations, apply them, read, and give the output."""
        one_hot = jax.nn.one_hot(symbol, self.symbols)
        before = carry.memory
        controller = self._edit("hidden", interventions, carry.controller, before)
        controller = self.controller(one_hot, carry.reading, controller)
        if noise is not None:
            controller = (controller[0] + noise.hidden, *controller[1:])
        raw = self.interface(one_hot, controller[0])
        if noise is not None:
            raw = noise.disturb(raw)
        ops = cut(self.memory, raw)
        if noise is not None:
            ops = straight_through(noise.hard, ops, partial(self.memory.discretise, before))
        ops = self._edit("ops", interventions, ops, before)
        after = self._edit("memory", interventions, self.memory.apply(before, ops), before)
        reading = self._edit("reading", interventions, self.memory.read(before, after).ravel(), before)
        logits = self.readout(jnp.concatenate([controller[0], reading]))
        record = StepRecord(logits, controller[0], raw, ops, after, reading, self.memory.action(before, ops))
        return Carry(controller, after, reading), record

    def context_free(self) -> Float[Array, "symbol interface"]:
        """Emit, for every symbol, what it would cause alone: no earlier symbol and no reading."""

        def emit(symbol: Float[Array, " symbol"]) -> Float[Array, " interface"]:
            nothing = jnp.zeros(reading_size(self.memory))
            return self.interface(symbol, self.controller(symbol, nothing, self.controller.initial())[0])

        return jax.vmap(emit)(jnp.eye(self.symbols))

    def _edit(
        self, site: str, interventions: tuple[AbstractIntervention, ...], value: Any, before: Any
    ) -> Any:
        for intervention in interventions:
            if intervention.site == site:
                value = intervention.edit(self.memory, value, before)
        return value


def reading_size(memory: AbstractMemory) -> int:
    """Count the numbers that a memory gives back in one step."""
    empty = jax.eval_shape(lambda: memory.empty(max(1, memory.slots_for(2))))
    return jax.eval_shape(memory.read, empty, empty).size


def unroll(
    model: Model,
    inputs: Int[Array, "episode step"],
    slots: int,
    *,
    starts: Bool[Array, "episode step"] | None = None,
    noise: Noise | None = None,
    interventions: tuple[AbstractIntervention, ...] = (),
    return_record: bool = True,
) -> StepRecord | Float[Array, "episode step output_symbol"]:
    """Run a batch of sequences; padding (-1) is read as no symbol at all.

    Args:
        model: The network.
        inputs: Symbols.
        slots: Size of the memory.
        starts: Where a new episode begins within a row, so that everything is reset there.
        noise: Training noise.
        interventions: Edits, applied in order.
        return_record: Give the whole record, rather than the logits alone.
    """
    first = model.initial(slots)
    if noise is not None:
        noise = noise.with_alone(jax.nn.one_hot(inputs, model.symbols) @ model.context_free())

    appended = None if return_record or interventions else model.memory.body.appended
    arrays, static = eqx.partition(model, eqx.is_inexact_array)

    def restarted(memory: Any, at: tuple) -> Any:
        if at[1] is None or appended is None:
            return memory
        kept = {name: getattr(memory, name) for name in appended.contents}
        new = model.memory.empty(slots)._replace(**kept)
        return jax.tree.map(partial(jnp.where, at[1]), new, memory)

    def step(arrays: Model, carry: Carry, at: tuple) -> tuple[Carry, Any]:
        symbol, start, noise, interventions = at
        model = eqx.combine(arrays, static)
        if start is not None:
            new = model.initial(slots) if appended else first
            new = new._replace(memory=restarted(carry.memory, at) if appended else new.memory)
            carry = jax.tree.map(partial(jnp.where, start), new, carry)
        carry, record = model.step(carry, symbol, noise, interventions)
        return carry, record if return_record else record.logits

    # Batched within a step rather than around the scan: half of the work for JAX to trace.
    episodes = inputs.shape[0]
    carry = jax.tree.map(lambda part: jnp.broadcast_to(part, (episodes, *part.shape)), first)
    every = jax.vmap(step, in_axes=(None, 0, 0))
    by_step = _swap((inputs, starts, noise, interventions))
    if appended is not None:
        return _swap(rewinding.scan(every, restarted, appended, arrays, carry, by_step))
    every = jax.checkpoint(partial(every, arrays), prevent_cse=False)
    return _swap(jax.lax.scan(every, carry, by_step, length=inputs.shape[1])[1])


def _swap(tree: Any) -> Any:
    """Exchange the axes of episodes and steps."""
    return jax.tree.map(lambda values: jnp.swapaxes(values, 0, 1), tree)
