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
from mannscope.hypotheses import derived, verify
from mannscope.machines import MACHINES, AbstractMachine
from mannscope.models import replay
from mannscope.tasks import FREE, TASKS, AbstractTask, Episode
from mannscope.traces import check
from mannscope.training import Configuration, Network, Training

LARGEST, EPISODES = 5, 16
ROWS = [" ".join("abcdefgh"[first : first + length]) for first in range(4) for length in (1, 2, 5)]


@cache
def make(name: str) -> AbstractTask:
    if name != "table":
        return TASKS[name]()
    with TemporaryDirectory() as folder:
        return TASKS[name](path=str(write_rows(Path(folder))))


def write_rows(folder: Path) -> Path:
    path = folder / "rows.csv"
    path.write_text("input,target\n" + "".join(f"{row},{row}\n" for row in dict.fromkeys(ROWS)))
    return path


@cache
def batch(name: str) -> Episode:
    sample = partial(make(name).sample, largest=LARGEST)
    keys = jax.random.split(jax.random.key(0), EPISODES)
    sizes = jax.numpy.arange(EPISODES) % LARGEST + 1
    return jax.tree.map(np.asarray, jax.jit(jax.vmap(sample))(keys, sizes))


def small(name: str, folder: Path) -> Network:
    """Make an untrained network that takes a moment to run."""
    options = {"path": str(write_rows(folder))} if name == "table" else {}
    controller, memory = {"name": "rnn", "hidden": 6}, {"name": "stack", "width": 3}
    training = Training(largest=2)
    return Network.fresh(Configuration({"name": name, **options}, memory, controller, training=training))


every_task = pytest.mark.parametrize("name", TASKS)
some_tasks = pytest.mark.parametrize("name", ["reversal", "expressions", "table"])
"""One of symbols, one of structure, and one without algorithms: networks ask no more of a task than these."""


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
def test_the_category_of_a_position_follows_from_the_symbols(name: str) -> None:
    task, episodes = make(name), batch(name)
    assert np.array_equal(task.categorise(episodes.inputs), episodes.category)
    assert (episodes.category < len(task.categories)).all()


@every_task
def test_sequences_that_are_no_episodes_have_categories_too(name: str) -> None:
    task = make(name)
    drawn = np.random.default_rng(0).integers(-1, len(task.symbols), (EPISODES, 9))
    category = task.categorise(drawn)
    assert ((category == -1) == (drawn == -1)).all()
    assert (category < len(task.categories)).all()


@every_task
def test_a_position_is_in_the_situation_of_its_symbol_and_category(name: str) -> None:
    task, episodes = make(name), batch(name)
    inside = episodes.inputs >= 0
    found = np.array(task.situations)[task.situate(episodes.inputs)[inside]]
    assert found.tolist() == np.stack([episodes.inputs, episodes.category], axis=-1)[inside].tolist()
    assert len(set(task.situation_labels)) == len(task.situations)


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
    for row in range(LARGEST):
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
def test_oracles_have_one_step_for_each_symbol_and_obey_their_ideal_machine(name: str) -> None:
    task = make(name)
    for algorithm, described in task.oracles().items():
        for inputs, length in zip(batch(name).inputs, batch(name).length, strict=True):
            machine: AbstractMachine[str] = MACHINES[described.machine]("")
            steps = task.oracle(tuple(inputs[:length].tolist()), algorithm)
            for step in steps:
                assert FREE in step.actions or machine.act(step.actions, step.written or None)
                assert step.memory == machine.contents()  # where any action would do, they are kept
            assert len(steps) == length


@every_task
def test_oracles_output_the_targets_of_the_answer(name: str) -> None:
    task, episodes = make(name), batch(name)
    for algorithm in task.oracles():
        for row in range(EPISODES):
            steps = task.oracle(tuple(episodes.inputs[row, : episodes.length[row]].tolist()), algorithm)
            for place in np.flatnonzero(episodes.answer[row]):
                assert steps[place].output == task.outputs[episodes.targets[row, place]]


@some_tasks
def test_a_small_network_with_a_stack_records_and_replays(name: str, tmp_path: Path) -> None:
    network = small(name, tmp_path)
    trace = network.record(network.sample(0, 4, 1 if name == "table" else 2))  # rows have no other size
    check(trace)
    assert replay(network.model.memory, trace) < 1e-5
    for episode in range(trace.sizes["episode"]):
        read = [symbol for symbol in trace.symbol.values[episode] if symbol]
        again = network.task.episode(network.task.text(trace["input"].values[episode]))
        assert read == [network.task.symbols[index] for index in again.inputs]


@every_task
def test_hypotheses_are_derived_where_an_algorithm_runs_on_a_stack(name: str, tmp_path: Path) -> None:
    network = small(name, tmp_path)
    described = network.task.oracles()
    claims = derived(network)
    assert bool(claims) == any(one.machine == "stack" for one in described.values())
    assert {claim.algorithm for claim in claims} <= {*described, ""}
    assert all(rules for claim in claims for rules in claim.policy.values())


@some_tasks
def test_hypotheses_about_a_small_network_come_to_a_verdict(name: str, tmp_path: Path) -> None:
    network = small(name, tmp_path)
    claims = derived(network)
    assert bool(claims) == bool(network.task.oracles())
    verification = verify(network, claims or None, episodes=8, quick=True)  # without any, the mined one
    names = [claim.name for claim in claims] or ["mined"]
    assert [verdict.hypothesis.name for verdict in verification.hypotheses] == names
    assert all(verdict.evidence for verdict in verification.hypotheses)
    assert verification.holding == ()


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
    _, _, explained = inspect.cleandoc(TASKS[name].__doc__ or "").partition("Args:\n")
    for option, parameter in inspect.signature(TASKS[name]).parameters.items():
        assert parameter.annotation in (int, str, float, bool, str | None)
        assert f"    {option}: " in explained
