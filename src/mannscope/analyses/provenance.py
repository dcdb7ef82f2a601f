"""Which step's write is in what is read now: exact coefficients through the linear memory update."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import xarray as xr
from jaxtyping import Float

from mannscope.analyses.results import plain
from mannscope.arrays import PADDING
from mannscope.errors import MannscopeError

PUSH, POP, NO_OP = 0, 1, 2

Coefficients = Float[np.ndarray, "step source_step write_head width"]


@dataclass(frozen=True, eq=False)
class ProvenanceResult:
    """The readings of one stack or read head, taken apart by the step that wrote them.

    The reading of a step is the sum over source steps and write heads of `coefficients * written`, plus
    `initial`.
    """

    episode: int
    head: int
    arcs: Float[np.ndarray, "step source_step"]
    """How much of what is read at a step was written at the source step.

    These are the coefficients, averaged over the width and summed over the write heads.
    """
    coefficients: Coefficients
    """The same by write head and element; a stack has one "write head" and treats elements alike."""
    written: Float[np.ndarray, "source_step write_head width"]
    """What each step wrote: the pushed value, or the add vectors."""
    initial: Float[np.ndarray, "step width"]
    """What is left in the reading of the memory before the first step."""
    error: float
    """Largest difference of the sum from the recorded reading: rounding, or else another kind of memory."""

    def to_dict(self) -> dict[str, Any]:
        """Give the arcs and the error as plain values."""
        return plain({"episode": self.episode, "head": self.head, "arcs": self.arcs, "error": self.error})


@dataclass(frozen=True)
class Provenance:
    """Follows every written value through the memory to every reading, from the trace alone.

    One episode is enough. The memories of these models are linear in what is written once the ops are known,
    so that the coefficient of a write obeys the same update as the memory itself:

    - superposition stack, Joulin & Mikolov (2015), equations (4) and (5), top in slot 0, of the write at s:
      ``c_t[i] = PUSH_t c_{t-1}[i-1] + POP_t c_{t-1}[i+1] + NO_OP_t c_{t-1}[i]``,
      with ``c[-1]`` one where s = t;
    - neural Turing machine, Graves et al. (2014), equations (2) to (4):
      ``M_t(i) = M_{t-1}(i) prod_h (1 - w_t^h(i) e_t^h) + sum_h w_t^h(i) a_t^h``, read as ``sum_i w(i) M(i)``.

    Args:
        episode: Index of the episode.
        head: Index of the stack, or of the read head.
        slot: For stacks, which of the slots that are read, 0 being the top.
    """

    episode: int = 0
    head: int = 0
    slot: int = 0

    def __call__(self, trace: xr.Dataset) -> ProvenanceResult:
        """Take the readings of one episode apart.

        Raises:
            MannscopeError: if the episode or head does not exist, or the trace is of neither kind of memory.
        """
        one = _one_episode(trace, self.episode)
        parts = _kind(one)(one, self.head, self.slot)
        rebuilt = np.einsum("tshw,shw->tw", parts.coefficients, parts.written) + parts.initial
        return ProvenanceResult(
            episode=self.episode,
            head=self.head,
            arcs=parts.coefficients.sum(axis=2).mean(axis=2),
            coefficients=parts.coefficients,
            written=parts.written,
            initial=parts.initial,
            error=float(np.abs(rebuilt - parts.reading).max()),
        )


class _Parts(NamedTuple):
    coefficients: np.ndarray
    written: np.ndarray
    initial: np.ndarray
    reading: np.ndarray


def _stack(one: xr.Dataset, head: int, slot: int) -> _Parts:
    _require(one, "stack", "head", head)
    _require(one, "depth", "slot", slot)
    one = one.isel(stack=head)
    actions, value = _values(one, "actions", "action"), _values(one, "push_value", "width")
    steps, (slots, width) = len(value), (one.sizes["slot"], one.sizes["width"])
    contents = np.zeros((slots, steps + width))
    contents[:, steps:] = _initial(one)
    read = np.zeros((steps, steps + width))
    before_writing = one.attrs.get("reads") == "before writing"
    for step in range(steps):
        before = contents
        pushed = np.zeros((1, steps + width))
        pushed[0, step] = 1.0
        push, pop, no_op = actions[step, [PUSH, POP, NO_OP]]
        contents = (
            push * np.concatenate([pushed, before[:-1]])
            + pop * np.concatenate([before[1:], np.zeros_like(pushed)])
            + no_op * before
        )
        read[step] = (before if before_writing else contents)[slot]
    coefficients = np.repeat(read[:, :steps, None, None], width, axis=3)
    return _Parts(
        coefficients, value[:, None], read[:, steps:], _values(one.isel(depth=slot), "reading", "width")
    )


def _turing_machine(one: xr.Dataset, head: int, slot: int) -> _Parts:
    _require(one, "read_head", "head", head)
    one = one.isel(read_head=head)
    erase, add = (_values(one, name, "write_head", "width") for name in ("erase", "add"))
    writes, reads = _values(one, "write_weights", "write_head", "slot"), _values(one, "read_weights", "slot")
    steps, heads, width = add.shape
    contents = np.zeros((steps * heads + 1, writes.shape[2], width))
    contents[-1] = _initial(one)
    read = np.zeros((steps, steps * heads + 1, width))
    before_writing = one.attrs.get("reads") == "before writing"
    for step in range(steps):
        before = contents
        contents = before * np.prod(1 - writes[step, :, :, None] * erase[step, :, None, :], axis=0)
        contents[step * heads : (step + 1) * heads] += writes[step, :, :, None]
        read[step] = np.einsum("i,siw->sw", reads[step], before if before_writing else contents)
    coefficients = read[:, :-1].reshape(steps, steps, heads, width)
    return _Parts(coefficients, add, read[:, -1], _values(one, "reading", "width"))


_KINDS: dict[tuple[str, ...], Callable[[xr.Dataset, int, int], _Parts]] = {
    ("actions", "push_value", "memory", "reading"): _stack,
    ("write_weights", "read_weights", "erase", "add", "memory", "reading"): _turing_machine,
}


def _kind(one: xr.Dataset) -> Callable[[xr.Dataset, int, int], _Parts]:
    for needed, follow in _KINDS.items():
        if all(name in one for name in needed):
            return follow
    raise MannscopeError(
        "the trace must be of a memory that is linear in what is written, with "
        + "; or ".join(", ".join(needed) for needed in _KINDS),
        ", ".join(sorted(map(str, one.variables))),
        "Record the ops and the state of a superposition stack or a neural Turing machine",
    )


def _one_episode(trace: xr.Dataset, episode: int) -> xr.Dataset:
    _require(trace, "episode", "episode", episode)
    one = trace.isel(episode=episode)
    return one.isel(step=np.flatnonzero(one["input"].values != PADDING))


def _require(one: xr.Dataset, dim: str, option: str, index: int) -> None:
    size = one.sizes.get(dim, 1)
    if not 0 <= index < size:
        raise MannscopeError(
            f"{option} must be from 0 to {size - 1}", str(index), f"Pass {option}=0, for example"
        )


def _values(one: xr.Dataset, name: str, *dims: str) -> np.ndarray:
    return one[name].transpose("step", *dims).values.astype(float)


def _initial(one: xr.Dataset) -> Float[np.ndarray, "slot width"]:
    """The memory before the first step; zeros where the trace does not tell."""
    if "memory_before" not in one or not one.sizes["step"]:
        return np.zeros((one.sizes["slot"], one.sizes["width"]))
    return one["memory_before"].isel(step=0).transpose("slot", "width").values.astype(float)
