"""Traces written by hand, of memories that the package does not know."""

import numpy as np
import xarray as xr

from mannscope.anatomy import Action, Actor, Anatomy, Head, Store
from mannscope.traces import label

QUEUE_ACTIONS = (
    Action("ENQUEUE", "enqueues", "E", 2),
    Action("DEQUEUE", "dequeues", "D", 1),
    Action("NO_OP", "waits", "·", 0),
)
REGISTER_ACTIONS = (Action("KEEP", "keeps it", "·", 0), Action("WRITE", "overwrites it", "W", 2))
CLOCK_ACTIONS = (Action("TICK", "ticks"),)

WIDTH, SLOTS = 2, 3


def _trace(actions: np.ndarray, **memory: tuple[tuple[str, ...], np.ndarray]) -> xr.Dataset:
    """Two episodes of reading a, b, a pause and two more pauses; the second is one step shorter."""
    inputs = np.array([[0, 1, 2, 2, 2], [1, 0, 2, 2, -1]], np.int32)
    plane = ("episode", "step")
    outputs = np.array([[0, 0, 0, 0, 1], [0, 0, 0, 1, 0]], np.int32)
    target = np.array([[-1, -1, -1, 0, 1], [-1, -1, -1, 1, -1]], np.int32)
    variables = {
        "input": (plane, inputs),
        "output": (plane, outputs),
        "target": (plane, target),
        "answer": (plane, target >= 0),
        "category": (plane, np.where(inputs < 0, -1, inputs // 2).astype(np.int8)),
        "logits": ((*plane, "output_symbol"), 5.0 * np.eye(2)[outputs]),
        "hidden": ((*plane, "hidden"), np.random.default_rng(0).normal(size=(2, 5, 3))),
        "action": ((*plane, "actor"), actions.astype(np.int8)),
    }
    memory = {name: ((*plane, *axes), values) for name, (axes, values) in memory.items()}
    return xr.Dataset(variables | memory, attrs={"schema_version": 2})


def _labelled(trace: xr.Dataset, anatomy: Anatomy) -> xr.Dataset:
    return label(
        trace, symbols=["a", "b", "_"], outputs=["a", "b"], categories=["letter", "pause"], anatomy=anatomy
    )


def queue() -> xr.Dataset:
    """A queue with its front in cell 0; a clock beside it acts at every other step."""
    enqueue, dequeue, wait = range(3)
    held = np.zeros((2, 5, SLOTS, WIDTH))
    held[:, 0:3, 0, 0] = 1.0
    held[:, 1:3, 1, 1] = held[:, 3, 0, 1] = 1.0
    front, back = np.zeros((2, 5, SLOTS)), np.zeros((2, 5, SLOTS))
    front[:, :, 0] = 1.0
    back[:, [0, 3], 1] = back[:, [1, 2], 2] = back[:, 4, 0] = 1.0
    acting = np.broadcast_to([enqueue, enqueue, wait, dequeue, dequeue], (2, 5))
    ticking = np.broadcast_to([0, -1, 0, -1, 0], (2, 5))
    trace = _trace(
        np.stack([acting, ticking], axis=-1),
        cells=(("cell", "width"), held),
        ends=(("end", "cell"), np.stack([front, back], axis=2)),
        moves=(("queue_action",), np.eye(3)[acting]),
        age=(("counter",), np.arange(10.0).reshape(2, 5, 1)),
    )
    anatomy = Anatomy(
        actors=(Actor("queue", QUEUE_ACTIONS, ("moves",), part=0), Actor("clock", CLOCK_ACTIONS)),
        stores=(Store("cells", slots="cell", first="front"), Store("age", slots="")),
        heads=(Head("front", "read", "ends", "end", 0), Head("back", "write", "ends", "end", 1)),
        policy=("moves",),
    )
    names = [action.name for action in QUEUE_ACTIONS]
    return _labelled(trace, anatomy).assign_coords(queue_action=names)


def register() -> xr.Dataset:
    """A register of one vector, which letters overwrite."""
    keep, write = range(2)
    acting = np.broadcast_to([write, write, keep, keep, keep], (2, 5))[..., None]
    held = np.zeros((2, 5, WIDTH))
    held[:, 0, 0] = held[:, 1:, 1] = -2.0
    anatomy = Anatomy(actors=(Actor("register", REGISTER_ACTIONS),), stores=(Store("value", slots=""),))
    return _labelled(_trace(acting, value=(("width",), held)), anatomy)


def storeless() -> xr.Dataset:
    """A register of which nothing but the actor is declared."""
    anatomy = Anatomy(actors=(Actor("register", REGISTER_ACTIONS),))
    return _labelled(register(), anatomy)
