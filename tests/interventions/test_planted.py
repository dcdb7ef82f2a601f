"""Interventions on networks of which it is known what carries the answer."""

import jax.numpy as jnp
import numpy as np
import pytest

import machines
from mannscope.interventions import (
    CutRecurrence,
    Discretise,
    Exchange,
    Force,
    FreezeMemory,
    Replace,
    ZeroReading,
)
from mannscope.models import replay
from mannscope.tasks import Episode
from mannscope.training import Network, exact_accuracy

PUSH, POP, NO_OP = range(3)


@pytest.fixture(scope="module")
def reverser() -> Network:
    """Its answers come from the stack."""
    return machines.reverser()


@pytest.fixture(scope="module")
def unused_stack() -> Network:
    """Its answers come from its hidden state."""
    return machines.unused_stack()


@pytest.fixture(scope="module")
def episodes(reverser: Network) -> Episode:
    return reverser.sample(0, 16, machines.LARGEST)


def forced(episodes: Episode, action: int, symbol: int | None = None) -> Force:
    """Force one action everywhere, or at one symbol."""
    inputs = np.asarray(episodes.inputs)
    return Force(jnp.asarray(np.where((symbol is None) | (inputs == symbol), action, -1)[..., None]))


@pytest.mark.parametrize("without_memory", [FreezeMemory(), ZeroReading()])
def test_only_a_network_that_relies_on_its_memory_fails_without_it(
    reverser: Network, unused_stack: Network, episodes: Episode, without_memory: FreezeMemory | ZeroReading
) -> None:
    assert exact_accuracy(reverser, episodes, (without_memory,)).mean() < 0.1
    assert exact_accuracy(unused_stack, episodes, (without_memory,)).all()


def test_only_a_network_that_relies_on_its_hidden_state_fails_when_that_is_cut(
    reverser: Network, unused_stack: Network, episodes: Episode
) -> None:
    assert exact_accuracy(reverser, episodes, (CutRecurrence(),)).all()
    assert exact_accuracy(unused_stack, episodes, (CutRecurrence(),)).mean() < 0.1


def test_a_forced_action_is_done_for_sure_and_recorded(reverser: Network, episodes: Episode) -> None:
    trace = reverser.record(episodes, interventions=(forced(episodes, NO_OP, machines.BLANK),))
    blank = trace["input"].values == machines.BLANK
    assert (trace["action"].values[blank] == NO_OP).all()
    assert (trace["actions"].values[blank] == [0, 0, 1]).all()
    assert (trace["action"].values[~blank] == PUSH).all()


def test_a_forced_run_replays(reverser: Network, episodes: Episode) -> None:
    trace = reverser.record(episodes, interventions=(forced(episodes, POP, 2),))
    assert replay(reverser.model.memory, trace) < 1e-6


def test_forcing_minus_one_leaves_everything_as_it_is(reverser: Network, episodes: Episode) -> None:
    left_alone = reverser.logits(episodes.inputs, (forced(episodes, -1),))
    np.testing.assert_array_equal(left_alone, reverser.logits(episodes.inputs))


def test_a_symbol_whose_push_is_forced_off_is_skipped_in_the_answer(reverser: Network) -> None:
    episode = reverser.task.episode("0 1 2 3")
    batch = episode._replace(inputs=episode.inputs[None])
    trace = reverser.record(batch.inputs, interventions=(forced(batch, NO_OP, 1),))
    assert trace["output"].values[0, 5:8].tolist() == [3, 2, 0]


def test_an_exchanged_value_comes_back_in_its_place(reverser: Network) -> None:
    base, source = ([[*symbols, 4, 5, 5, 5, 5]] for symbols in ((0, 1, 2, 3), (3, 3, 0, 0)))
    values = reverser.record(source)["push_value"].values
    second = np.arange(9)[None] == 1
    trace = reverser.record(
        base, interventions=(Replace("push_value", jnp.asarray(values), jnp.asarray(second)),)
    )
    assert trace["output"].values[0, 5:].tolist() == [3, 2, 3, 0]


def test_exchanged_contents_come_back_in_their_place(reverser: Network) -> None:
    base, source = (np.array([[*symbols, 4, 5, 5, 5, 5]]) for symbols in ((0, 1, 2, 3), (3, 3, 0, 0)))
    held = reverser.record(source)["memory"].values[:, 3, 0, 2]  # after the last symbol: 0 0 3 3, top first
    slot = np.where(np.arange(9)[None] == 3, 1, -1)
    contents = np.broadcast_to(held[:, None], (1, 9, held.shape[-1]))
    edit = Exchange(jnp.asarray(slot), jnp.zeros((1, 9), int), jnp.asarray(contents))
    trace = reverser.record(base, interventions=(edit,))
    assert trace["output"].values[0, 5:].tolist() == [3, 3, 1, 0]


def test_discretised_actions_are_certain(reverser: Network, episodes: Episode) -> None:
    soft, sure = (
        reverser.record(episodes, interventions=edits)["actions"].values for edits in ((), (Discretise(),))
    )
    assert soft.max() < 1
    assert (sure.max(axis=-1) == 1).all()
    assert (sure.argmax(-1) == soft.argmax(-1)).all()


def test_interventions_are_made_in_the_order_given(reverser: Network, episodes: Episode) -> None:
    pushed, popped = forced(episodes, PUSH), forced(episodes, POP)
    trace = reverser.record(episodes, interventions=(pushed, popped))
    assert (trace["action"].values == POP).all()


def test_a_frozen_memory_stays_empty(reverser: Network, episodes: Episode) -> None:
    trace = reverser.record(episodes, interventions=(FreezeMemory(),))
    assert not trace["memory"].values.any()
