"""Run a network with every action taken for sure, and keep what a program of it is made of, step by step."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from mannscope.arrays import PADDING
from mannscope.compiling import compiled
from mannscope.errors import MannscopeError
from mannscope.memories import NTM, AbstractMemory, HeadMove, Stack, StackAction, choose_slots
from mannscope.models import Discretise, Model, in_batches
from mannscope.models.model import Carry, StepRecord
from mannscope.tasks.task import Episode
from mannscope.training import Network

NEVER = -1
"""The step before the first one, and the step that wrote a slot that nothing was written to."""
SHARP = 0.9
"""Weight from which a head counts as being on one slot."""
_UNCHANGED = 0.05
"""A write that changes a slot by less, in shares of its size, leaves it as it is."""


class _Run(NamedTuple):
    """What is kept of a batch of episodes."""

    state: Float[Array, "episode step state"]
    action: Int[Array, "episode step actor"]
    output: Int[Array, "episode step"]
    places: Int[Array, "episode step actor"]
    """The slot that each head is on; zeros for a stack."""
    sharp: Bool[Array, "episode step"]
    reading: Float[Array, "episode step width"]
    row: Float[Array, "episode step width"]
    """What is pushed, or what the slot under the write head holds after writing."""


@dataclass(frozen=True, eq=False)
class Observations:
    """Every step of many episodes, one after another, without padding.

    Steps are known by their place here. A content is known by the step that wrote it.
    """

    episode: Int[np.ndarray, " point"]
    symbol: Int[np.ndarray, " point"]
    previous: Int[np.ndarray, " point"]
    """The step before; `NEVER` at the first one."""
    state: Float[np.ndarray, "point state"]
    """What the controller hands to the next step."""
    action: Int[np.ndarray, "point actor"]
    """What each actor does. On an empty stack POP and NO_OP are the same, and count as the more usual one."""
    wrote: Bool[np.ndarray, " point"]
    row: Float[np.ndarray, "point width"]
    """What was written; of no meaning where nothing was."""
    before: Int[np.ndarray, " point"]
    """The step that wrote what the controller receives at this step; `NEVER` where nothing did."""
    after: Int[np.ndarray, " point"]
    """The same for what is read in this step."""
    reading: Float[np.ndarray, "point width"]
    """What is read in this step, for the next one."""
    output: Int[np.ndarray, " point"]
    supervised: Bool[np.ndarray, " point"]
    sharp: Bool[np.ndarray, " point"]
    """Whether every head is on one slot."""


def observe(network: Network, episodes: Episode) -> Observations:
    """Run episodes, and follow what is read back to the step that wrote it.

    Raises:
        MannscopeError: if the memory is not one stack of which the top is read, or a tape with one head of
            each kind.
    """
    memory = network.model.memory
    follow = _check(memory)
    inputs = np.asarray(episodes.inputs, np.int32)
    slots = choose_slots(memory, inputs.shape[1])
    run = in_batches(lambda batch: _run(network.model, batch, slots), inputs)
    valid = inputs != PADDING
    wrote, after = np.zeros(inputs.shape, bool), np.full(inputs.shape, NEVER)
    places = (np.cumsum(valid.ravel()) - 1).reshape(inputs.shape)
    for episode, length in enumerate(valid.sum(axis=1)):
        one = _Run(*(part[episode, :length] for part in run))
        wrote[episode, :length], after[episode, :length] = follow(memory, one, int(places[episode, 0]))
    first = np.arange(inputs.shape[1]) == 0
    before = np.where(first, NEVER, np.roll(after, 1, axis=1))[valid]
    action = run.action[valid]
    if isinstance(memory, Stack):
        action = _without_idle_pops(action, inputs[valid], before == NEVER)
    return Observations(
        episode=np.nonzero(valid)[0],
        symbol=inputs[valid],
        previous=np.where(first, NEVER, places - 1)[valid],
        state=run.state[valid],
        action=action,
        wrote=wrote[valid],
        row=run.row[valid],
        before=before,
        after=after[valid],
        reading=run.reading[valid],
        output=run.output[valid],
        supervised=np.asarray(episodes.supervised)[valid],
        sharp=run.sharp[valid],
    )


@compiled
def _run(model: Model, inputs: Array, slots: int) -> _Run:
    first = model.initial(slots)

    def step(carry: Carry, symbol: Array) -> tuple[Carry, _Run]:
        carry, record = model.step(carry, symbol, None, (Discretise(),))
        places, sharp, row = _written(model.memory, record)
        return carry, _Run(
            jnp.concatenate(carry.controller),
            record.action,
            jnp.argmax(record.logits),
            places,
            sharp,
            record.reading,
            row,
        )

    return jax.vmap(lambda symbols: jax.lax.scan(step, first, symbols)[1])(inputs)


def _written(memory: AbstractMemory, record: StepRecord) -> tuple[Array, Array, Array]:
    if isinstance(memory, Stack):
        return jnp.zeros(1, int), jnp.asarray(True), record.ops.push_value[0]
    read, write = record.memory.read_weights[0], record.memory.write_weights[0]
    place = jnp.argmax(write)
    places = jnp.stack([jnp.argmax(read), place])
    return places, jnp.minimum(read.max(), write.max()) >= SHARP, record.memory.memory[:, place]


def _without_idle_pops(
    action: Int[np.ndarray, "point actor"],
    symbol: Int[np.ndarray, " point"],
    empty: Bool[np.ndarray, " point"],
) -> Int[np.ndarray, "point actor"]:
    action = action.copy()
    still = action[:, 0] != StackAction.PUSH
    for one in np.unique(symbol[still & empty]).tolist():
        at = still & (symbol == one)
        telling = at & ~empty if (at & ~empty).any() else at
        action[at & empty] = np.bincount(action[telling, 0]).argmax()
    return action


Follow = Callable[[AbstractMemory, _Run, int], tuple[list[bool], list[int]]]
"""Gives, for the steps of an episode, whether one wrote, and which step wrote what it read."""


def _follow_stack(memory: AbstractMemory, run: _Run, start: int) -> tuple[list[bool], list[int]]:
    stack: list[int] = []
    tops = []
    for step, action in enumerate(run.action[:, 0].tolist()):
        if action == StackAction.PUSH:
            stack.append(start + step)
        elif action == StackAction.POP and stack:
            stack.pop()
        tops.append(stack[-1] if stack else NEVER)
    return (run.action[:, 0] == StackAction.PUSH).tolist(), tops


def _follow_tape(memory: AbstractMemory, run: _Run, start: int) -> tuple[list[bool], list[int]]:
    first = memory.reads == "before writing"
    tape: dict[int, tuple[int, np.ndarray]] = {}
    blank = np.zeros(run.row.shape[1])
    wrote, read = [], []
    for step, (under_read, under_write) in enumerate(run.places.tolist()):
        earlier = tape.get(under_read, (NEVER, blank))[0]
        old, row = tape.get(under_write, (NEVER, blank))[1], np.asarray(run.row[step])
        changed = np.linalg.norm(row - old) > _UNCHANGED * max(np.linalg.norm(old), 1.0)
        if changed:
            tape[under_write] = (start + step, row)
        wrote.append(bool(changed))
        read.append(earlier if first else tape.get(under_read, (NEVER, blank))[0])
    return wrote, read


_KINDS: Mapping[type[AbstractMemory], Follow] = {Stack: _follow_stack, NTM: _follow_tape}


def _check(memory: AbstractMemory) -> Follow:
    """Find how a memory is followed."""
    simple = (isinstance(memory, Stack) and memory.stacks == memory.top == 1) or (
        isinstance(memory, NTM) and memory.read_heads == memory.write_heads == memory.shift_range == 1
    )
    if simple:
        return _KINDS[type(memory)]
    raise MannscopeError(
        "a program is extracted from one stack of which the top is read, or from a tape with one read head, "
        "one write head and shifts of one slot",
        repr(memory),
        "Train such a network, for instance with --memory stack",
    )


def jumps(memory: AbstractMemory, observed: Observations) -> Bool[np.ndarray, " point"]:
    """Mark the steps at which a head jumps."""
    if not isinstance(memory, NTM):
        return np.zeros(len(observed.symbol), bool)
    return (observed.action == HeadMove.JUMP).any(axis=1)
