"""Parts of the state that a trace leaves out: it replays without them, and gives them back."""

import jax
import numpy as np
import pytest
import xarray as xr

from mannscope.models import CONTROLLERS, Model, rebuild, record, replay
from mannscope.traces import anatomy
from small import HIDDEN, INPUTS, run, small_model
from toys import Past


@pytest.fixture(scope="module")
def model() -> Model:
    """A network with random weights, whose readings depend on what is left out."""
    return Model(4, 3, Past(), CONTROLLERS["rnn"], {"hidden": HIDDEN}, key=jax.random.key(0))


@pytest.fixture(scope="module")
def trace(model: Model) -> xr.Dataset:
    return record(model, INPUTS)


def test_what_is_omitted_is_not_recorded_and_the_trace_says_so(trace: xr.Dataset) -> None:
    assert not {"past", "past_before"} & set(trace.variables)
    assert {"memory", "memory_before"} <= set(trace.variables)
    assert anatomy(trace).omitted == ("past",)


def test_a_trace_replays_without_what_is_omitted(model: Model, trace: xr.Dataset) -> None:
    assert replay(model.memory, trace) < 1e-6
    assert replay(model.memory, trace.assign(reading=trace["reading"] + 1)) == pytest.approx(1, rel=1e-5)


def test_rebuilding_gives_what_was_omitted(model: Model, trace: xr.Dataset) -> None:
    found = rebuild(model.memory, trace)
    again = run(model, INPUTS, int(trace.attrs["slots"])).memory.past
    assert found["past"].dims == ("episode", "step", "slot", "width")
    np.testing.assert_allclose(found["past"], again, atol=1e-6)
    np.testing.assert_array_equal(found["past_before"][:, 1:], found["past"][:, :-1])
    assert not found["past_before"][:, 0].any()


def test_nothing_is_rebuilt_where_nothing_was_omitted() -> None:
    whole = record(small_model(), INPUTS[:, :2])
    xr.testing.assert_identical(rebuild(small_model().memory, whole), whole)
