"""A stack of vectors in plain Python: every element of every slot by itself."""

import numpy as np


def stack_readings(actions: np.ndarray, push_value: np.ndarray, top: int, slots: int) -> np.ndarray:
    """Run the stacks over all steps; axes (step, stack, action) and (step, stack, width)."""
    steps, stacks, width = push_value.shape
    memory = np.zeros((stacks, slots, width))
    readings = np.zeros((steps, stacks, top, width))
    for step in range(steps):
        old = memory.copy()
        for stack in range(stacks):
            push, pop, no_op = actions[step, stack]
            for slot in range(slots):
                above = old[stack, slot - 1] if slot > 0 else push_value[step, stack]
                below = old[stack, slot + 1] if slot + 1 < slots else np.zeros(width)
                memory[stack, slot] = push * above + pop * below + no_op * old[stack, slot]
        readings[step] = memory[:, :top]
    return readings
