"""Linear recurrent networks set by hand: parity by reflections, which can, and by overwriting, which cannot.

The controller is feed-forward and the reading is not fed back, so that the memory alone connects steps.
"""

import json
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import equinox as eqx
import jax.numpy as jnp
import numpy as np

from mannscope.hypotheses import Experiment, Hypothesis, judge
from mannscope.memories.choices import SATURATED
from mannscope.traces import exact
from mannscope.training import Configuration, Network, Training

CATEGORIES = {"start": ("^",), "zero": ("0", "o"), "one": ("1", "i")}
LARGEST, EPISODES = 8, 640


@cache
def parity_rows() -> str:
    """Write a table of bits after a start symbol, with the parity so far as the target of each."""
    numbers = np.random.default_rng(0)
    rows = [
        " ".join(["^", *numbers.choice(["0", "o", "1", "i"], length)])
        for length in range(3, 2 * LARGEST)
        for _ in range(EPISODES // 2)
    ]
    folder = Path(_FOLDER.name)
    with (folder / "parity.jsonl").open("w", encoding="utf-8") as file:
        for row in rows:
            odd = np.cumsum([symbol in CATEGORIES["one"] for symbol in row.split()]) % 2
            target = " ".join("odd" if one else "even" for one in odd)
            file.write(json.dumps({"input": row, "target": target}) + "\n")
    return str(folder / "parity.jsonl")


_FOLDER = TemporaryDirectory()


@cache
def network(negative: bool) -> Network:
    """Write 1 at the start and keep it at zeros; at ones turn it round, or, without that, write -1."""
    configuration = Configuration(
        task={"name": "table", "path": parity_rows(), "held_out_share": 0.5},
        memory={"name": "delta", "width": 1, "key_width": 1, "negative": negative},
        controller={"name": "feed_forward", "hidden": 3, "feeds_back": False},
        training=Training(largest=LARGEST),
    )
    fresh = Network.fresh(configuration, "reflecting" if negative else "overwriting")
    memory, start, one = fresh.model.memory, {"head 0": "WRITE"}, "FLIP" if negative else "WRITE"
    emitted = np.zeros((len(memory.rest()), 3))
    emitted[:, 0] = memory.emit(start, np.ones(1))
    emitted[:, 2] = memory.emit({"head 0": one}, np.zeros(1) if negative else -np.ones(1))
    rest = memory.rest()
    rest[1:3] = SATURATED  # query and key are the same at every step
    categories = [[symbol in of for symbol in fresh.task.symbols] for of in CATEGORIES.values()]
    readout = np.zeros((2, 4))
    readout[[fresh.task.outputs.index("even"), fresh.task.outputs.index("odd")], 3] = 5.0, -5.0
    model = eqx.tree_at(
        lambda m: (
            m.controller.layer.symbol,
            m.interface.linear.weight,
            m.interface.linear.bias,
            m.readout.weight,
        ),
        fresh.model,
        tuple(
            jnp.asarray(part, jnp.float32)
            for part in (SATURATED * np.array(categories), emitted, rest, readout)
        ),
    )
    return Network(fresh.name, configuration, fresh.task, model)


def claim(one: str) -> Hypothesis:
    rules = {"start": "WRITE", "zero": "KEEP", "one": one}
    return Hypothesis(f"{one} at ones", CATEGORIES, {"head 0": rules})


def test_parity_by_reflections_holds_beyond_the_lengths_trained_on() -> None:
    verdict = judge(Experiment(network(True), EPISODES, quick=True), claim("FLIP"))
    assert verdict.holds
    assert verdict.scope == (LARGEST, 2 * LARGEST)
    assert {"necessity", "reliance"} <= {piece.kind for piece in verdict.deciding if piece.passed}


def test_parity_by_overwriting_knows_the_last_bit_alone() -> None:
    subject = network(False)
    trace = subject.record(subject.sample(0, 64, 2 * LARGEST))
    categories = {symbol: of for of, symbols in CATEGORIES.items() for symbol in symbols}
    done = {
        (categories[symbol], subject.anatomy.actors[0].labels[action])
        for symbol, action in zip(trace["symbol"].values.ravel(), trace["action"].values.ravel(), strict=True)
        if symbol
    }
    assert done == {("start", "WRITE"), ("zero", "KEEP"), ("one", "WRITE")}
    seen_one = np.cumsum(np.isin(trace["symbol"].values, CATEGORIES["one"]), axis=1) > 0
    said = np.array(subject.task.outputs)[trace["output"].values]
    assert (said == np.where(seen_one, "odd", "even"))[trace["symbol"].values != ""].all()
    assert exact(trace).mean() < 0.2
