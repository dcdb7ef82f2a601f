"""Runs a memory on its own over operations drawn at random, as a controller would emit them."""

from functools import partial
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from mannscope.memories import AbstractMemory


def random_fields(memory: AbstractMemory, steps: int, seed: int, scale: float = 1.5) -> dict[str, jax.Array]:
    """Draw what is emitted for every field, with a leading axis of steps, before it is squashed."""
    numbers = np.random.default_rng(seed)
    return {
        field.name: jnp.asarray(scale * numbers.normal(size=(steps, *field.shape)), jnp.float32)
        for field in memory.fields
    }


@eqx.filter_jit
def squash(memory: AbstractMemory, fields: dict[str, jax.Array]) -> Any:
    """Make operations of what is emitted."""
    return memory.ops(**{field.name: field.squash(fields[field.name]) for field in memory.fields})


def random_ops(memory: AbstractMemory, steps: int, seed: int, scale: float = 1.5) -> Any:
    """Draw operations, with a leading axis of steps."""
    return squash(memory, random_fields(memory, steps, seed, scale))


@eqx.filter_jit
def run(memory: AbstractMemory, ops: Any, slots: int, steps: int) -> tuple[Any, jax.Array]:
    """Give the states and the readings after every step."""
    return jax.lax.scan(partial(_step, memory), memory.empty(slots), ops, length=steps)[1]


@eqx.filter_jit
def gradient(memory: AbstractMemory, ops: Any, slots: int, steps: int, weights: jax.Array) -> Any:
    """Differentiate a weighted sum of all readings."""
    return jax.grad(lambda ops: jnp.sum(run(memory, ops, slots, steps)[1] * weights))(ops)


@eqx.filter_jit
def apply(memory: AbstractMemory, state: Any, ops: Any) -> Any:
    """Take one step, compiled."""
    return memory.apply(state, ops)


def _step(memory: AbstractMemory, state: Any, ops: Any) -> tuple:
    after = memory.apply(state, ops)
    return after, (after, memory.read(state, after))


def one(ops: Any, step: int = 0) -> Any:
    """Cut one step out of several."""
    return jax.tree.map(lambda op: jnp.asarray(np.asarray(op)[step]), ops)


def directional_derivative(function: Any, at: dict[str, np.ndarray], name: str, way: np.ndarray) -> float:
    """Measure how fast a function of named arrays rises if one of them goes one way: central differences."""
    tiny = 1e-6
    higher, lower = (function(at | {name: at[name] + sign * tiny * way}) for sign in (1, -1))
    return (higher - lower) / (2 * tiny)
