"""Every written value followed through the memory: how much of each step's write is in each slot."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import xarray as xr
from jaxtyping import Float

from mannscope.errors import MannscopeError
from mannscope.memories import AbstractMemory, Write
from mannscope.memories.follow import Followed, follow, require_linear, writers
from mannscope.memories.table import build
from mannscope.traces import anatomy

_READING = "reading"


class Held(NamedTuple):
    """What is held or read by one part of a memory, taken apart by the step that wrote it.

    It is the sum over source steps and writers of `coefficients * written`, plus `initial`.
    """

    coefficients: Float[np.ndarray, "source_step writer *place element"]
    """By the element of a vector, or for all elements at once (one `element`) where the memory treats them
    alike."""
    initial: Float[np.ndarray, "*place width"]
    """What is left of the memory before the first step."""

    def contents(self, written: Float[np.ndarray, "source_step writer width"]) -> Float[np.ndarray, "..."]:
        """Add up what is held or read."""
        sources = "shiw" if self.coefficients.ndim == 4 else "shw"
        to = sources[2:]
        coefficients = np.broadcast_to(self.coefficients, (*self.coefficients.shape[:-1], written.shape[-1]))
        return np.einsum(f"{sources},shw->{to}", coefficients, written) + self.initial


@dataclass(frozen=True)
class WriteTrace:
    """One episode of a memory that is linear in what is written, once the ops are known.

    The coefficient of a write obeys the same update as the memory itself, which is run on it. For example:

    - superposition stack, Joulin & Mikolov (2015), equations (4) and (5), top in slot 0, of the write at s:
      ``c_t[i] = PUSH_t c_{t-1}[i-1] + POP_t c_{t-1}[i+1] + NO_OP_t c_{t-1}[i]``,
      with ``c[-1]`` one where s = t;
    - neural Turing machine, Graves et al. (2014), equations (3) and (4):
      ``M_t(i) = M_{t-1}(i) prod_h (1 - w_t^h(i) e_t^h) + sum_h w_t^h(i) a_t^h``.
    """

    one: xr.Dataset
    memory: AbstractMemory
    write: Write

    @classmethod
    def of(cls, one: xr.Dataset) -> "WriteTrace":
        """Find the equations that one episode of a trace obeys.

        Raises:
            MannscopeError: if the trace names no memory, or its memory is not linear in what is written, or
                a variable that this needs is not recorded, or has actions that the memory does not.
        """
        memory = build(anatomy(one).memory)
        write = require_linear(memory)
        _require(one, write.contents, write.values, *write.addresses)
        return cls(_in_order(one, memory, write), memory, write)

    def written(self, part: int) -> Float[np.ndarray, "source_step writer width"]:
        """Give what each step wrote to a part."""
        values = self._of_part(self.write.values, self._values(self.write.values), part, 1)
        return values.reshape(len(values), -1, values.shape[-1])

    @property
    def reads(self) -> bool:
        """Whether all that it takes to follow what is read is recorded."""
        return all(name in self.one for name in (_READING, *self._state()))

    def _state(self) -> list[str]:
        """Name the parts of the state besides what is held, without those that no trace has."""
        left_out = {self.write.contents, *self.memory.body.omitted}
        return [name for name in self.memory.empty(1)._fields if name not in left_out]

    def walk(self, *, reads: bool) -> Iterator[Followed]:
        """Take the memory apart after every step, and what is read as well if it is wanted.

        Raises:
            MannscopeError: if what is read is wanted, and a variable that this needs is not recorded.
        """
        names = {self.write.values, *self.write.addresses}
        if reads:
            _require(self.one, _READING, *self._state())
            before = (f"{name}_before" for name in self._state())
            names |= {*self._state(), *(name for name in before if name in self.one)}
        variables = {name: self._values(name) for name in names}
        order = anatomy(self.one).reads if reads else None
        return follow(self.memory, variables, self._first(), reads=order)

    def held(self, followed: Followed, part: int) -> Held:
        """Pick what one part of the store holds, with the axes slot and element."""
        name = self.write.contents
        coefficients = self._of_part(name, followed.contents, part, 2)
        initial = self._of_part(name, followed.initial, part, 0)
        if "slot" not in self.memory.dims[name]:
            coefficients, initial = coefficients[:, :, None], initial[None]
        elif self.memory.dims[name].index("slot") > self.memory.dims[name].index("width"):
            coefficients, initial = coefficients.swapaxes(-1, -2), initial.swapaxes(-1, -2)
        return Held(coefficients, initial)

    def read(self, followed: Followed, reader: int, slot: int) -> Held:
        """Pick what one reader reads at one of its places."""
        at = self._reader(reader, slot)
        return Held(followed.reading[(slice(None), slice(None), *at)], followed.initial_reading[at])

    def readers(self) -> tuple[str, ...]:
        """Name who reads: the axis along which several read, with its number, or `reading` alone."""
        axes = self._reading_axes()
        return (
            tuple(f"{axes[0]} {one}" for one in range(self.one.sizes.get(axes[0], 1)))
            if axes
            else (_READING,)
        )

    def places(self) -> int:
        """Count the places that a reader reads at once."""
        return self.one.sizes.get(axes[1], 1) if len(axes := self._reading_axes()) > 1 else 1

    def part_read_by(self, reader: int) -> int:
        """Give the part of the store that a reader reads: where parts read for themselves, its own."""
        axes, store = self._reading_axes(), self.memory.body.stores[0]
        return reader if axes and axes[0] == store.parts else 0

    def recorded_reading(self, reader: int, slot: int) -> Float[np.ndarray, "step width"]:
        """Give what the trace says was read."""
        return self._values(_READING)[(slice(None), *self._reader(reader, slot))]

    def _reader(self, reader: int, slot: int) -> tuple[int, ...]:
        return (reader, slot)[: len(self._reading_axes())]

    def _reading_axes(self) -> tuple[str, ...]:
        return tuple(axis for axis in self.memory.dims[_READING] if axis != "width")

    def _of_part(self, name: str, values: np.ndarray, part: int, leading: int) -> np.ndarray:
        """Cut one part out of an array with a variable's axes behind some others."""
        parts, dims = self.memory.body.stores[0].parts, self.memory.dims[name]
        if not parts or parts not in dims or (name == self.write.values and parts in writers(self.memory)):
            return values
        return values.take(part, axis=leading + dims.index(parts))

    def _values(self, name: str) -> Float[np.ndarray, "step *shape"]:
        dims = self.memory.dims[name.removesuffix("_before")]
        values = self.one[name]
        missing = [dim for dim in dims if dim not in values.dims]  # an axis of parts, where there is one part
        return values.expand_dims(missing).transpose("step", *dims).values.astype(float)

    def _first(self) -> Float[np.ndarray, "*store"]:
        """The contents before the first step; zeros where they are not recorded."""
        name = self.write.contents
        if f"{name}_before" in self.one and self.one.sizes["step"]:
            return self._values(f"{name}_before")[0]
        return np.zeros(self._values(name).shape[1:])


