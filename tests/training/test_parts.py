"""The gradient by parts of the rows is that of all rows, and small memories have one part."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from mannscope.memories import DNC, AbstractMemory, Stack, StratificationStack
from mannscope.training import Configuration, Network
from mannscope.training.parts import choose_parts, value_and_gradient
from mannscope.training.step import start, train_chunk


@pytest.mark.parametrize(
    ("memory", "slots", "rows", "steps", "parts"),
    [
        (Stack(), 21, 32, 42, 1),
        (StratificationStack(20), 80, 128, 80, 1),  # its vectors are only appended to
        (DNC(20), 128, 32, 41, 4),
        (DNC(20), 128, 31, 41, 1),  # which is no multiple of 2
        (DNC(20), 512, 32, 41, 8),  # no fewer than 4 rows
    ],
)
def test_rows_are_taken_in_parts_where_the_memory_is_large(
    memory: AbstractMemory, slots: int, rows: int, steps: int, parts: int
) -> None:
    assert choose_parts(memory, slots, rows, steps) == parts


@pytest.mark.parametrize("parts", [1, 2, 4])
def test_parts_add_up_to_the_whole(parts: int) -> None:
    rows = {"x": jnp.arange(24.0).reshape(8, 3), "none": None}

    def loss(weights: jax.Array, some: dict) -> jax.Array:
        return jnp.sum((some["x"] @ weights) ** 2) / 24

    value, gradient = value_and_gradient(loss, jnp.array([1.0, -2.0, 0.5]), rows, parts)
    outputs = rows["x"] @ jnp.array([1.0, -2.0, 0.5])
    assert value == pytest.approx(float(jnp.sum(outputs**2) / 24), rel=1e-6)
    assert gradient.tolist() == pytest.approx((2 * outputs @ rows["x"] / 24).tolist(), rel=1e-6)


def test_training_by_parts_is_training_at_once(
    monkeypatch: pytest.MonkeyPatch, untrained: Network, tiny: Configuration
) -> None:
    def trained(most: int, every: int) -> list[np.ndarray]:
        monkeypatch.setattr("mannscope.training.parts.MOST_BYTES", most)
        training = replace(tiny.training, batch=8, checkpoint_every=every)  # so that it compiles anew
        state = start(untrained.model, training)
        state, losses = train_chunk(state, jax.random.key(0), untrained.task, training, 3)
        return [losses, *jax.tree.leaves(state.model)]

    for whole, by_parts in zip(trained(2**25, 10), trained(1, 20), strict=True):
        np.testing.assert_allclose(whole, by_parts, atol=1e-5)
