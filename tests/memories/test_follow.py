"""Writes followed through memories that the package lacks: a queue, and one that is not linear."""

import jax
import numpy as np
import pytest
import xarray as xr

from mannscope.analyses import ReadSources, SlotSources
from mannscope.errors import MannscopeError
from mannscope.memories import MEMORIES, AbstractMemory
from mannscope.models import CONTROLLERS, Model, record
from toys import QUEUE_ACTIONS, Past, Queue

INPUTS = np.random.default_rng(0).integers(0, 4, (2, 7))
ENQUEUE, DEQUEUE, NO_OP = np.eye(3)


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    """List the memories, as a plug-in does."""
    for kind in (Queue, Past):
        monkeypatch.setitem(MEMORIES, kind.NAME, kind)


def trace_of(memory: AbstractMemory) -> xr.Dataset:
    """Record a network with random weights."""
    return record(Model(4, 3, memory, CONTROLLERS["rnn"], {"hidden": 5}, key=jax.random.key(1)), INPUTS)


def hard(*actions: np.ndarray) -> xr.Dataset:
    """Run the queue on hard actions: each value is the number of its step, from 1 on."""
    slots, width = len(actions) + 1, 1
    cells, back, values = np.zeros((slots, width)), 0, np.arange(1.0, len(actions) + 1)[:, None]
    befores, afters, backs = [], [], []
    for action, value in zip(actions, values, strict=True):
        befores.append(cells.copy())
        backs.append(np.eye(slots)[back])
        if action[0]:
            cells[back], back = value, back + 1
        elif action[1]:
            cells, back = np.concatenate([cells[1:], np.zeros((1, width))]), max(0, back - 1)
        afters.append(cells.copy())
    recorded = trace_of(Queue(width=1)).isel(episode=[0], step=slice(0, len(actions)))
    kept = recorded[["input"]].assign_coords(queue_action=list(QUEUE_ACTIONS))
    parts = {
        "queue_actions": (("queue_action",), np.array(actions)),
        "value": (("width",), values),
        "memory": (("slot", "width"), np.array(afters)),
        "memory_before": (("slot", "width"), np.array(befores)),
        "back": (("slot",), np.array(backs)),
        "back_before": (("slot",), np.array(backs)),
        "reading": (("width",), np.array(afters)[:, 0]),
    }
    return kept.assign(
        {name: (("episode", "step", *dims), part[None]) for name, (dims, part) in parts.items()}
    )


def test_what_is_at_the_front_of_a_queue_is_what_was_put_in_first() -> None:
    # put 0 in; put 1 in; wait; take 0 out; put 4 in; take 1 out: the front is 0 0 0 1 1 4.
    trace = hard(ENQUEUE, ENQUEUE, NO_OP, DEQUEUE, ENQUEUE, DEQUEUE)
    found = ReadSources()(trace)
    assert found.arcs.argmax(axis=1).tolist() == [0, 0, 0, 1, 1, 4]
    assert found.error < 1e-12


def test_slots_of_a_queue_hold_what_waits_in_its_order() -> None:
    trace = hard(ENQUEUE, ENQUEUE, DEQUEUE, ENQUEUE)
    assert SlotSources()(trace).source[:, 0, :3].tolist() == [
        [0, -1, -1],
        [0, 1, -1],
        [1, -1, -1],
        [1, 3, -1],
    ]


@pytest.mark.parametrize("episode", [0, 1])
def test_the_writes_of_a_soft_queue_add_up(episode: int) -> None:
    trace = trace_of(Queue())
    assert ReadSources(episode)(trace).error < 1e-5
    assert SlotSources(episode)(trace).error < 1e-5


def test_a_memory_that_is_not_linear_says_why() -> None:
    with pytest.raises(MannscopeError, match=r"linear in what is written.*what was there before"):
        ReadSources()(trace_of(Past()))


def test_actions_of_a_queue_are_followed_by_their_names() -> None:
    trace = hard(ENQUEUE, ENQUEUE, DEQUEUE).sel(queue_action=["DEQUEUE", "ENQUEUE"])
    assert ReadSources()(trace).arcs.argmax(axis=1).tolist() == [0, 0, 1]
