"""`trace.mannscope`: a trace in the explorer. Importing this module is what makes it known to xarray."""

from pathlib import Path
from typing import Any

import xarray as xr

from mannscope.showing import shown


@xr.register_dataset_accessor("mannscope")
class TraceAccessor:
    """Shows a trace, in a notebook or as a file."""

    def __init__(self, trace: xr.Dataset) -> None:
        self.trace = trace

    def _repr_html_(self) -> str:
        return shown(self.trace)._repr_html_()

    def widget(self) -> Any:
        """Give the explorer as a live widget; needs `pip install 'mannscope[notebook]'`."""
        return shown(self.trace).widget()

    def save(self, path: str | Path) -> Path:
        """Write the explorer with the trace to one HTML file."""
        return shown(self.trace).save(path)
