"""Run a network with hard actions, and keep what a program of it is made of, step by step."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from mannscope.arrays import PADDING
from mannscope.compiling import compiled
from mannscope.errors import MannscopeError
from mannscope.machines import IDLE, MACHINES
from mannscope.memories import AbstractMemory, choose_slots
from mannscope.memories.realisations import Realisation
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
    places: Int[Array, "episode step head"]
    """The slot that each head is on; empty where the memory has no heads that its machine moves."""
    sharp: Bool[Array, "episode step"]
    reading: Float[Array, "episode step width"]
    row: Float[Array, "episode step width"]
    """What is written, or what the slot under the write head holds after writing."""


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
    """What each actor does. Where a machine is empty, taking out and doing nothing are the same, and count as
    the more usual one."""
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
    variables: Mapping[str, Int[np.ndarray, " point"]]
    """The task's structural variables after the step; -1 where one is not defined."""

    @property
    def episodes(self) -> int:
        """Number of episodes."""
        return int((self.previous == NEVER).sum())


def observe(network: Network, episodes: Episode) -> Observations:
    """Run episodes, and follow what is read back to the step that wrote it.

    Raises:
        MannscopeError: if the memory is not exactly an ideal machine, even with hard actions.
    """
    memory = network.model.memory
    machine = exact_machine(memory)
    inputs = np.asarray(episodes.inputs, np.int32)
    slots = choose_slots(memory, inputs.shape[1])
    run = in_batches(lambda batch: _run(network.model, batch, slots), inputs)
    valid = inputs != PADDING
    wrote, after = np.zeros(inputs.shape, bool), np.full(inputs.shape, NEVER)
    places = (np.cumsum(valid.ravel()) - 1).reshape(inputs.shape)
    for episode, length in enumerate(valid.sum(axis=1)):
        one = _Run(*(part[episode, :length] for part in run))
        wrote[episode, :length], after[episode, :length] = _follow(
            memory, machine, one, int(places[episode, 0])
        )
    first = np.arange(inputs.shape[1]) == 0
    before = np.where(first, NEVER, np.roll(after, 1, axis=1))[valid]
    action = run.action[valid]
    if MACHINES[machine.machine].writing:
        action = _without_idle_takes(memory, machine, action, inputs[valid], before == NEVER)
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
        variables={name: np.asarray(values)[valid] for name, values in episodes.variables.items()},
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
    if MACHINES[exact_machine(memory).machine].writing:
        values = getattr(record.ops, exact_machine(memory).contents)
        return jnp.zeros(0, int), jnp.asarray(True), values.reshape(-1, values.shape[-1])[0]
    heads = {head.kind: getattr(record.memory, head.weights)[head.index] for head in memory.body.heads}
    place = jnp.argmax(heads["write"])
    places = jnp.stack([jnp.argmax(heads["read"]), place])
    store = getattr(record.memory, memory.body.stores[0].variable)
    return places, jnp.minimum(heads["read"].max(), heads["write"].max()) >= SHARP, store[:, place]


def exact_machine(memory: AbstractMemory) -> Realisation:
    """Give the realisation of the ideal machine that a memory is, once its actions are hard.

    Raises:
        MannscopeError: if it is none.
    """
    for realisation in memory.body.realisations:
        if realisation.is_exact:
            return realisation
    near = next((one for one in memory.body.realisations if one.but), None)
    raise MannscopeError(
        "a program is extracted from a memory that is exactly an ideal machine once its actions are hard, "
        "such as one stack of which the top is read, or a tape with one read head, one write head and shifts "
        "of one slot",
        f"{memory!r}: {near.but}" if near else repr(memory),
        f"Train it with {near.exact_with}, or verify what each part does with mannscope verify"
        if near
        else "Train such a network, for instance with --memory stack",
    )


def _without_idle_takes(
    memory: AbstractMemory,
    machine: Realisation,
    action: Int[np.ndarray, "point actor"],
    symbol: Int[np.ndarray, " point"],
    empty: Bool[np.ndarray, " point"],
) -> Int[np.ndarray, "point actor"]:
    """Let what is done to an empty machine count as the more usual action at the symbol."""
    writing = MACHINES[machine.machine].writing
    labels, own = memory.actors[0].labels, machine.rules[memory.actors[0].name]
    writes = [index for index, name in enumerate(labels) if name in {own.get(one) for one in writing}]
    if not {own.get(one) for one in IDLE} & set(labels) or len(labels) < 3:
        return action  # nothing is taken out of it
    action = action.copy()
    still = ~np.isin(action[:, 0], writes)
    for one in np.unique(symbol[still & empty]).tolist():
        at = still & (symbol == one)
        known = at & ~empty if (at & ~empty).any() else at
        action[at & empty] = np.bincount(action[known, 0]).argmax()
    return action


def _follow(
    memory: AbstractMemory, machine: Realisation, run: _Run, start: int
) -> tuple[list[bool], list[int]]:
    """Give, for the steps of an episode, whether one wrote, and which step wrote what it read."""
    if not MACHINES[machine.machine].writing:
        return _follow_heads(memory, run, start)
    ideal, actor = MACHINES[machine.machine](NEVER), memory.actors[0]
    names = {own: one for one, own in machine.rules[actor.name].items()}
    wrote, read = [], []
    for step, action in enumerate(run.action[:, 0].tolist()):
        done = names[actor.labels[action]]
        writes = done in ideal.writing
        ideal.act((done,), start + step if writes else None)
        wrote.append(writes)
        read.append(int(ideal.reading))
    return wrote, read


def _follow_heads(memory: AbstractMemory, run: _Run, start: int) -> tuple[list[bool], list[int]]:
    """Follow a tape by the slots that its heads are on: a write that changes nothing is none."""
    first = memory.body.reads == "before writing"
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


def impossible(memory: AbstractMemory, observed: Observations) -> Bool[np.ndarray, " point"]:
    """Mark the steps at which an actor does what its ideal machine cannot, such as a jump of a head."""
    never = MACHINES[exact_machine(memory).machine].impossible
    marks = [
        np.isin(column, [index for index, name in enumerate(actor.labels) if name in never])
        for actor, column in zip(memory.actors, observed.action.T, strict=True)
    ]
    return np.any(marks, axis=0)
