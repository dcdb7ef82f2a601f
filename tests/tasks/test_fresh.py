"""Tasks whose episodes are drawn afresh: the generator agrees with the algorithms at every size."""

from functools import cache, partial

import jax
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mannscope.arrays import PADDING
from mannscope.errors import MannscopeError
from mannscope.tasks import TASKS, AbstractTask, BucketSort, Copy, OddsFirst
from mannscope.tasks.fresh import AbstractFreshTask

LARGEST = 11
FRESH = [name for name, kind in TASKS.items() if issubclass(kind, AbstractFreshTask)]


@cache
def sampler(name: str):
    task = TASKS[name]()
    return task, jax.jit(partial(task.sample, largest=LARGEST))


def check(task: AbstractTask, algorithm: str, inputs: tuple[int, ...], episode) -> None:
    variable = task.oracles()[algorithm].variable
    written: dict[str, set[int]] = {}
    for place, step in enumerate(task.oracle(inputs, algorithm)):
        if episode.answer[place]:
            assert step.output == task.outputs[episode.targets[place]]
        if step.written and variable:
            values = episode.inputs if variable == "input" else episode.variables[variable]
            written.setdefault(step.written, set()).add(int(values[place]))
    assert all(len(values) == 1 for values in written.values())  # one value for one content


@pytest.mark.parametrize("name", FRESH)
@settings(max_examples=10, deadline=None, derandomize=True, database=None)
@given(size=st.integers(1, LARGEST), seed=st.integers(0, 2**31))
def test_the_generator_agrees_with_the_algorithms(name: str, size: int, seed: int) -> None:
    task, sample = sampler(name)
    episode = jax.tree.map(np.asarray, sample(jax.random.key(seed), size))
    inputs = tuple(episode.inputs[: episode.length].tolist())
    for algorithm in task.oracles():
        check(task, algorithm, inputs, episode)


def test_a_category_changes_with_the_phase() -> None:
    task = OddsFirst()  # a phase for even places, and one for odd places
    assert task.categories == ("even place", "delimiter", "blank", "odd place")
    assert task.categorise(np.array([[0, 1, 1, 2, 3], [1, PADDING, 0, 0, 0]])).tolist() == [
        [0, 3, 0, 1, 2],
        [0, PADDING, 3, 0, 3],
    ]


def test_situations_are_the_symbols_where_there_is_one_phase() -> None:
    assert Copy(alphabet=2).situations == ((0, 0), (1, 0), (2, 1), (3, 2))


def test_a_foreign_symbol_is_named_with_its_position() -> None:
    with pytest.raises(MannscopeError, match=r"one of 0 1 # _\. Got '7' at position 2"):
        Copy(alphabet=2).episode("0 7")


def test_a_part_of_an_episode_has_no_oracle() -> None:
    with pytest.raises(MannscopeError, match="whole episode"):
        BucketSort().oracle((0, 1), "counters")
