"""What is a trace, and what is not."""

import numpy as np
import pytest
import xarray as xr

from mannscope.arrays import AXES
from mannscope.errors import MannscopeError
from mannscope.traces import SCHEMA_VERSION, check
from mannscope.traces.schema import ANNOTATIONS, REQUIRED


def test_a_whole_trace_passes(trace: xr.Dataset) -> None:
    check(trace)


@pytest.mark.parametrize("variable", REQUIRED)
def test_a_trace_without_a_variable_is_refused_by_its_name(trace: xr.Dataset, variable: str) -> None:
    with pytest.raises(MannscopeError, match=f"variable {variable} .* Got the trace without it"):
        check(trace.drop_vars(variable))


def test_a_variable_with_other_dims_is_refused(trace: xr.Dataset) -> None:
    turned = trace.assign(hidden=trace["hidden"].transpose("hidden", "episode", "step"))
    with pytest.raises(MannscopeError, match=r"hidden .* Got here with \('hidden', 'episode', 'step'\)"):
        check(turned, "here")


@pytest.mark.parametrize("version", [None, 0, SCHEMA_VERSION + 1, "one"])
def test_another_version_is_refused(trace: xr.Dataset, version: object) -> None:
    other = trace.assign_attrs(schema_version=version)
    with pytest.raises(MannscopeError, match=rf"schema_version = 2\. Got the trace with {version!r}"):
        check(other)


def test_axes_are_spelled_as_everywhere() -> None:
    dims = [dim for group in (REQUIRED, ANNOTATIONS) for dims in group.values() for dim in dims]
    assert set(np.ravel(dims).tolist()) <= set(AXES)
