"""What is found in a trace, by its labels and its anatomy alone."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from explorer import handwritten
from mannscope.anatomy import Head, Store
from mannscope.errors import MannscopeError
from mannscope.explorer import layout
from mannscope.models import record
from mannscope.traces import anatomy
from small import INPUTS, small_model


@pytest.fixture(scope="module")
def stacks() -> xr.Dataset:
    return record(small_model("two stacks"), INPUTS)


@pytest.fixture(scope="module")
def tape() -> xr.Dataset:
    return record(small_model("ntm"), INPUTS)


def declaring(trace: xr.Dataset, **changes: object) -> xr.Dataset:
    """Change what the anatomy of a trace declares."""
    return trace.assign_attrs(anatomy=replace(anatomy(trace), **changes).to_json())


def test_parts_say_what_slot_0_is(stacks: xr.Dataset, tape: xr.Dataset) -> None:
    assert layout.parts(stacks) == [
        {"name": "stack 0", "first": "top", "slots": True},
        {"name": "stack 1", "first": "top", "slots": True},
    ]
    assert layout.parts(tape) == [{"name": "memory", "first": "address", "slots": True}]
    assert layout.parts(handwritten.queue()) == [{"name": "cells", "first": "front", "slots": True}]
    assert layout.parts(handwritten.register()) == [{"name": "value", "first": "address", "slots": False}]


def test_a_store_that_is_not_as_declared_is_refused(stacks: xr.Dataset) -> None:
    with pytest.raises(MannscopeError, match=r"must have the axes slot, tower\. Got it without tower"):
        layout.parts(declaring(stacks, stores=(Store("memory", parts="tower"),)))
    with pytest.raises(MannscopeError, match="must have the variable memory"):
        layout.parts(stacks.drop_vars("memory"))


def test_heads_come_with_their_weights(tape: xr.Dataset) -> None:
    found, notes = layout.heads(tape)
    assert [(head.name, head.kind) for head in found] == [
        ("read head 0", "read"),
        ("read head 1", "read"),
        ("write head 0", "write"),
        ("write head 1", "write"),
    ]
    assert notes == []
    weights = layout.weights(tape.isel(episode=0), found)
    np.testing.assert_array_equal(weights[3], tape["write_weights"][0, :, 1])


@pytest.mark.parametrize(
    ("head", "note"),
    [
        (Head("eye", "read", "gaze"), "eye is not shown: its weights, gaze, are not recorded"),
        (Head("eye", "read", "read_weights"), "have the axes read_head, slot"),
        (Head("eye", "read", "read_weights", "read_head", 2), "the axis read_head has only 2"),
    ],
)
def test_a_head_that_is_not_as_declared_is_left_out_with_the_reason(
    tape: xr.Dataset, head: Head, note: str
) -> None:
    found, notes = layout.heads(declaring(tape, heads=(head,)))
    assert (found, len(notes)) == ([], 1)
    assert note in notes[0]


def test_each_actor_has_its_own_actions() -> None:
    queue, clock = layout.describe_actors(handwritten.queue())
    assert queue["name"] == "queue"
    assert queue["actions"][0] == {"name": "ENQUEUE", "verb": "enqueues", "glyph": "E", "weight": 2}
    assert clock["actions"] == [{"name": "TICK", "verb": "ticks", "glyph": "T", "weight": 1}]


def test_actors_are_those_that_were_selected(tape: xr.Dataset) -> None:
    assert [actor.name for actor in layout.actors(tape.isel(actor=[2]))] == ["write head 0"]
    undeclared = xr.Dataset({"action": (("episode", "step", "actor"), np.zeros((1, 2, 2), np.int8))})
    assert [actor.name for actor in layout.actors(undeclared)] == ["actor 0", "actor 1"]


def test_numbers_of_the_policy_are_labelled_by_actor_and_coordinate(
    stacks: xr.Dataset, tape: xr.Dataset
) -> None:
    assert layout.policy(stacks)[4] == {"op": "actions", "actor": "stack 1", "label": "stack 1 POP"}
    columns = layout.policy(tape)
    assert columns[0] == {"op": "read_gate", "actor": "read head 0", "label": "read_gate 0"}
    assert columns[2] == {"op": "read_shift", "actor": "read head 0", "label": "read_shift 0 -2"}
    assert len(columns) == sum(tape[op][0, 0].size for op in layout.policy_ops(tape))
    assert [one["label"] for one in layout.policy(handwritten.queue())] == ["ENQUEUE", "DEQUEUE", "NO_OP"]


def test_memory_without_slots_is_named_where_it_is_declared_or_nothing_is() -> None:
    queue = handwritten.queue()
    assert layout.other_memory(queue, slots_shown=True) == ["age"]
    assert layout.other_memory(queue, slots_shown=False) == ["cells", "age", "ends"]
    assert layout.other_memory(handwritten.storeless(), slots_shown=False) == ["value"]


def test_states_that_no_store_declares_are_named_too(stacks: xr.Dataset) -> None:
    wider = stacks.assign(link=stacks["push_value"], link_before=stacks["push_value"])
    assert layout.other_memory(wider, slots_shown=True) == ["link"]


def test_what_has_no_name_is_called_by_its_index(stacks: xr.Dataset) -> None:
    bare = stacks.assign_coords(input_symbol=["a", "b"])
    names = layout.names(bare)
    assert names["symbols"] == ["a", "b", "2", "3"]
    assert names["outputs"] == ["0", "1", "2"]
    assert names["categories"] == []


def test_an_episode_is_right_if_every_answer_is() -> None:
    plane = ("episode", "step")
    values = {
        "output": [[0, 1], [0, 1], [0, 1]],
        "target": [[-1, 1], [1, 1], [1, 1]],
        "answer": [[False, True], [True, True], [False, False]],
    }
    trace = xr.Dataset({name: (plane, np.array(value)) for name, value in values.items()})
    assert layout.right(trace) == [True, False, None]
    assert layout.right(trace.drop_vars("target")) == [None, None, None]


@pytest.mark.parametrize("attribute", ["configuration", "anatomy"])
@pytest.mark.parametrize("text", ["nonsense", "3", "[1, 2]"])
def test_an_attribute_that_cannot_be_read_is_refused(stacks: xr.Dataset, attribute: str, text: str) -> None:
    with pytest.raises(MannscopeError, match=f"the attribute {attribute} of a trace must"):
        layout.check(stacks.assign_attrs({attribute: text}))


def test_numbers_of_actors_on_several_axes_are_labelled_by_the_actors() -> None:
    trace = record(small_model("delta of products"), INPUTS)
    columns = [column for column in layout.policy(trace) if column["actor"].startswith("head 1")]
    assert [column["actor"] for column in columns] == [f"head 1 step {step}" for step in range(3)]
    assert columns[2]["label"] == "write_strength head 1 step 2"
