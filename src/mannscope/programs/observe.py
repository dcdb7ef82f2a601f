"""Run a network with hard actions, and keep what a program of it is made of, step by step."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from mannscope.anatomy import Anatomy
from mannscope.arrays import PADDING
from mannscope.errors import MannscopeError
from mannscope.machines import IDLE, MACHINES
from mannscope.memories.realisations import Realisation
from mannscope.tasks.task import Episode
from mannscope.training.hard_run import HardRun
from mannscope.training.subject import Extractable

NEVER = -1
"""The step before the first one, and the step that wrote a slot that nothing was written to."""
_UNCHANGED = 0.05
"""A write that changes a slot by less, in shares of its size, leaves it as it is."""


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


def observe(network: Extractable, episodes: Episode) -> Observations:
    """Run episodes, and follow what is read back to the step that wrote it.

    Raises:
        MannscopeError: if the memory is not exactly an ideal machine, even with hard actions.
    """
    anatomy, machine = network.anatomy, exact_machine(network)
    inputs = np.asarray(episodes.inputs, np.int32)
    run = network.hard_run(inputs, machine)
    valid = inputs != PADDING
    wrote, after = np.zeros(inputs.shape, bool), np.full(inputs.shape, NEVER)
    places = (np.cumsum(valid.ravel()) - 1).reshape(inputs.shape)
    for episode, length in enumerate(valid.sum(axis=1)):
        one = HardRun(*(part[episode, :length] for part in run))
        wrote[episode, :length], after[episode, :length] = _follow(
            anatomy, machine, one, int(places[episode, 0])
        )
    first = np.arange(inputs.shape[1]) == 0
    before = np.where(first, NEVER, np.roll(after, 1, axis=1))[valid]
    action = run.action[valid]
    if MACHINES[machine.machine].writing:
        action = _without_idle_takes(anatomy, machine, action, inputs[valid], before == NEVER)
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


def exact_machine(network: Extractable) -> Realisation:
    """Give the realisation of the ideal machine that a memory is, once its actions are hard.

    Raises:
        MannscopeError: if it is none.
    """
    for realisation in network.realisations:
        if realisation.is_exact:
            return realisation
    memory = str(network.anatomy.memory.get("name", "another one")) if network.anatomy.actors else "no memory"
    near = next((one for one in network.realisations if one.but), None)
    raise MannscopeError(
        "a program is extracted from a memory that is exactly an ideal machine once its actions are hard, "
        "such as one stack of which the top is read, or a tape with one read head, one write head and shifts "
        "of one slot",
        f"{memory}: {near.but}" if near else memory,
        f"Train it with {near.exact_with}, or verify what each part does with mannscope verify"
        if near
        else "Train such a network, for instance with --memory stack",
    )


def _without_idle_takes(
    anatomy: Anatomy,
    machine: Realisation,
    action: Int[np.ndarray, "point actor"],
    symbol: Int[np.ndarray, " point"],
    empty: Bool[np.ndarray, " point"],
) -> Int[np.ndarray, "point actor"]:
    """Let what is done to an empty machine count as the more usual action at the symbol."""
    writing = MACHINES[machine.machine].writing
    labels, own = anatomy.actors[0].labels, machine.rules[anatomy.actors[0].name]
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


def _follow(anatomy: Anatomy, machine: Realisation, run: HardRun, start: int) -> tuple[list[bool], list[int]]:
    """Give, for the steps of an episode, whether one wrote, and which step wrote what it read."""
    if not MACHINES[machine.machine].writing:
        return _follow_heads(anatomy, run, start)
    ideal, actor = MACHINES[machine.machine](NEVER), anatomy.actors[0]
    names = {own: one for one, own in machine.rules[actor.name].items()}
    wrote, read = [], []
    for step, action in enumerate(run.action[:, 0].tolist()):
        done = names[actor.labels[action]]
        writes = done in ideal.writing
        ideal.act((done,), start + step if writes else None)
        wrote.append(writes)
        read.append(int(ideal.reading))
    return wrote, read


def _follow_heads(anatomy: Anatomy, run: HardRun, start: int) -> tuple[list[bool], list[int]]:
    """Follow a tape by the slots that its heads are on: a write that changes nothing is none."""
    first = anatomy.reads == "before writing"
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


def impossible(network: Extractable, observed: Observations) -> Bool[np.ndarray, " point"]:
    """Mark the steps at which an actor does what its ideal machine cannot, such as a jump of a head."""
    never = MACHINES[exact_machine(network).machine].impossible
    marks = [
        np.isin(column, [index for index, name in enumerate(actor.labels) if name in never])
        for actor, column in zip(network.anatomy.actors, observed.action.T, strict=True)
    ]
    return np.any(marks, axis=0)
