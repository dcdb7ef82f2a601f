"""Every kind acts, and errs, as its strategy says in plain Python, at every size and under noise."""

import equinox as eqx
import numpy as np
import pytest
from jaxtyping import Array

import strategies
from mannscope.memories import choose_slots
from mannscope.models import unroll
from mannscope.planted import PLANTED, TRUTHS, plant
from mannscope.training import Network

EPISODES, MULTIPLES = 6, (0.5, 1, 2, 5)


@eqx.filter_jit
def run(model: eqx.Module, inputs: Array, slots: int) -> tuple[Array, Array]:
    record = unroll(model, inputs, slots)
    return record.logits.argmax(-1), record.action


def ran(network: Network, inputs: np.ndarray) -> tuple[np.ndarray, list[list[str]]]:
    """Run sequences together; give the outputs, and for each sequence a text of actions for every actor."""
    slots = choose_slots(network.model.memory, inputs.shape[1])
    outputs, done = map(np.asarray, run(network.model, inputs, slots))
    labels, lengths = network.anatomy.actors[0].labels, (inputs >= 0).sum(1)
    texts = [
        ["".join(strategies.ACTIONS[labels[action]] for action in actor) for actor in row[:length].T]
        for row, length in zip(done, lengths, strict=True)
    ]
    return outputs, texts


def padded(rows: list[np.ndarray], steps: int) -> np.ndarray:
    """Join batches of episodes of several lengths."""
    wide = [np.pad(row, ((0, 0), (0, steps - row.shape[1])), constant_values=-1) for row in rows]
    return np.concatenate(wide)


def test_the_strategy_of_every_kind_is_spelled_out_and_its_truth_is_stated() -> None:
    assert list(strategies.DOES) == list(PLANTED) == list(TRUTHS)


@pytest.mark.parametrize("kind", PLANTED)
def test_a_network_acts_and_answers_as_its_strategy_says(kind: str) -> None:
    network = plant(kind, basis=1, noise=0.04)
    sizes = [int(multiple * network.trained_size) for multiple in MULTIPLES]
    episodes = [network.sample(3, EPISODES, size) for size in sizes]
    steps = episodes[-1].inputs.shape[1]
    inputs = padded([np.asarray(drawn.inputs) for drawn in episodes], steps)
    targets = padded([np.asarray(drawn.targets) for drawn in episodes], steps)
    answers = padded([np.asarray(drawn.answer, int) for drawn in episodes], steps) == 1
    outputs, texts = ran(network, inputs)
    exact = ((outputs == targets) | ~answers).all(1)
    right = strategies.RIGHT.get(kind, lambda symbols: True) or (lambda symbols: None)
    for row, done, is_right in zip(inputs, texts, exact, strict=True):
        symbols = [network.task.symbols[symbol] for symbol in row[row >= 0]]
        given = symbols[: symbols.index("#")] if "#" in symbols else symbols
        assert tuple(done) == strategies.DOES[kind](given)
        assert right(given) in (None, is_right)


@pytest.mark.parametrize(
    ("kind", "done"),
    [("reverser", "+-+++--"), ("phase reverser", "++++---"), ("two-cue reverser", "+.++.--")],
)
def test_cues_that_disagree_tell_these_apart(kind: str, done: str) -> None:
    network = plant(kind, basis=2, noise=0.04)
    sequence = [[network.task.symbols.index(symbol) for symbol in "0_1#2__"]]
    assert ran(network, np.array(sequence))[1] == [[done]]
