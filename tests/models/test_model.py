"""The model: one step after the other, resets, and padding."""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from mannscope.models import CONTROLLERS, Model, StepRecord
from mannscope.models.model import reading_size
from small import INPUTS, OUTPUTS, SLOTS, SMALL_MEMORIES, SYMBOLS, run, small_model

MODELS = [("two stacks", "lstm"), ("ntm that reads first", "rnn")]


def one_after_the_other(model: Model, inputs: np.ndarray) -> StepRecord:
    """Run one episode in a plain loop."""
    carry, records, step = model.initial(SLOTS), [], eqx.filter_jit(Model.step)
    for symbol in inputs:
        carry, record = step(model, carry, jnp.asarray(symbol))
        records.append(record)
    return jax.tree.map(lambda *steps: np.stack(steps), *records)


def close(one: Any, other: Any) -> bool:
    return jax.tree.all(jax.tree.map(lambda a, b: np.allclose(a, b, rtol=1e-4, atol=1e-5), one, other))


@pytest.mark.parametrize(("memory", "controller"), MODELS)
def test_unrolling_is_taking_one_step_after_the_other(memory: str, controller: str) -> None:
    model = small_model(memory, controller)
    whole = run(model, INPUTS, SLOTS)
    for episode, inputs in enumerate(INPUTS):
        part = jax.tree.map(lambda value, episode=episode: value[episode], whole)
        assert close(part, one_after_the_other(model, inputs))


def test_the_logits_alone_are_those_of_the_whole_record() -> None:
    logits = run(small_model(), INPUTS, SLOTS, return_record=False)
    np.testing.assert_allclose(logits, run(small_model(), INPUTS, SLOTS).logits, rtol=1e-5, atol=1e-6)


def test_the_output_is_read_from_the_hidden_vector_and_the_new_reading() -> None:
    model, steps = small_model(), run(small_model(), INPUTS, SLOTS)
    seen = np.concatenate([steps.hidden, steps.reading], axis=-1)
    expected = seen @ np.asarray(model.readout.weight).T + np.asarray(model.readout.bias)
    np.testing.assert_allclose(steps.logits, expected, rtol=1e-4, atol=1e-5)


def test_the_controller_receives_the_reading_of_the_step_before() -> None:
    model, steps = (
        small_model(controller="feed_forward"),
        run(small_model(controller="feed_forward"), INPUTS, SLOTS),
    )
    symbol, before = (
        jnp.asarray(np.eye(SYMBOLS, dtype=np.float32)[INPUTS[0, 3]]),
        jnp.asarray(steps.reading[0, 2]),
    )
    hidden = model.controller(symbol, before, model.controller.initial())[0]
    np.testing.assert_allclose(steps.hidden[0, 3], hidden, rtol=1e-4, atol=1e-6)


def test_padding_is_read_as_no_symbol() -> None:
    model, steps = small_model(), run(small_model(), INPUTS, SLOTS)
    before = jnp.asarray(steps.reading[1, 3]), (jnp.asarray(steps.hidden[1, 3]),)
    hidden = model.controller(jnp.zeros(SYMBOLS), *before)[0]
    np.testing.assert_allclose(steps.hidden[1, 4], hidden, rtol=1e-4, atol=1e-6)


def test_padding_after_an_episode_changes_nothing_before_it() -> None:
    whole, rest = run(small_model(), INPUTS, SLOTS), INPUTS.copy()
    rest[:, 4:] = -1
    cut = run(small_model(), rest, SLOTS)
    np.testing.assert_array_equal(whole.logits[:, :4], cut.logits[:, :4])
    assert not np.allclose(whole.logits[0, 4:], cut.logits[0, 4:])


@pytest.mark.parametrize(("memory", "controller"), MODELS)
def test_a_row_of_two_episodes_gives_what_they_give_apart(memory: str, controller: str) -> None:
    model, rows = small_model(memory, controller), np.stack([INPUTS[0], INPUTS[1]])
    rows[0] = [*INPUTS[0, :3], *INPUTS[1, :4]]
    starts = np.zeros_like(rows, bool)
    starts[:, 0] = starts[0, 3] = True
    packed = run(model, rows, SLOTS, starts=starts)
    apart = run(model, INPUTS, SLOTS)
    assert close(packed.logits[0, :3], apart.logits[0, :3])
    assert close(packed.logits[0, 3:], apart.logits[1, :4])


def test_a_row_without_a_reset_remembers_the_episode_before() -> None:
    rows = np.stack([[*INPUTS[0, :3], *INPUTS[1, :4]], INPUTS[1]])
    steps = run(small_model(), rows, SLOTS, starts=np.zeros_like(rows, bool))
    assert not np.allclose(steps.logits[0, 3:], steps.logits[1, :4], atol=1e-3)


def test_a_symbol_alone_causes_what_it_causes_at_the_first_step() -> None:
    model, alone = small_model(controller="lstm"), np.asarray(small_model(controller="lstm").context_free())
    emitted = run(model, INPUTS, SLOTS).interface
    np.testing.assert_allclose(emitted[:, 0], alone[INPUTS[:, 0]], rtol=1e-4, atol=1e-6)
    assert not np.allclose(emitted[0, 1], alone[INPUTS[0, 1]], atol=1e-3)


@pytest.mark.parametrize(("memory", "numbers"), [("none", 0), ("stack", 3), ("two stacks", 8), ("ntm", 6)])
def test_the_reading_has_the_size_of_all_that_is_read(memory: str, numbers: int) -> None:
    assert reading_size(SMALL_MEMORIES[memory]) == numbers


def test_a_model_without_a_memory_is_its_controller() -> None:
    steps = run(small_model("none"), INPUTS, 0)
    assert steps.logits.shape == (*INPUTS.shape, OUTPUTS)
    assert steps.reading.shape == (*INPUTS.shape, 0)


def test_without_feedback_the_hidden_vector_is_of_the_symbols_in_the_window_alone() -> None:
    options = {"hidden": 5, "window": 2, "feeds_back": False}
    model = Model(
        SYMBOLS, OUTPUTS, SMALL_MEMORIES["delta"], CONTROLLERS["feed_forward"], options, key=jax.random.key(0)
    )
    inputs = np.array([[0, 1, 2, 3, 1, 2], [3, 2, 1, 2, 2, 2]], np.int32)
    steps = run(model, inputs, SLOTS)
    np.testing.assert_array_equal(steps.hidden[0, [2, 5]], steps.hidden[0, [5, 2]])  # 1 2, and 1 2
    np.testing.assert_array_equal(steps.hidden[0, 2], steps.hidden[1, 3])
    assert not np.allclose(steps.hidden[0, 2], steps.hidden[1, 4])  # 1 2, and 2 2
    assert not np.allclose(steps.reading[0, 2], steps.reading[0, 5], atol=1e-4)


def test_a_row_of_two_episodes_resets_the_window() -> None:
    options = {"hidden": 5, "window": 2}
    model = Model(
        SYMBOLS, OUTPUTS, SMALL_MEMORIES["delta"], CONTROLLERS["feed_forward"], options, key=jax.random.key(0)
    )
    starts = np.zeros((1, 4), bool)
    starts[0, [0, 2]] = True
    steps = run(model, np.array([[0, 1, 0, 1]], np.int32), SLOTS, starts=starts)
    np.testing.assert_allclose(steps.hidden[0, :2], steps.hidden[0, 2:], rtol=1e-5)
