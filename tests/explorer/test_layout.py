"""What is found in a trace, by its names and axes alone."""

import json

import numpy as np
import pytest
import xarray as xr

from mannscope.explorer import layout
from mannscope.models import record
from small import INPUTS, small_model


@pytest.fixture(scope="module")
def stacks() -> xr.Dataset:
    return record(small_model("two stacks"), INPUTS)


@pytest.fixture(scope="module")
def tape() -> xr.Dataset:
    return record(small_model("ntm"), INPUTS)


def test_stacks_lie_side_by_side(stacks: xr.Dataset) -> None:
    assert layout.parts(stacks) == ["stack 0", "stack 1"]
    held = layout.contents(stacks.isel(episode=0))
    np.testing.assert_array_equal(held[1, 2], stacks["memory"][0, 2, 1])


def test_a_tape_is_one_part(tape: xr.Dataset) -> None:
    assert layout.parts(tape) == ["memory"]
    np.testing.assert_array_equal(layout.contents(tape.isel(episode=0))[0], tape["memory"][0])


def test_a_memory_of_other_axes_is_not_known(tape: xr.Dataset) -> None:
    assert layout.parts(tape.rename(slot="row")) == []
    assert layout.parts(tape.drop_vars("memory")) == []


def test_heads_are_listed_with_where_they_are(tape: xr.Dataset) -> None:
    assert [head["name"] for head in layout.heads(tape)] == [
        "read head 0",
        "read head 1",
        "write head 0",
        "write head 1",
    ]
    weights = layout.weights(tape.isel(episode=0))
    np.testing.assert_array_equal(weights[3], tape["write_weights"][0, :, 1])


def test_every_number_of_the_policy_is_named(stacks: xr.Dataset, tape: xr.Dataset) -> None:
    assert layout.policy(stacks)[4] == {"op": "actions", "actor": "stack 1", "label": "POP"}
    columns = layout.policy(tape)
    assert columns[0] == {"op": "read_gate", "actor": "read head 0", "label": "read_gate"}
    assert columns[2] == {"op": "read_shift", "actor": "read head 0", "label": "shift -2"}
    assert len(columns) == sum(tape[op][0, 0].size for op in layout.policy_ops(tape))


def test_what_has_no_name_is_called_by_its_index(stacks: xr.Dataset) -> None:
    bare = stacks.assign_attrs(actions="[]", actors="[]", symbols=json.dumps(["a", "b"]))
    names = layout.names(bare)
    assert names["symbols"] == ["a", "b", "2", "3"]
    assert names["outputs"] == ["0", "1", "2"]
    assert names["actors"] == ["actor 0", "actor 1"]
    assert names["categories"] == []


def test_an_episode_is_exact_if_every_answer_is_right() -> None:
    plane = ("episode", "step")
    values = {
        "output": [[0, 1], [0, 1], [0, 1]],
        "target": [[-1, 1], [1, 1], [1, 1]],
        "answer": [[False, True], [True, True], [False, False]],
    }
    trace = xr.Dataset({name: (plane, np.array(value)) for name, value in values.items()})
    assert layout.exact(trace) == [True, False, None]
    assert layout.exact(trace.drop_vars("target")) == [None, None, None]
