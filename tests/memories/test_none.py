"""The memory that holds nothing."""

import jax.numpy as jnp

from mannscope.memories import NoMemory


def test_nothing_is_emitted_and_nothing_is_read() -> None:
    memory = NoMemory()
    state = memory.apply(memory.empty(3), memory.ops())
    assert memory.fields == ()
    assert memory.read(state, state).shape == (0,)


def test_nobody_acts_and_nobody_can_be_forced() -> None:
    memory, nobody = NoMemory(), jnp.zeros(0, jnp.int32)
    state = memory.empty(3)
    ops = memory.force(state, memory.discretise(state, memory.ops()), nobody)
    assert memory.action(state, ops).shape == (0,)


def test_no_sequence_needs_a_slot() -> None:
    assert [NoMemory().slots_for(steps) for steps in (0, 1, 100)] == [0, 0, 0]
