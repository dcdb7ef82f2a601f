"""Networks so small that they compile quickly."""

from functools import cache
from typing import Any

import equinox as eqx
import jax
import numpy as np

from mannscope.memories import (
    DNC,
    NTM,
    AbstractMemory,
    Additive,
    Attention,
    BabyNTM,
    Delta,
    Deque,
    LeastRecentlyUsed,
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
    "stratification_stack": StratificationStack(width=3),
    "two stratification stacks": StratificationStack(width=2, stacks=2),
    "stratification_queue": StratificationQueue(width=3),
    "deque": Deque(width=3),
    "tape": Tape(width=3),
    "tape with jumps": Tape(width=2, jump=3),
    "baby_ntm": BabyNTM(width=3),
    "nondeterministic_stack": NondeterministicStack(depth=3),
    "normalised nondeterministic stack": NondeterministicStack(1, 2, True, False, window=6),
    "ntm": NTM(width=3, read_heads=2, write_heads=2, shift_range=2),
    "ntm that reads first": NTM(width=2, reads_before_writing=True),
    "delta": Delta(width=3, key_width=2),
    "delta of products": Delta(width=2, key_width=3, heads=2, householders=3, negative=True, decay=True),
    "additive": Additive(width=3, key_width=2),
    "additive of all": Additive(width=2, key_width=3, heads=2, gate=False, normalise=True),
    "additive that decays": Additive(width=2, key_width=2, decay=True, normalise=True),
    "attention": Attention(width=3, key_width=2),
    "attention that is near": Attention(width=2, key_width=2, heads=2, slope=0.5),
    "ntm that goes by content": NTM(width=3, addressing="content"),
    "ntm that goes by location": NTM(width=3, write_heads=2, addressing="location"),
    "dnc": DNC(width=3, read_heads=2),
    "repaired dnc": DNC(width=2, masks=True, deallocates=True, sharpens=True),
    "least recently used": LeastRecentlyUsed(width=3, heads=2),
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
