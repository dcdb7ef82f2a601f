"""What every trace holds, however it was recorded."""

from typing import TYPE_CHECKING

import numpy as np

from mannscope.errors import MannscopeError

if TYPE_CHECKING:
    import xarray as xr

SCHEMA_VERSION = 2

REQUIRED: dict[str, tuple[str, ...]] = {
    "input": ("episode", "step"),
    "output": ("episode", "step"),
    "logits": ("episode", "step", "output_symbol"),
    "hidden": ("episode", "step", "hidden"),
    "action": ("episode", "step", "actor"),
}
"""Variables that no trace lacks, with their axes."""

ANNOTATIONS: dict[str, tuple[str, ...]] = dict.fromkeys(
    ("category", "target", "supervised", "answer"), ("episode", "step")
)
"""Variables that a trace has where the task is known."""


def _plain(value: object) -> object:
    """Write a number of a file as Python would."""
    return value.item() if isinstance(value, np.generic) else value


def check(trace: "xr.Dataset", name: str = "the trace") -> None:
    """Make sure that a dataset is a trace of a version that is known here.

    Raises:
        MannscopeError: if a variable is missing or has other axes, or the version is another.
    """
    version = trace.attrs.get("schema_version")
    remedy = "Record it again with: mannscope record RUN -o trace.nc"
    if version != SCHEMA_VERSION:
        got = f"{name} with {_plain(version)!r}"
        raise MannscopeError(
            f"a trace must have the attribute schema_version = {SCHEMA_VERSION}", got, remedy
        )
    for variable, dims in REQUIRED.items():
        if variable not in trace or trace[variable].dims != dims:
            got = f"{name} with {trace[variable].dims}" if variable in trace else f"{name} without it"
            raise MannscopeError(f"the variable {variable} of a trace must have the dims {dims}", got, remedy)