def _in_order(one: xr.Dataset, memory: AbstractMemory, write: Write) -> xr.Dataset:
    """Put the actions of the distributions that say where is written into the memory's own order.

    An action that the trace does not have is never taken.

    Raises:
        MannscopeError: if the trace has an action that the memory does not.
    """
    for op, labels in ((op, labels) for choice in memory.choices for op, labels in choice.labels.items()):
        if op not in write.addresses:
            continue
        axis, own = memory.dims[op][-1], list(labels)
        found = one[axis].values.tolist() if axis in one.coords else own[: one.sizes[axis]]
        if (axis not in one.coords and one.sizes[axis] != len(own)) or not set(found) <= set(own):
            raise MannscopeError(
                f"the coordinate {axis} of the trace must be among {', '.join(map(str, own))}",
                ", ".join(map(str, found)) if axis in one.coords else f"none, for {one.sizes[axis]} actions",
                f"Name them: trace.assign_coords({axis}=[...])",
            )
        if found != own:
            one = one.reindex({axis: own}, fill_value=0)
    return one


def _require(one: xr.Dataset, *names: str) -> None:
    for name in names:
        if name not in one:
            present = ", ".join(sorted(map(str, one.variables)))
            raise MannscopeError(f"the trace must have the variable {name}", present, "Record it too")
