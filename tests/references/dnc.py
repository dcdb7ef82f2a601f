"""The differentiable neural computer's memory in plain Python: every slot and every link by itself.

The guard of the cosine, 1e-8 under each root of a norm, and that of the sharpening, 1e-8 on each weight, are
part of what is computed.
"""

from collections.abc import Mapping

import numpy as np

TINY = 1e-8
Ops = Mapping[str, np.ndarray]


def dnc_readings(ops: Ops, slots: int, *, deallocates: bool = False) -> np.ndarray:
    """Run the memory over all steps; masks and sharpenings are used where there are any."""
    steps, readers, width = ops["read_key"].shape
    memory, usage, written, precedence = np.zeros((slots, width)), *np.zeros((3, slots))
    read, link = np.zeros((readers, slots)), np.zeros((slots, slots))
    readings = np.zeros((steps, readers, width))
    for step in range(steps):
        at = {name: values[step] for name, values in ops.items()}
        kept = np.ones(slots)
        for slot in range(slots):
            for head in range(readers):
                kept[slot] *= 1 - at["free_gate"][head] * read[head, slot]
            usage[slot] = (usage[slot] + written[slot] - usage[slot] * written[slot]) * kept[slot]
        new = allocated(usage)
        found = _found(memory, at["write_key"], at["write_key_strength"], at.get("write_mask"))
        gate = at["allocation_gate"]
        written = at["write_gate"] * (gate * new + (1 - gate) * found)
        for slot in range(slots):
            held = memory[slot] * (kept[slot] if deallocates else 1)
            memory[slot] = held * (1 - written[slot] * at["erase"]) + written[slot] * at["add"]
        link = _linked(link, precedence, written)
        precedence = (1 - written.sum()) * precedence + written
        for head in range(readers):
            mask = at["read_mask"][head] if "read_mask" in at else None
            content = _found(memory, at["read_key"][head], at["read_key_strength"][head], mask)
            backward, forward = link.T @ read[head], link @ read[head]
            if "forward_sharpening" in at:
                backward = _sharpened(backward, at["backward_sharpening"][head])
                forward = _sharpened(forward, at["forward_sharpening"][head])
            back, there, on = at["read_mode"][head]
            read[head] = back * backward + there * content + on * forward
            readings[step, head] = sum(read[head, slot] * memory[slot] for slot in range(slots))
    return readings


def allocated(usage: np.ndarray) -> np.ndarray:
    """Sort the slots, and give each what those before it leave."""
    weights, left = np.zeros(len(usage)), 1.0
    for slot in np.argsort(usage, kind="stable"):
        weights[slot] = (1 - usage[slot]) * left
        left *= usage[slot]
    return weights


def _linked(link: np.ndarray, precedence: np.ndarray, written: np.ndarray) -> np.ndarray:
    changed = np.zeros_like(link)
    for later in range(len(link)):
        for earlier in range(len(link)):
            if later != earlier:
                kept = 1 - written[later] - written[earlier]
                changed[later, earlier] = kept * link[later, earlier] + written[later] * precedence[earlier]
    return changed


def _found(memory: np.ndarray, key: np.ndarray, strength: float, mask: np.ndarray | None) -> np.ndarray:
    mask = np.ones(len(key)) if mask is None else mask
    powers = np.array([np.exp(strength * _cosine(key * mask, slot * mask)) for slot in memory])
    return powers / powers.sum()


def _sharpened(weights: np.ndarray, sharpening: float) -> np.ndarray:
    powered = (weights + TINY) ** sharpening
    return powered / powered.sum()


def _cosine(one: np.ndarray, other: np.ndarray) -> float:
    return one @ other / np.sqrt((one @ one + TINY) * (other @ other + TINY))
