"""The least recently used memory in plain Python: every head and every slot by itself."""

from collections.abc import Mapping

import numpy as np

TINY = 1e-8


def least_recently_used_readings(ops: Mapping[str, np.ndarray], slots: int, decay: float) -> np.ndarray:
    """Run the memory over all steps; every operation has the axes (step, head, ...)."""
    steps, heads, width = ops["add"].shape
    memory, usage = np.full((slots, width), 1e-6), np.zeros(slots)
    read, written = np.eye(slots)[[0] * heads], np.zeros((heads, slots))
    readings = np.zeros((steps, heads, width))
    for step in range(steps):
        least = np.argsort(usage, kind="stable")[:heads]
        for head in range(heads):
            gate = ops["write_gate"][step, head]
            for slot in range(slots):
                written[head, slot] = gate * read[head, slot] + (1 - gate) * (slot == least[head])
        memory[least] = 0
        for head in range(heads):
            for slot in range(slots):
                memory[slot] += written[head, slot] * ops["add"][step, head]
        usage *= decay
        for head in range(heads):
            powers = [np.exp(_cosine(ops["key"][step, head], slot)) for slot in memory]
            read[head] = powers / np.sum(powers)
            usage += read[head] + written[head]
            readings[step, head] = sum(read[head, slot] * memory[slot] for slot in range(slots))
    return readings


def _cosine(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return one @ other / np.sqrt((one @ one + TINY) * (other @ other + TINY))
