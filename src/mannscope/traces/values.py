"""What the numbers of a trace count: symbols, outputs, categories and actions that there are."""

from typing import TYPE_CHECKING

import numpy as np

from mannscope.arrays import PADDING
from mannscope.errors import MannscopeError
from mannscope.traces.labels import anatomy, categories, outputs, symbols

if TYPE_CHECKING:
    import xarray as xr


def check_values(trace: "xr.Dataset", name: str = "the trace") -> None:
    """Make sure that whatever counts is whole numbers, and counts what is named.

    Raises:
        MannscopeError: if something does not.
    """
    named = {"input": symbols(trace), "output": outputs(trace), "target": outputs(trace)}
    for variable, labels in {**named, "category": categories(trace)}.items():
        if variable in trace:
            _require_counts(trace, variable, len(labels) or None, name)
    actors = anatomy(trace).actors
    _require_counts(trace, "action", None, name)
    if "actor" in trace["action"].dims and trace.sizes["actor"] == len(actors):
        for index, actor in enumerate(actors):
            most = len(actor.actions) or None
            _require_counts(trace.isel(actor=index), "action", most, name)


def _require_counts(trace: "xr.Dataset", variable: str, most: int | None, name: str) -> None:
    found = trace[variable].values
    wrong = found.dtype.kind not in "iu"
    if not wrong and found.size:
        wrong = int(found.min()) < min(PADDING, 0) or (most is not None and int(found.max()) >= most)
    if wrong:
        whole = "whole numbers" if most is None else f"whole numbers from {PADDING} to {most - 1}"
        got = f"{name} with others" if found.dtype.kind in "iu" else f"{name} with {np.dtype(found.dtype)}"
        remedy = "Record it again with: mannscope record RUN -o trace.nc"
        raise MannscopeError(f"the variable {variable} of a trace must hold {whole}", got, remedy)
