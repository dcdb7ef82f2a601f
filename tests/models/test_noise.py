"""What training does to a model that testing does not."""

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from mannscope.memories import Stack
from mannscope.memories.stack import StackOps
from mannscope.models import Noise, NoiseLevels, draw_noise, policy_mask
from mannscope.models.noise import straight_through
from small import HIDDEN, INPUTS, SLOTS, run, small_model

MASK = policy_mask(small_model().memory)


def draw(shape: tuple[int, int] = INPUTS.shape, **levels: Any) -> Noise:
    return draw_noise(jax.random.key(0), NoiseLevels(**levels), shape, HIDDEN, MASK)


def steps(**levels: Any) -> Any:
    """Run with noise of given levels."""
    return run(small_model(), INPUTS, SLOTS, noise=draw(**levels))


def test_noise_of_level_zero_is_no_noise() -> None:
    noiseless = run(small_model(), INPUTS, SLOTS)
    np.testing.assert_allclose(steps().logits, noiseless.logits, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(steps().interface, noiseless.interface, rtol=1e-5, atol=1e-6)


def test_noise_on_the_policy_leaves_what_is_written_alone() -> None:
    noise = draw(policy=2.0).policy
    assert (noise[..., ~MASK] == 0).all()
    assert noise[..., MASK].std() == pytest.approx(2, rel=0.4)


def test_noise_on_the_hidden_vector_has_the_standard_deviation_asked_for() -> None:
    noise = draw((50, 20), hidden=0.5)
    assert noise.hidden.std() == pytest.approx(0.5, rel=0.05)


@pytest.mark.parametrize("site", ["hidden", "policy"])
def test_every_kind_of_noise_reaches_the_output(site: str) -> None:
    assert np.abs(steps(**{site: 1.0}).logits - steps().logits).max() > 0.01


def test_noise_on_the_hidden_vector_is_seen_by_the_interface() -> None:
    noise, disturbed, quiet = draw(hidden=1.0), steps(hidden=1.0), steps()
    np.testing.assert_allclose(disturbed.hidden[:, 0], quiet.hidden[:, 0] + noise.hidden[:, 0], atol=1e-5)
    assert not np.allclose(disturbed.interface[:, 0], quiet.interface[:, 0], atol=1e-3)


def test_context_dropout_decides_the_action_from_the_symbol_alone() -> None:
    emitted, real = steps(context_dropout=1.0).interface, INPUTS >= 0
    alone = np.asarray(small_model().context_free())
    np.testing.assert_allclose(emitted[real][:, MASK], alone[INPUTS[real]][:, MASK], rtol=1e-4, atol=1e-5)


def test_context_dropout_leaves_what_is_written_its_context() -> None:
    emitted, alone = steps(context_dropout=1.0).interface, np.asarray(small_model().context_free())
    written = np.asarray(emitted)[0, 1:][:, ~MASK]
    assert not np.allclose(written, alone[INPUTS[0, 1:]][:, ~MASK], atol=1e-3)


def test_context_dropout_has_the_rate_asked_for_and_drops_whole_policies() -> None:
    noise = draw((50, 20), context_dropout=0.3)
    dropped = np.asarray(noise.context_free)
    assert dropped[..., MASK].mean() == pytest.approx(0.3, abs=0.05)
    assert not dropped[..., ~MASK].any()
    assert (dropped[..., MASK].all(-1) == dropped[..., MASK].any(-1)).all()


def test_hard_actions_are_the_most_probable_ones() -> None:
    hard, soft = steps(hard=True).ops.actions, steps().ops.actions
    assert np.isin(np.round(hard, 6), [0, 1]).all()
    assert np.array_equal(hard[:, 0].argmax(-1), soft[:, 0].argmax(-1))


def test_the_gradient_through_hard_actions_is_that_of_soft_ones() -> None:
    memory, weights = Stack(width=2), jnp.asarray([[0.3, -1.0, 2.0]])

    def total(raw: jax.Array, hard: bool) -> jax.Array:
        soft = StackOps(jax.nn.softmax(raw), jnp.zeros((1, 2)))
        ops = straight_through(jnp.asarray(hard), soft, partial(memory.discretise, memory.empty(1)))
        return jnp.sum(weights * ops.actions)

    raw = jnp.asarray([[0.2, 0.5, -0.1]])
    assert total(raw, True) == pytest.approx(-1)  # POP for sure
    np.testing.assert_allclose(jax.grad(total)(raw, True), jax.grad(total)(raw, False), rtol=1e-6)
    assert np.abs(jax.grad(total)(raw, True)).max() > 0.1
