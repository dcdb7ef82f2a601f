"""What every task keeps to, whoever wrote it."""

import inspect
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory

import equinox as eqx
import jax
import numpy as np
import pytest

from mannscope.errors import MannscopeError
from mannscope.tasks import NOTHING, TASKS, AbstractTask, Episode

LARGEST, EPISODES = 5, 16
ROWS = [" ".join("abcdefgh"[first : first + length]) for first in range(8) for length in (1, 2, 4)]


@cache
def make(name: str) -> AbstractTask:
    if name != "table":
        return TASKS[name]()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        path.write_text("input,target\n" + "".join(f"{row},{row}\n" for row in dict.fromkeys(ROWS)))
        return TASKS[name](path=str(path))


@cache
def batch(name: str) -> Episode:
    sample = partial(make(name).sample, largest=LARGEST)
    keys = jax.random.split(jax.random.key(0), EPISODES)
    sizes = jax.numpy.arange(EPISODES) % LARGEST + 1
    return jax.tree.map(np.asarray, jax.jit(jax.vmap(sample))(keys, sizes))


every_task = pytest.mark.parametrize("name", TASKS)


@every_task
def test_a_compiled_batch_has_the_shapes_and_types_of_episodes(name: str) -> None:
    episodes, wide = batch(name), (EPISODES, make(name).steps(LARGEST))
    whole = [episodes.inputs, episodes.targets, episodes.category, *episodes.variables.values()]
    assert {(part.shape, part.dtype.name) for part in whole} == {(wide, "int32")}
    flags = [episodes.supervised, episodes.answer]
    assert {(part.shape, part.dtype.name) for part in flags} == {(wide, "bool")}
    assert (episodes.length.shape, episodes.length.dtype.name) == ((EPISODES,), "int32")


@every_task
def test_padding_begins_at_the_length_and_fills_everything(name: str) -> None:
    episodes = batch(name)
    inside = np.arange(episodes.inputs.shape[1]) < episodes.length[:, None]
    assert ((episodes.inputs >= 0) == inside).all()
    rest = [episodes.targets, episodes.category, *episodes.variables.values()]
    assert all((part[~inside] == -1).all() for part in rest)
    assert not episodes.supervised[~inside].any()


@every_task
def test_the_category_of_a_position_is_that_of_its_symbol(name: str) -> None:
    task, episodes = make(name), batch(name)
    assert len(task.symbols) == len(task.symbol_categories)
    assert set(task.symbol_categories) == set(range(len(task.categories)))
    inside = episodes.inputs >= 0
    categories = np.array(task.symbol_categories)[episodes.inputs[inside]]
    assert (episodes.category[inside] == categories).all()


@every_task
def test_what_is_asked_for_is_an_output_symbol_at_a_supervised_position(name: str) -> None:
    task, episodes = make(name), batch(name)
    assert ((episodes.targets >= 0) == episodes.supervised).all()
    assert (episodes.targets < len(task.outputs)).all()
    assert episodes.supervised[episodes.answer].all()
    assert episodes.answer.any(axis=1).all()


@every_task
def test_variables_stay_below_their_number_of_values(name: str) -> None:
    task, episodes = make(name), batch(name)
    assert set(episodes.variables) == set(task.variables)
    bounded = {name: count for name, count in task.variables.items() if count is not None}
    assert all((episodes.variables[name] < count).all() for name, count in bounded.items())


@every_task
def test_the_text_of_a_sample_is_read_as_the_same_episode(name: str) -> None:
    task = make(name)
    for row in range(EPISODES):
        sampled = jax.tree.map(lambda part, row=row: part[row], batch(name))
        length = int(sampled.length)
        read = task.episode(task.text(sampled.inputs))
        cut = jax.tree.map(lambda part, length=length: part[:length] if part.ndim else part, sampled)
        assert eqx.tree_equal(jax.tree.map(np.asarray, read), cut)


@every_task
def test_sizes_reach_the_number_of_positions_they_promise(name: str) -> None:
    task, episodes = make(name), batch(name)
    promised = [task.steps(row % LARGEST + 1) for row in range(EPISODES)]
    assert (episodes.length <= promised).all()
    assert name == "table" or episodes.length.tolist() == promised


@every_task
def test_oracles_have_one_step_for_each_symbol_and_move_the_stack_as_they_say(name: str) -> None:
    task, change = make(name), {"PUSH": 1, "POP": -1, "NO_OP": 0}
    for algorithm in task.oracles():
        for inputs, length in zip(batch(name).inputs, batch(name).length, strict=True):
            steps = task.oracle(tuple(inputs[:length].tolist()), algorithm)
            heights = [0, *(len(step.memory) for step in steps)]
            assert np.diff(heights).tolist() == [change[step.action] for step in steps]
            assert len(steps) == length
            assert set(steps[-1].memory) <= {NOTHING}


@every_task
def test_an_unknown_algorithm_shape_or_size_is_refused(name: str) -> None:
    task, key = make(name), jax.random.key(0)
    with pytest.raises(MannscopeError, match="algorithm"):
        task.oracle((0,), "guess")
    with pytest.raises(MannscopeError, match="shape must be one of"):
        task.sample(key, 1, largest=2, shape="round")
    for size in (0, 3):
        with pytest.raises(MannscopeError, match=f"size must be from 1 to largest, 2. Got {size}"):
            task.sample(key, size, largest=2)


@every_task
def test_a_symbol_of_no_index_is_refused(name: str) -> None:
    with pytest.raises(MannscopeError, match="Got 999 at position 2"):
        make(name).text([0, 999])


@every_task
def test_a_task_is_a_hashable_record_of_its_options(name: str) -> None:
    task = make(name)
    assert jax.tree.leaves(task) == []
    assert hash(task) == hash(jax.tree.map(lambda leaf: leaf, task))
    options = inspect.signature(TASKS[name]).parameters
    assert all(hasattr(task, option) for option in options)


@every_task
def test_options_are_plain_and_each_is_explained(name: str) -> None:
    _, explained = inspect.cleandoc(TASKS[name].__doc__ or "").split("Args:\n")
    for option, parameter in inspect.signature(TASKS[name]).parameters.items():
        assert parameter.annotation in (int, str, float, bool)
        assert f"    {option}: " in explained
