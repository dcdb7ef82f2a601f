"""What carries the answers of planted networks that act alike: their stack, their hidden state, or both."""

import jax.numpy as jnp
import numpy as np
import pytest

from mannscope.interventions import Force, FreezeMemory
from mannscope.planted import plant
from mannscope.training import Network, exact_accuracy

PUSH, POP, NO_OP = range(3)
EPISODES = 32


def forced(network: Network, inputs: np.ndarray, symbol: str, action: int) -> Force:
    places = inputs == network.task.symbols.index(symbol)
    actors = len(network.anatomy.actors)
    return Force(jnp.asarray(np.repeat(np.where(places, action, -1)[..., None], actors, axis=-1)))


def accuracy(network: Network, edit: str) -> float:
    """Run episodes of six symbols, and give the share that is exact under an edit."""
    episodes = network.sample(5, EPISODES, 6)
    inputs = np.asarray(episodes.inputs)
    edits = {
        "nothing": (),
        "frozen": (FreezeMemory(),),
        "no pops": (forced(network, inputs, "_", NO_OP),),
        "one symbol not pushed": (forced(network, inputs, "2", NO_OP),),
    }
    return float(exact_accuracy(network, episodes, edits[edit]).mean())


@pytest.mark.parametrize(
    ("kind", "frozen", "no_pops"),
    [
        ("reverser", False, False),
        ("silent reverser", False, False),
        ("contradicted reverser", True, False),
        ("doorkeeper", False, True),
        ("roomy unused-stack", True, True),
    ],
)
def test_hidden_kinds_differ_in_what_their_stack_is_needed_for(
    kind: str, frozen: bool, no_pops: bool
) -> None:
    network = plant(kind, 1, 0.04)
    assert accuracy(network, "nothing") == 1
    for edit, costs_nothing in (("frozen", frozen), ("no pops", no_pops)):
        found = accuracy(network, edit)
        assert found == 1 if costs_nothing else found < 0.3


@pytest.mark.parametrize(("kind", "small", "large"), [("hybrid reverser", 4, 5), ("hybrid evaluator", 2, 20)])
def test_the_hybrids_need_their_stack_from_some_size_on(kind: str, small: int, large: int) -> None:
    network = plant(kind, 1, 0.04)
    episodes = [network.sample(5, EPISODES, size) for size in (small, large)]
    few, many = (exact_accuracy(network, drawn, (FreezeMemory(),)).mean() for drawn in episodes)
    assert few == 1
    assert many < 0.5


def test_pushing_the_rare_symbol_too_mends_the_rare_symbol_reverser() -> None:
    network = plant("rare-symbol reverser", 1, 0.04)
    episode = network.task.episode("7 100 255")
    batch = episode._replace(
        **{name: getattr(episode, name)[None] for name in ("inputs", "targets", "answer")}
    )
    push = forced(network, np.asarray(batch.inputs), "100", PUSH)
    assert not exact_accuracy(network, batch).any()
    assert exact_accuracy(network, batch, (push,)).all()


def test_the_two_other_stacks_outvote_the_straying_one_and_not_if_one_of_them_strays_too() -> None:
    network = plant("straying third stack", 1, 0.04)
    assert accuracy(network, "nothing") == 1
    assert accuracy(network, "one symbol not pushed") < 0.5
