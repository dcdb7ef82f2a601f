"""The schedules of training, its loss, and what its state holds."""

import math
from dataclasses import replace
from pathlib import Path

import jax
import jax.numpy as jnp
import pytest

from mannscope.training import Configuration, Network, Training, load, train
from mannscope.training.step import (
    adapt,
    cross_entropy,
    learning_rate,
    noise_levels,
    start,
    train_chunk,
)

TRAINING = Training(
    learning_rate=3e-3,
    warmup=100,
    decay_steps=200,
    final_rate=0.02,
    hidden_noise=0.1,
    policy_noise=2.0,
    noise_from=150,
    noise_until=250,
    context_dropout=0.3,
    harden_below=0.2,
    decay_below=0.1,
)


def at(step: int) -> jax.Array:
    return jnp.asarray(step, jnp.int32)


@pytest.mark.parametrize(
    ("step", "decay_since", "share"),
    [
        (0, -1, 0.01),
        (49, -1, 0.5),
        (99, -1, 1.0),
        (5000, -1, 1.0),
        (1000, 1000, 1.0),
        (1050, 1000, 0.02 + 0.98 * (1 + math.cos(math.pi / 4)) / 2),
        (1100, 1000, 0.51),
        (1200, 1000, 0.02),
        (9000, 1000, 0.02),
    ],
)
def test_the_learning_rate_warms_up_and_falls_by_a_cosine(step: int, decay_since: int, share: float) -> None:
    assert learning_rate(TRAINING, at(step), at(decay_since)) == pytest.approx(3e-3 * share, rel=1e-4)


@pytest.mark.parametrize(("step", "share"), [(0, 0.0), (150, 0.0), (175, 0.25), (250, 1.0), (9000, 1.0)])
def test_noise_ramps_in_and_context_dropout_is_whole_from_the_start(step: int, share: float) -> None:
    levels = noise_levels(TRAINING, at(step), at(150), at(-1))
    assert levels.hidden == pytest.approx(0.1 * share)
    assert levels.policy == pytest.approx(2.0 * share)
    assert levels.context_dropout == 0.3


@pytest.mark.parametrize("step", [0, 9000])
def test_there_is_no_noise_before_it_begins(step: int) -> None:
    levels = noise_levels(TRAINING, at(step), at(-1), at(-1))
    assert (float(levels.hidden), float(levels.policy)) == (0, 0)


@pytest.mark.parametrize(("hard_since", "hard"), [(-1, False), (0, True), (70, True)])
def test_actions_are_hard_once_hardened(hard_since: int, hard: bool) -> None:
    assert bool(noise_levels(TRAINING, at(80), at(-1), at(hard_since)).hard) == hard


def test_the_loss_is_the_mean_over_supervised_positions_in_nats() -> None:
    logits = jnp.log(jnp.asarray([[[0.5, 0.5], [0.25, 0.75], [0.9, 0.1]]]))
    loss = cross_entropy(logits, jnp.asarray([[0, 1, -1]]), jnp.asarray([[True, True, False]]))
    assert loss == pytest.approx(-(math.log(0.5) + math.log(0.75)) / 2, rel=1e-5)


def test_a_batch_that_asks_for_nothing_has_no_loss() -> None:
    assert cross_entropy(jnp.ones((1, 2, 3)), jnp.full((1, 2), -1), jnp.zeros((1, 2), bool)) == 0


@pytest.mark.parametrize(
    ("loss", "hard_since", "decay_since"), [(0.3, -1, -1), (0.15, 40, -1), (0.05, 40, 40)]
)
def test_a_low_loss_hardens_actions_and_lets_the_learning_rate_fall(
    untrained: Network, loss: float, hard_since: int, decay_since: int
) -> None:
    state = start(untrained.model, TRAINING)._replace(step=at(40))
    state = adapt(state, TRAINING, loss)
    assert (int(state.hard_since), int(state.decay_since)) == (hard_since, decay_since)


@pytest.mark.parametrize(("step", "loss", "since"), [(149, 0.1, -1), (150, 0.6, -1), (150, 0.4, 150)])
def test_noise_begins_at_a_low_loss_but_not_early(
    untrained: Network, step: int, loss: float, since: int
) -> None:
    training = replace(TRAINING, noise_below=0.5)
    state = adapt(start(untrained.model, training)._replace(step=at(step)), training, loss)
    assert int(state.noise_since) == since


def test_what_has_begun_is_not_taken_back(untrained: Network) -> None:
    early = adapt(start(untrained.model, TRAINING)._replace(step=at(40)), TRAINING, 0.0)
    later = adapt(early._replace(step=at(90)), TRAINING, 5.0)
    again = adapt(later._replace(step=at(95)), TRAINING, 0.0)
    assert [int(state.hard_since) for state in (early, later, again)] == [40, 40, 40]


def test_every_step_has_data_of_its_own(finished: Path, tiny: Configuration) -> None:
    network, key = load(finished), jax.random.key(0)
    state = start(network.model, tiny.training)._replace(hard_since=at(0))
    starts = (at(100), at(200), at(100))  # the noise is whole at both
    losses = [
        float(train_chunk(state._replace(step=step), key, network.task, tiny.training, 5)[1][0])
        for step in starts
    ]
    assert losses[0] == losses[2] != losses[1]


def test_a_fresh_state_has_settled_types_so_that_training_compiles_once(untrained: Network) -> None:
    assert not any(leaf.weak_type for leaf in jax.tree.leaves(start(untrained.model, TRAINING)))


def test_lengths_from_1_to_40_are_trained_on_by_one_program(caplog: pytest.LogCaptureFixture) -> None:
    configuration = Configuration(
        task={"name": "reversal"},
        memory={"name": "stack", "width": 3},
        controller={"name": "rnn", "hidden": 4},
        training=Training(steps=4, chunk=2, evaluate_every=2, checkpoint_every=2, largest=40, batch=2),
    )
    with jax.log_compiles(), caplog.at_level("WARNING"):
        train(configuration)
    compiled = [line for line in caplog.messages if line.startswith("Compiling ")]
    assert sum("train_chunk" in line for line in compiled) == 1
