"""Recording a run as a trace."""

import numpy as np
import pytest
import xarray as xr

from mannscope.errors import MannscopeError
from mannscope.models import record, replay
from mannscope.traces import anatomy, check
from small import INPUTS, SLOTS, run, small_model

PLANE = ("episode", "step")
STACK_DIMS = {
    "input": (),
    "logits": ("output_symbol",),
    "output": (),
    "hidden": ("hidden",),
    "interface": ("interface",),
    "action": ("actor",),
    "reading": ("stack", "depth", "width"),
    "actions": ("stack", "stack_action"),
    "push_value": ("stack", "width"),
    "memory": ("stack", "slot", "width"),
    "memory_before": ("stack", "slot", "width"),
}
HEADS = {
    "key": ("width",),
    "key_strength": (),
    "gate": (),
    "shift": ("shift",),
    "sharpening": (),
    "weights": ("slot",),
    "weights_before": ("slot",),
}
NTM_DIMS = (
    {name: STACK_DIMS[name] for name in ("input", "logits", "output", "hidden", "interface", "action")}
    | {f"{kind}_{name}": (f"{kind}_head", *d) for kind in ("read", "write") for name, d in HEADS.items()}
    | {"erase": ("write_head", "width"), "add": ("write_head", "width"), "reading": ("read_head", "width")}
    | {"memory": ("slot", "width"), "memory_before": ("slot", "width")}
)

LABELS = ("actor", "action_name", "stack_action", "shift")
"""Coordinates that name what acts and what it does."""


@pytest.fixture(scope="module")
def stack() -> xr.Dataset:
    return record(small_model("two stacks"), INPUTS)


@pytest.fixture(scope="module")
def ntm() -> xr.Dataset:
    return record(small_model("ntm"), INPUTS)


@pytest.mark.parametrize(("name", "dims"), [("stack", STACK_DIMS), ("ntm", NTM_DIMS)])
def test_a_trace_has_the_documented_variables_and_dims(name: str, dims: dict, request) -> None:
    trace = request.getfixturevalue(name)
    found = {variable: trace[variable].dims for variable in trace.variables if variable not in LABELS}
    assert found == {variable: (*PLANE, *rest) for variable, rest in dims.items()}
    check(trace)


def test_coordinates_name_actors_and_actions_and_the_anatomy_the_policy(stack: xr.Dataset) -> None:
    assert stack["actor"].values.tolist() == ["stack 0", "stack 1"]
    assert stack["action_name"].values.tolist() == [["PUSH", "POP", "NO_OP"]] * 2
    assert stack["stack_action"].values.tolist() == ["PUSH", "POP", "NO_OP"]
    assert anatomy(stack).policy == ("actions",)
    assert (stack.attrs["schema_version"], stack.attrs["capped"], stack.attrs["slots"]) == (2, 0, 5)


def test_the_coordinate_of_a_shift_is_in_slots(ntm: xr.Dataset) -> None:
    assert ntm["shift"].values.tolist() == [-2, -1, 0, 1, 2]


@pytest.mark.parametrize(("memory", "reads"), [("ntm", "after"), ("ntm that reads first", "before")])
def test_the_anatomy_states_the_order_of_reading(memory: str, reads: str) -> None:
    assert anatomy(record(small_model(memory), INPUTS[:, :2])).reads == f"{reads} writing"


def test_the_state_before_a_step_is_the_state_after_the_one_before(ntm: xr.Dataset) -> None:
    for part in ("memory", "read_weights", "write_weights"):
        before, after = ntm[f"{part}_before"].values, ntm[part].values
        np.testing.assert_array_equal(before[:, 1:], after[:, :-1])


def test_the_state_before_the_first_step_is_empty(ntm: xr.Dataset) -> None:
    np.testing.assert_allclose(ntm["memory_before"][:, 0], 1e-6)
    assert (ntm["write_weights_before"][:, 0, :, 0] == 1).all()


def test_a_slot_of_the_trace_is_a_slot_of_the_memory(ntm: xr.Dataset) -> None:
    step = ntm.isel(episode=0, step=4)
    expected = np.einsum("hs,sw->hw", step["read_weights"], step["memory"])
    np.testing.assert_allclose(step["reading"], expected, rtol=1e-4, atol=1e-6)


def test_the_top_of_a_stack_is_in_slot_0(stack: xr.Dataset) -> None:
    np.testing.assert_array_equal(stack["reading"], stack["memory"][:, :, :, :2])


def test_the_trace_is_what_the_model_does(stack: xr.Dataset) -> None:
    steps = run(small_model("two stacks"), INPUTS, 5)
    np.testing.assert_allclose(stack["logits"], steps.logits, rtol=1e-5, atol=1e-6)
    assert np.array_equal(stack["output"], stack["logits"].argmax("output_symbol"))
    assert np.array_equal(stack["action"], stack["actions"].argmax("stack_action"))


def test_too_few_slots_are_refused() -> None:
    with pytest.raises(MannscopeError, match=r"at least 4, .* Got 3\."):
        record(small_model(), INPUTS, slots=3)


def test_a_capped_trace_says_so_and_replays() -> None:
    trace = record(small_model(), INPUTS, slots=2, capped=True)
    assert (trace.attrs["capped"], trace.sizes["slot"]) == (1, 2)
    assert replay(small_model().memory, trace) < 1e-5


def test_more_attributes_are_kept() -> None:
    assert record(small_model(), INPUTS, slots=SLOTS, attributes={"task": "x"}).attrs["task"] == "x"


@pytest.mark.parametrize("part", ["memory", "reading"])
def test_a_trace_with_a_changed_state_does_not_replay(stack: xr.Dataset, part: str) -> None:
    changed = stack.copy(deep=True)
    changed[part][0, 3, 0, 0, 0] += 0.25
    assert replay(small_model("two stacks").memory, changed) == pytest.approx(0.25, rel=1e-3)
