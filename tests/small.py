"""Networks so small that they compile quickly."""

from functools import cache
from typing import Any

import equinox as eqx
import jax
import numpy as np

from mannscope.memories import (
    NTM,
    AbstractMemory,
    BabyNTM,
    Deque,
    NoMemory,
    NondeterministicStack,
    Stack,
    StratificationQueue,
    StratificationStack,
    Tape,
)
from mannscope.models import CONTROLLERS, Model, unroll

SYMBOLS, OUTPUTS, HIDDEN = 4, 3, 5
INPUTS = np.array([[0, 1, 2, 3, 1, 0, 2], [3, 2, 0, 1, -1, -1, -1]], np.int32)
SLOTS = 15

SMALL_MEMORIES: dict[str, AbstractMemory] = {
    "none": NoMemory(),
    "stack": Stack(width=3),
    "two stacks": Stack(width=2, stacks=2, top=2),
    "stratification-stack": StratificationStack(width=3),
    "two stratification stacks": StratificationStack(width=2, stacks=2),
    "stratification-queue": StratificationQueue(width=3),
    "deque": Deque(width=3),
    "tape": Tape(width=3),
    "tape with jumps": Tape(width=2, jump=3),
    "baby-ntm": BabyNTM(width=3),
    "nondeterministic-stack": NondeterministicStack(depth=3),
    "normalised nondeterministic stack": NondeterministicStack(1, 2, True, False, window=6),
    "ntm": NTM(width=3, read_heads=2, write_heads=2, shift_range=2),
    "ntm that reads first": NTM(width=2, reads_before_writing=True),
}

_unroll = eqx.filter_jit(unroll)


def run(model: Model, inputs: np.ndarray, slots: int, **options: Any) -> Any:
    """Run a model, compiled, and give everything in NumPy, which cuts arrays without compiling."""
    return jax.tree.map(np.asarray, _unroll(model, inputs, slots, **options))


@cache
def small_model(memory: str = "stack", controller: str = "rnn", interface_input: str = "hidden") -> Model:
    """Make a model with random weights."""
    return Model(
        SYMBOLS,
        OUTPUTS,
        SMALL_MEMORIES[memory],
        CONTROLLERS[controller],
        {"hidden": HIDDEN},
        interface_input=interface_input,
        key=jax.random.key(0),
    )
