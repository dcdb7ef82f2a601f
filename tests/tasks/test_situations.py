"""A task of which the category of a symbol depends on its position, from its situations to a verdict."""

from collections.abc import Mapping
from typing import ClassVar

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from mannscope.arrays import PADDING
from mannscope.errors import UnknownNameError
from mannscope.hypotheses import Policy, derived, mined, verify
from mannscope.machines import StackMachine
from mannscope.tasks import FREE, TASKS, AbstractTask, Algorithm, Episode, OracleStep, Reversal
from mannscope.training import Configuration, Network, Training


class Palindrome(AbstractTask):
    """Two symbols, a middle, and the same backwards: what comes next is asked for from the middle on.

    input     a b # b a
    target    . . b a .
    category  given given middle taken taken
    """

    NAME: ClassVar[str] = "palindrome"
    TITLE: ClassVar[str] = "Palindromes"
    symbols: ClassVar[tuple[str, ...]] = ("a", "b", "#")
    outputs: ClassVar[tuple[str, ...]] = ("a", "b")
    categories: ClassVar[tuple[str, ...]] = ("given", "middle", "taken")
    situations: ClassVar[tuple[tuple[int, int], ...]] = ((0, 0), (0, 2), (1, 0), (1, 2), (2, 1))
    shapes: ClassVar[tuple[str, ...]] = ("random",)
    variables: ClassVar[Mapping[str, int | None]] = {}

    @property
    def description(self) -> str:
        return "Palindromes; the size is the number of symbols before the middle."

    def steps(self, size: int) -> int:
        return 2 * size + 1

    def sample(self, key, size, *, largest, shape=None, held_out=False) -> Episode:
        drawn = jax.random.randint(key, (largest,), 0, 2)
        place = jnp.arange(self.steps(largest))
        there = jnp.where(place < size, place, 2 * size - place)
        inputs = jnp.where(place == size, 2, drawn[jnp.clip(there, 0, largest - 1)])
        inputs = jnp.where(place < 2 * size + 1, inputs, PADDING)
        asked = (place >= size) & (place < 2 * size)
        targets = jnp.where(asked, jnp.roll(inputs, -1), PADDING)
        category = jnp.where(place < size, 0, jnp.where(place == size, 1, 2))
        category = jnp.where(inputs == PADDING, PADDING, category)
        return Episode(inputs, targets, asked, asked, category, {}, jnp.asarray(2 * size + 1))

    def require_shape(self, shape: str) -> None:
        if shape not in self.shapes:
            raise UnknownNameError("shape", shape, self.shapes)

    def episode(self, text: str) -> Episode:
        raise NotImplementedError

    def text(self, inputs) -> str:
        return " ".join(self.symbols[index] for index in np.asarray(inputs) if index != PADDING)

    def categorise(self, inputs):
        inputs = np.asarray(inputs)
        after = np.cumsum(inputs == 2, axis=-1)
        category = np.where(inputs == 2, 1, 2 * (after > 0))
        return np.where(inputs == PADDING, PADDING, category)

    def oracles(self) -> Mapping[str, Algorithm]:
        return {"stack": Algorithm("stack", "push what is given, pop what is taken")}

    def oracle(self, inputs, algorithm, replaced=None) -> tuple[OracleStep, ...]:
        machine, steps = StackMachine(""), []
        for symbol, category in zip(inputs, self.categorise(np.array(inputs)).tolist(), strict=True):
            action = ("PUSH", FREE, "POP")[category]
            written = self.symbols[symbol] if action == "PUSH" else ""
            machine.act((action or "NO_OP",), written)
            steps.append(OracleStep((action,), machine.contents(), machine.reading, written))
        return tuple(steps)


INPUTS = np.array([[0, 1, 2, 1, 0], [1, 2, 1, -1, -1]])


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Network:
    """An untrained network for palindromes, with a stack."""
    monkeypatch.setitem(TASKS, "palindrome", Palindrome)
    controller, training = {"name": "rnn", "hidden": 6}, Training(largest=2)
    memory = {"name": "stack", "width": 3}
    return Network.fresh(Configuration({"name": "palindrome"}, memory, controller, training=training))


def test_a_situation_is_a_symbol_with_its_category() -> None:
    task = Palindrome()
    assert task.situation_labels == ("a (given)", "a (taken)", "b (given)", "b (taken)", "#")
    assert task.situate(INPUTS).tolist() == [[0, 2, 4, 3, 1], [2, 4, 3, -1, -1]]


def test_situations_of_one_category_a_symbol_are_the_symbols() -> None:
    task = Reversal(alphabet=2)
    inputs = np.array([[0, 1, 2, 3, 3]])
    assert task.situation_labels == task.symbols
    assert task.situate(inputs).tolist() == inputs.tolist()


def test_sampled_categories_are_those_of_the_symbols_alone() -> None:
    episodes = jax.vmap(lambda key: Palindrome().sample(key, 2, largest=3))(
        jax.random.split(jax.random.key(0), 8)
    )
    assert np.array_equal(Palindrome().categorise(np.asarray(episodes.inputs)), episodes.category)


def test_derived_hypotheses_are_stated_over_situations(network: Network) -> None:
    claim, *_ = derived(network)
    assert claim.categories["taken"] == ("a (taken)", "b (taken)")
    assert claim.policy == {"stack 0": {"given": "PUSH", "taken": "POP"}}
    table = Policy(claim, network.task.situation_labels, network.anatomy.actors).table
    assert table[:, 0, 0].tolist() == [0, 1, 0, 1, -1]


def test_a_policy_over_situations_comes_to_a_verdict(network: Network) -> None:
    verification = verify(network, episodes=8, quick=True)
    verdict, *_ = verification.hypotheses
    assert {piece.kind for piece in verdict.evidence} >= {"agreement", "invariance", "sufficiency"}
    assert verification.holding == ()


def test_a_policy_over_situations_is_mined(network: Network) -> None:
    found = mined(network, episodes=8)
    assert set(sum(found.categories.values(), ())) <= set(network.task.situation_labels)
