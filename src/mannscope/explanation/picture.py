"""One picture of an episode."""

import xarray as xr
from matplotlib.axes import Axes

from mannscope.errors import MannscopeError
from mannscope.figures import actions, memory, strata
from mannscope.traces import anatomy


def picture(trace: xr.Dataset) -> Axes:
    """Draw the memory with what acts on it; without one to draw, the actions."""
    stores = anatomy(trace).stores
    if stores and stores[0].strengths:
        return strata(trace)
    try:
        return memory(trace)
    except MannscopeError:
        return actions(trace)
