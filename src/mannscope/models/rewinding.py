"""A scan whose gradient keeps one copy of what a memory only appends to, rather than one for every step.

Going back from the end, every step's slots are given what they held before; so all earlier states are found
again, to the bit, from the last one and from a vector for each slot that was written.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Int

from mannscope.memories.memory import Appended

Step = Callable[[Any, Any, Any], tuple[Any, Any]]
"""From weights, what the step before hands on and inputs, to what it hands on itself, and an output."""


Restart = Callable[[Any, Any], Any]
"""From the memory's state and inputs, for one episode, to the state that the step begins with."""

Slots = Callable[[Any, Any], Int[Array, "episode written"]]


def scan(step: Step, restart: Restart, appended: Appended, weights: Any, first: Any, inputs: Any) -> Any:
    """Take all steps, and give their outputs; only weights, `first` and inputs can be differentiated by.

    Args:
        step: One step of all episodes, which are the first axis; `memory` is the memory's state in what it is
            handed.
        restart: What the step does first; it leaves alone what is only appended to.
        appended: What the memory only appends to.
        weights: Inexact arrays alone.
        first: What the first step is handed.
        inputs: Those of every step; the steps are the first axis.
    """
    floats, others = eqx.partition(inputs, eqx.is_inexact_array)
    return _scan(step, partial(_slots, restart, appended), appended, weights, first, floats, others)


@partial(jax.custom_vjp, nondiff_argnums=(0, 1, 2))
def _scan(
    step: Step, slots: Slots, appended: Appended, weights: Any, first: Any, floats: Any, others: Any
) -> Any:
    def body(carry: Any, at: tuple) -> tuple[Any, Any]:
        return step(weights, carry, eqx.combine(*at))

    return jax.lax.scan(body, first, (floats, others))[1]


def _forward(
    step: Step, slots: Slots, appended: Appended, weights: Any, first: Any, floats: Any, others: Any
) -> tuple:
    def body(carry: Any, at: tuple) -> tuple[Any, Any]:
        rest, tables = _apart(appended, carry)
        held = jax.vmap(_held)(slots(rest, eqx.combine(*at)), tables)
        after, output = step(weights, carry, eqx.combine(*at))
        return after, (output, rest, held)

    last, (outputs, rests, held) = jax.lax.scan(body, first, (floats, others))
    return outputs, (weights, rests, held, _apart(appended, last)[1], floats, others)


def _backward(step: Step, slots: Slots, appended: Appended, saved: tuple, slopes: Any) -> tuple:
    weights, rests, held, tables, floats, others = saved

    def body(carry: tuple, at: tuple) -> tuple[tuple, Any]:
        slope, of_weights, tables = carry
        rest, held, floats, others, of_output = at
        tables = jax.vmap(_restored)(slots(rest, eqx.combine(floats, others)), tables, held)
        before, counts = eqx.partition(_together(rest, tables), eqx.is_inexact_array)

        def again(weights: Any, before: Any, floats: Any) -> tuple[Any, Any]:
            after, output = step(weights, eqx.combine(before, counts), eqx.combine(floats, others))
            return eqx.filter(after, eqx.is_inexact_array), output

        by_weights, by_before, by_floats = jax.vjp(again, weights, before, floats)[1]((slope, of_output))
        return (by_before, jax.tree.map(jnp.add, of_weights, by_weights), tables), by_floats

    last = _together(jax.tree.map(lambda values: values[-1], rests), tables)
    nothing = jax.tree.map(jnp.zeros_like, (eqx.filter(last, eqx.is_inexact_array), weights))
    (slope, of_weights, _), of_floats = jax.lax.scan(
        body, (*nothing, tables), (rests, held, floats, others, slopes), reverse=True
    )
    return of_weights, _with_counts(slope, last), of_floats, None


_scan.defvjp(_forward, _backward)


def _with_counts(slope: Any, like: Any) -> Any:
    """Give numbers that are counted the slope that JAX asks for."""
    return jax.tree.map(
        lambda values, by: by if eqx.is_inexact_array(values) else jnp.zeros(values.shape, jax.dtypes.float0),
        like,
        slope,
        is_leaf=lambda value: value is None,
    )


def _apart(appended: Appended, carry: Any) -> tuple[Any, dict[str, Array]]:
    tables = {name: getattr(carry.memory, name) for name in appended.contents}
    return carry._replace(memory=carry.memory._replace(**dict.fromkeys(tables))), tables


def _together(rest: Any, tables: dict[str, Array]) -> Any:
    return rest._replace(memory=rest.memory._replace(**tables))


def _slots(restart: Restart, appended: Appended, rest: Any, inputs: Any) -> Int[Array, "episode written"]:
    """Say which slots a step will write to."""
    return jax.vmap(lambda memory, at: appended.slots(restart(memory, at)))(rest.memory, inputs)


def _held(slots: Int[Array, " written"], tables: dict[str, Array]) -> dict[str, Array]:
    """Give what the slots hold that a step will write to."""
    return {name: jnp.take(table, slots, axis=-1, mode="clip") for name, table in tables.items()}


def _restored(
    slots: Int[Array, " written"], tables: dict[str, Array], held: dict[str, Array]
) -> dict[str, Array]:
    """Put back what the slots held."""
    restored = dict(tables)
    for name, before in held.items():
        for number in range(len(slots)):
            here = jnp.arange(tables[name].shape[-1]) == slots[number]
            restored[name] = jnp.where(here, before[..., number, None], restored[name])
    return restored
