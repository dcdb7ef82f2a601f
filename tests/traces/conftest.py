"""A trace made by hand."""

import numpy as np
import pytest
import xarray as xr

from mannscope.traces import SCHEMA_VERSION
from mannscope.traces.schema import REQUIRED

SIZES = {"episode": 2, "step": 3, "output_symbol": 4, "hidden": 5, "actor": 1}

WHOLE = ("input", "output", "action")


@pytest.fixture
def trace() -> xr.Dataset:
    """The variables that no trace lacks, and no other."""
    numbers = np.random.default_rng(0)
    values = {
        name: (dims, numbers.normal(size=[SIZES[dim] for dim in dims])) for name, dims in REQUIRED.items()
    }
    values |= {name: (values[name][0], np.abs(values[name][1]).astype(int)) for name in WHOLE}
    return xr.Dataset(values, attrs={"schema_version": SCHEMA_VERSION})
