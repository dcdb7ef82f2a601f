"""The neural Turing machine's memory in plain Python: every head and every slot by itself.

The two guards against dividing by zero are part of what is computed: 1e-8 under each root of a norm, and
1e-8 on each weight before it is sharpened.
"""

from collections.abc import Mapping

import numpy as np

TINY = 1e-8


def ntm_readings(ops: Mapping[str, np.ndarray], slots: int, reads_before_writing: bool) -> np.ndarray:
    """Run the memory over all steps; every operation has the axes (step, head, ...)."""
    steps, writers, width = ops["add"].shape
    readers = ops["read_key"].shape[1]
    memory = np.full((slots, width), 1e-6)
    at = {"read": np.eye(slots)[[0] * readers], "write": np.eye(slots)[[0] * writers]}
    readings = np.zeros((steps, readers, width))
    for step in range(steps):
        old = memory.copy()
        at["write"] = _move("write", old, at["write"], ops, step)
        for slot in range(slots):
            for head in range(writers):
                memory[slot] *= 1 - at["write"][head, slot] * ops["erase"][step, head]
            for head in range(writers):
                memory[slot] += at["write"][head, slot] * ops["add"][step, head]
        seen = old if reads_before_writing else memory
        at["read"] = _move("read", seen, at["read"], ops, step)
        for head in range(readers):
            readings[step, head] = sum(at["read"][head, slot] * seen[slot] for slot in range(slots))
    return readings


def _move(
    kind: str, memory: np.ndarray, weights: np.ndarray, ops: Mapping[str, np.ndarray], step: int
) -> np.ndarray:
    moved = np.zeros_like(weights)
    for head in range(len(weights)):
        names = ("key", "key_strength", "gate", "shift", "sharpening")
        moved[head] = _address(memory, weights[head], *(ops[f"{kind}_{name}"][step, head] for name in names))
    return moved


def _address(
    memory: np.ndarray,
    weights: np.ndarray,
    key: np.ndarray,
    strength: float,
    gate: float,
    shift: np.ndarray,
    sharpening: float,
) -> np.ndarray:
    slots, reach = len(weights), len(shift) // 2
    content = np.array([np.exp(strength * _cosine(key, slot)) for slot in memory])
    gated = gate * content / content.sum() + (1 - gate) * weights
    shifted = np.zeros(slots)
    for slot in range(slots):
        for offset in range(-reach, reach + 1):
            shifted[(slot + offset) % slots] += gated[slot] * shift[offset + reach]
    powered = (shifted + TINY) ** sharpening
    return powered / powered.sum()


def _cosine(one: np.ndarray, other: np.ndarray) -> float:
    return one @ other / np.sqrt((one @ one + TINY) * (other @ other + TINY))
