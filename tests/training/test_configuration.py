"""Configurations: names and options, checked and spelled out."""

import json
from dataclasses import replace
from typing import Any

import jax
import numpy as np
import pytest

from mannscope.errors import MannscopeError, UnknownNameError
from mannscope.memories import Stack
from mannscope.tasks import Reversal
from mannscope.training import Configuration, Training
from mannscope.training.recipes import read_recipe

PLAIN: dict[str, Any] = {"task": {"name": "reversal"}, "memory": {"name": "stack"}}


def with_part(kind: str, **part: Any) -> dict[str, Any]:
    return PLAIN | {kind: part}


def test_a_configuration_survives_being_written_and_read(tiny: Configuration) -> None:
    again = Configuration.from_dict(json.loads(json.dumps(tiny.to_dict())))
    assert again.to_dict() == tiny.to_dict()
    assert again.training == tiny.training


def test_defaults_are_spelled_out() -> None:
    plain = Configuration.from_dict(PLAIN).to_dict()
    assert plain["memory"] == {"name": "stack", "width": 16, "stacks": 1, "top": 1}
    assert plain["controller"] == {"name": "lstm", "hidden": 64, "window": 1, "feeds_back": True}
    assert plain["training"]["clip"] == 1.0


def test_a_part_may_be_its_name_alone() -> None:
    assert Configuration.from_dict({"task": "reversal", "memory": "stack"}) == Configuration.from_dict(PLAIN)


def test_the_task_and_the_model_are_built_from_their_options(tiny: Configuration) -> None:
    task = tiny.make_task()
    assert task == Reversal(alphabet=2)
    assert tiny.make_model(task).memory == Stack(width=3)


def test_the_seed_decides_the_weights(tiny: Configuration) -> None:
    one, same, other = (
        tiny.make_model(tiny.make_task(), seed).controller.layer.recurrent for seed in (None, tiny.seed, 1)
    )
    assert np.array_equal(one, same)
    assert not np.allclose(one, other)


@pytest.mark.parametrize(
    ("plain", "kind", "near"),
    [
        (with_part("task", name="reversel"), "task", "reversal"),
        (with_part("memory", name="stak"), "memory", "stack"),
        (with_part("controller", name="lsmt"), "controller", "lstm"),
        (with_part("memory", name="stack", widht=3), "option of memory stack", "width"),
        (PLAIN | {"training": {"step": 3}}, "training option", "steps"),
        (PLAIN | {"memroy": {}}, "option", "memory"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest(plain: dict, kind: str, near: str) -> None:
    with pytest.raises(UnknownNameError, match=rf"^{kind} must be one of .*Did you mean '{near}'\?"):
        Configuration.from_dict(plain)


@pytest.mark.parametrize("missing", ["task", "memory"])
def test_a_task_and_a_memory_must_be_named(missing: str) -> None:
    with pytest.raises(MannscopeError, match=f"must name a {missing}"):
        Configuration.from_dict({kind: part for kind, part in PLAIN.items() if kind != missing})


def test_a_part_without_a_name_is_refused() -> None:
    with pytest.raises(MannscopeError, match="memory must have a name"):
        Configuration.from_dict(with_part("memory", width=3))


def test_an_option_without_a_default_must_be_given() -> None:
    with pytest.raises(MannscopeError, match="task table must be given path"):
        Configuration.from_dict(with_part("task", name="table"))


def test_another_version_is_refused_by_its_source() -> None:
    with pytest.raises(MannscopeError, match=r"schema_version of run\.json must be 1\. Got 2"):
        Configuration.from_dict(PLAIN | {"schema_version": 2}, "run.json")


def test_an_option_that_came_later_changes_a_digest_only_where_it_is_used(tiny: Configuration) -> None:
    plain = {name: of for name, of in tiny.controller.items() if name not in ("window", "feeds_back")}
    spelled = replace(tiny, controller={**plain, "window": 1, "feeds_back": True})
    assert replace(tiny, controller=plain).digest() == spelled.digest() == tiny.digest()
    assert replace(tiny, controller={**plain, "window": 2}).digest() != tiny.digest()


def test_the_digest_of_a_bundled_network_is_that_of_before() -> None:
    assert read_recipe("reversal-stack-shortcut").digest() == "c13b8a158c92942f"


def test_any_other_option_gives_another_digest(tiny: Configuration) -> None:
    others = [replace(tiny, seed=1), replace(tiny, training=replace(tiny.training, clip=0.5))]
    assert len({tiny.digest(), *(other.digest() for other in others)}) == 3


@pytest.mark.parametrize(
    ("options", "must"),
    [
        ({"steps": 0}, "training.steps must be at least 1. Got 0"),
        ({"smallest": 3, "largest": 2}, "largest must be at least training.smallest. Got 2"),
        ({"learning_rate": 0.0}, "learning_rate must be positive"),
        ({"clip": -1.0}, "clip must be positive"),
        ({"context_dropout": 1.5}, r"context_dropout must lie in \[0, 1\]"),
        ({"stop_accuracy": 2.0}, r"stop_accuracy must lie in \[0, 1\]"),
        ({"noise_from": 9, "noise_until": 9}, "noise_until must exceed noise_from"),
        ({"chunk": 30}, "evaluate_every must be a multiple of training.chunk, 30. Got 500"),
        ({"checkpoint_every": 50}, "checkpoint_every must be a multiple of training.chunk, 100. Got 50"),
    ],
)
def test_training_options_that_cannot_be_are_refused(options: dict, must: str) -> None:
    with pytest.raises(MannscopeError, match=must):
        Training(**options)


def test_a_model_draws_nothing_from_the_global_seed(tiny: Configuration) -> None:
    np.random.seed(0)  # noqa: NPY002
    one = jax.tree.leaves(tiny.make_model(tiny.make_task()))
    np.random.seed(1)  # noqa: NPY002
    assert all(map(np.array_equal, one, jax.tree.leaves(tiny.make_model(tiny.make_task()))))
