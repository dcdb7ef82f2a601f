"""Every written value followed through the memory: how much of each step's write is in each slot."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import xarray as xr
from jaxtyping import Float

from mannscope.arrays import PADDING
from mannscope.errors import MannscopeError

PUSH, POP, NO_OP = 0, 1, 2


class Held(NamedTuple):
    """What the slots hold, taken apart by the step that wrote it.

    A slot holds the sum over source steps and write heads of `coefficients * written`, plus `initial`.
    """

    coefficients: Float[np.ndarray, "source_step write_head slot element"]
    """By the element of a slot, or for all elements at once (one `element`) where the memory treats them
    alike."""
    initial: Float[np.ndarray, "slot width"]
    """What is left of the memory before the first step."""

    def contents(
        self, written: Float[np.ndarray, "source_step write_head width"]
    ) -> Float[np.ndarray, "slot width"]:
        """Add up what the slots hold."""
        if self.coefficients.shape[3] == 1:
            return np.tensordot(self.coefficients[..., 0], written, ([0, 1], [0, 1])) + self.initial
        return np.einsum("shiw,shw->iw", self.coefficients, written) + self.initial


@dataclass(frozen=True)
class Lineage:
    """One part of a memory that is linear in what is written, once the ops are known.

    The coefficient of a write obeys the same update as the memory itself:

    - superposition stack, Joulin & Mikolov (2015), equations (4) and (5), top in slot 0, of the write at s:
      ``c_t[i] = PUSH_t c_{t-1}[i-1] + POP_t c_{t-1}[i+1] + NO_OP_t c_{t-1}[i]``,
      with ``c[-1]`` one where s = t;
    - neural Turing machine, Graves et al. (2014), equations (3) and (4):
      ``M_t(i) = M_{t-1}(i) prod_h (1 - w_t^h(i) e_t^h) + sum_h w_t^h(i) a_t^h``.
    """

    written: Float[np.ndarray, "source_step write_head width"]
    """What each step wrote: the pushed value, or the add vectors."""
    before: Held
    """The memory before the first step."""
    after: Callable[[int, Held], Held]
    """Carries out one step; it leaves its argument as it is."""

    def walk(self) -> Iterator[tuple[Held, Held]]:
        """Give the memory before and after every step."""
        before = self.before
        for step in range(len(self.written)):
            after = self.after(step, before)
            yield before, after
            before = after


def lineage(one: xr.Dataset, part: int = 0) -> Lineage:
    """Follow what is written into one stack of an episode, or into its only tape.

    Raises:
        MannscopeError: if the trace is of neither kind of memory.
    """
    for needed, follow in _KINDS:
        if _fits(one, needed):
            return follow(one, part)
    raise MannscopeError(
        "the trace must be of a memory that is linear in what is written, with "
        + "; or ".join(", ".join(needed) for needed, _ in _KINDS),
        ", ".join(sorted(map(str, one.variables))),
        "Record the ops and the state of a superposition stack or a neural Turing machine",
    )


def one_episode(trace: xr.Dataset, episode: int) -> xr.Dataset:
    """Cut one episode out of a trace, without its padding.

    Raises:
        MannscopeError: if there is no such episode.
    """
    require_index(trace, "episode", "episode", episode)
    one = trace.isel(episode=episode)
    return one.isel(step=np.flatnonzero(one["input"].values != PADDING))


def require_index(one: xr.Dataset, dim: str, option: str, index: int) -> None:
    """Make sure that an axis has an index; an axis that is missing has one.

    Raises:
        MannscopeError: if it does not.
    """
    size = one.sizes.get(dim, 1)
    if not 0 <= index < size:
        raise MannscopeError(
            f"{option} must be from 0 to {size - 1}", str(index), f"Pass {option}=0, for example"
        )


def values(one: xr.Dataset, name: str, *dims: str) -> np.ndarray:
    """Read a variable of one episode with its axes in this order, the steps first."""
    return one[name].transpose("step", *dims).values.astype(float)


def _stack(one: xr.Dataset, part: int) -> Lineage:
    one = one.isel(stack=part) if "stack" in one.sizes else one
    actions, pushed = values(one, "actions", "action"), values(one, "push_value", "width")
    initial = _initial(one)

    def after(step: int, before: Held) -> Held:
        value = np.zeros((len(pushed), 1, 1, 1))
        value[step] = 1.0
        nothing = np.zeros((1, initial.shape[1]))
        mix = actions[step, [PUSH, POP, NO_OP]]
        return Held(_moved(before.coefficients, value, mix), _moved(before.initial, nothing, mix))

    empty = np.zeros((len(pushed), 1, len(initial), 1))
    return Lineage(pushed[:, None], Held(empty, initial), after)


def _moved(cells: np.ndarray, pushed: np.ndarray, mix: np.ndarray) -> np.ndarray:
    """Mix the pushed, the popped and the unchanged slots, which are the axis before the last."""
    push, pop, no_op = mix
    down = np.concatenate([pushed, cells[..., :-1, :]], axis=-2)
    up = np.concatenate([cells[..., 1:, :], np.zeros_like(pushed)], axis=-2)
    return push * down + pop * up + no_op * cells


def _turing_machine(one: xr.Dataset, part: int) -> Lineage:
    erase, add = (values(one, name, "write_head", "width") for name in ("erase", "add"))
    weights = values(one, "write_weights", "write_head", "slot")

    def after(step: int, before: Held) -> Held:
        kept = np.prod(1 - weights[step, :, :, None] * erase[step, :, None, :], axis=0)
        coefficients = before.coefficients.copy()
        coefficients[:step] *= kept
        coefficients[step] = weights[step, :, :, None]
        return Held(coefficients, before.initial * kept)

    initial = _initial(one)
    return Lineage(add, Held(np.zeros((*add.shape[:2], *initial.shape)), initial), after)


_CELLS = {"memory": {"slot", "width"}}
_KINDS: tuple[tuple[dict[str, set[str]], Callable[[xr.Dataset, int], Lineage]], ...] = (
    ({"actions": {"action"}, "push_value": {"width"}} | _CELLS, _stack),
    (
        {"write_weights": {"write_head", "slot"}}
        | {name: {"write_head", "width"} for name in ("erase", "add")}
        | _CELLS,
        _turing_machine,
    ),
)
"""The variables that a kind of memory is known by, with their axes besides the stack; how it is followed."""


def _fits(one: xr.Dataset, needed: dict[str, set[str]]) -> bool:
    actions = len((PUSH, POP, NO_OP))
    return one.sizes.get("action", actions) == actions and all(
        name in one and set(one[name].dims) - {"step", "stack"} == axes for name, axes in needed.items()
    )


def _initial(one: xr.Dataset) -> Float[np.ndarray, "slot width"]:
    """The memory before the first step; zeros where the trace does not tell."""
    if "memory_before" not in one or not one.sizes["step"]:
        return np.zeros((one.sizes["slot"], one.sizes["width"]))
    return one["memory_before"].isel(step=0).transpose("slot", "width").values.astype(float)
