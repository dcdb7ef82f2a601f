"""The gradient through what a memory only appends to is that of a scan that keeps every step's state."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from mannscope.memories import MEMORIES
from mannscope.models import CONTROLLERS, Model, NoiseLevels, draw_noise, policy_mask, unroll
from references.runs import one, random_ops

ROWS, STEPS, SYMBOLS = 2, 7, 4
APPENDING = [name for name, kind in MEMORIES.items() if kind().body.appended is not None]  # pyright: ignore[reportCallIssue]


def test_some_memories_only_append() -> None:
    assert {"attention", "deque", "stratification_queue", "stratification_stack"} <= {*APPENDING}


@pytest.mark.parametrize("name", APPENDING)
def test_a_step_changes_no_slots_but_those_that_it_writes_to(name: str) -> None:
    memory = MEMORIES[name](width=3)  # pyright: ignore[reportCallIssue]
    appended, slots = memory.body.appended, 4
    ops = one(random_ops(memory, STEPS, seed=0))
    empty = memory.empty(slots)
    first = memory.apply(empty, ops)
    for before, after in ((empty, first), (first, memory.apply(first, ops))):
        written = appended.slots(before._replace(**dict.fromkeys(appended.contents)))
        others = np.setdiff1d(np.arange(slots), written)
        for part in appended.contents:
            old, new = getattr(before, part), getattr(after, part)
            assert (old[..., others] == new[..., others]).all()
            assert (old[..., written] != new[..., written]).any()


@pytest.mark.parametrize("name", APPENDING)
def test_going_back_gives_the_gradient_of_keeping_every_state(name: str) -> None:
    slots = 4  # so that some are overwritten, and some steps have none
    memory = MEMORIES[name](width=3)  # pyright: ignore[reportCallIssue]
    model = Model(SYMBOLS, SYMBOLS, memory, CONTROLLERS["gru"], {"hidden": 5}, key=jax.random.key(0))
    arrays, static = eqx.partition(model, eqx.is_inexact_array)
    rows = jax.random.randint(jax.random.key(1), (ROWS, STEPS), 0, SYMBOLS)
    starts = jnp.zeros((ROWS, STEPS), bool).at[:, 0].set(True).at[0, 5].set(True).at[1, 3].set(True)
    levels = NoiseLevels(0.1, 1.0, 0.5, False)
    noise = draw_noise(jax.random.key(2), levels, rows.shape, 5, policy_mask(memory))
    cared_for = jax.random.normal(jax.random.key(3), (ROWS, STEPS, SYMBOLS))

    @jax.jit
    def slopes(arrays: Model, cared_for: jax.Array) -> tuple:
        def loss(arrays: Model, *, return_record: bool) -> jax.Array:
            model = eqx.combine(arrays, static)
            given = unroll(model, rows, slots, starts=starts, noise=noise, return_record=return_record)
            return jnp.sum(cared_for * (given.logits if return_record else given))  # pyright: ignore[reportAttributeAccessIssue]

        return tuple(jax.value_and_grad(loss)(arrays, return_record=whether) for whether in (False, True))

    back, kept = slopes(arrays, cared_for)
    for mine, other in zip(jax.tree.leaves(back), jax.tree.leaves(kept), strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-4, atol=1e-5)
