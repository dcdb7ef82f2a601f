"""Every written value followed through a memory whose store is linear in what is written.

The coefficient with which the value of one step is in a slot obeys the same map as the contents do. So the
memory's own `store` is run on coefficients, with a one where a step writes.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from mannscope.anatomy import Reads
from mannscope.compiling import compiled_quickly
from mannscope.errors import MannscopeError
from mannscope.memories.memory import AbstractMemory, Write

_BLOCK = 64
"""Source steps are padded to a multiple of it, so that episodes of similar length share a program."""


class Followed(NamedTuple):
    """What the store holds and what is read after one step, taken apart by the step that wrote it.

    Axes are the memory's own, after those of the source step and of the writer. The last axis but one of a
    store and the last of a reading is the element of a vector, of size one where all are treated alike.
    """

    contents: Float[np.ndarray, "source_step writer *store"]
    initial: Float[np.ndarray, "*store"]
    """What is left of the contents before the first step."""
    reading: Float[np.ndarray, "source_step writer *reading"]
    initial_reading: Float[np.ndarray, "*reading"]


def require_linear(memory: AbstractMemory) -> Write:
    """Give how a memory writes.

    Raises:
        MannscopeError: if that is not linear in what is written, with the reason that the memory gives.
    """
    write = memory.body.write
    if write is None:
        raise MannscopeError(
            "the memory must be linear in what is written, so that it can be followed",
            memory.body.not_linear or type(memory).__name__,
            "Look at the memory's contents instead: figures.memory, Probe",
        )
    return write


def writers(memory: AbstractMemory) -> tuple[str, ...]:
    """Name the axes of the written values along which several are written into one and the same store."""
    write = require_linear(memory)
    return tuple(axis for axis in memory.dims[write.values] if axis not in memory.dims[write.contents])


def follow(
    memory: AbstractMemory,
    variables: Mapping[str, Float[np.ndarray, "step *shape"]],
    first: Float[np.ndarray, "*store"],
    *,
    reads: Reads | None = "after writing",
) -> Iterator[Followed]:
    """Take the contents of the first store, and what is read, apart after every step.

    Args:
        memory: The memory.
        variables: What the store's addresses and the reading need, in the axes of `memory.dims`: ops, parts
            of the state after each step, and those before it under names that end in `_before`.
        first: Contents before the first step.
        reads: Whether a step reads what it has itself written; None where readings are not wanted, and their
            parts of what is given are empty.

    Raises:
        MannscopeError: if the memory is not linear.
    """
    write = require_linear(memory)
    dims = memory.dims
    alike = not any("width" in dims[name.removesuffix("_before")] for name in write.addresses)
    steps = len(next(iter(variables.values())))
    sizes = dict(zip(dims[write.contents], first.shape, strict=True))
    values = variables[write.values][0]
    unit = _units(dims[write.values], values.shape, writers(memory), alike)
    across = 1 if alike else sizes["width"]
    store = tuple(across if axis == "width" else size for axis, size in sizes.items())
    sources = -(-steps // _BLOCK) * _BLOCK
    kind = type(memory.empty(1))
    contents, initial = np.zeros((sources, len(unit), *store)), np.asarray(first, np.float64)
    for step in range(steps):
        at = {name: np.asarray(value[step], np.float64) for name, value in variables.items()}
        with jax.enable_x64(True):  # and not while the caller has the turn, whose programs are its own
            contents, initial, reading, initial_reading = _advance(
                memory, kind, reads, at, unit, np.int32(step), contents, initial
            )
        yield Followed(
            np.asarray(contents)[:steps],
            np.asarray(initial),
            np.asarray(reading)[:steps],
            np.asarray(initial_reading),
        )


def _units(
    axes: tuple[str, ...], shape: tuple[int, ...], several: tuple[str, ...], alike: bool
) -> Float[np.ndarray, "writer *values"]:
    """Give, for each writer, values that are one where it writes, in all parts at once."""
    shape = tuple(1 if alike and axis == "width" else size for axis, size in zip(axes, shape, strict=True))
    places = [
        np.arange(size) if axis in several else np.zeros(size, int)
        for axis, size in zip(axes, shape, strict=True)
    ]
    count = [size if axis in several else 1 for axis, size in zip(axes, shape, strict=True)]
    number = np.ravel_multi_index(np.meshgrid(*places, indexing="ij"), count)
    return (np.arange(int(np.prod(count)))[:, *[None] * len(shape)] == number).astype(float)


@compiled_quickly
def _advance(
    memory: AbstractMemory,
    kind: type,
    reads: Reads | None,
    at: dict[str, Any],
    unit: Any,
    step: Any,
    contents: Any,
    initial: Any,
) -> tuple:
    """Carry out one step on coefficients, and read them."""
    write = require_linear(memory)
    addresses = {name: at[name] for name in write.addresses}
    sources = jnp.arange(len(contents))
    written = (sources == step).astype(contents.dtype)
    values = written[(...,) + (None,) * unit.ndim] * unit

    def store(contents: Any, values: Any) -> Any:
        return write.store(contents, addresses, values)

    def read(before: Any, after: Any) -> Any:
        if reads is None:
            return jnp.zeros(0)
        after = before if reads == "before writing" else after
        return memory.read(_state(kind, write, at, "_before", before), _state(kind, write, at, "", after))

    after = jax.vmap(jax.vmap(store))(contents, values)
    left = store(initial, jnp.zeros_like(at[write.values]))
    return after, left, jax.vmap(jax.vmap(read))(contents, after), read(initial, left)


def _state(kind: type, write: Write, at: Mapping[str, Any], suffix: str, contents: Any) -> Any:
    parts = {name: at.get(name + suffix) for name in kind._fields if name != write.contents}
    return kind(**parts, **{write.contents: contents})
