"""How networks, verifications and traces show themselves in a notebook: by the explorer.

Packages below the explorer do not import it. Instead `register` adds `trace.mannscope` to xarray, and the
types to show to IPython. It imports neither the explorer nor JAX before something is shown.
"""

import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import xarray as xr

    from mannscope.explorer.exploration import Exploration

HTML = "text/html"
SHOWN = (("mannscope.training.network", "Network"), ("mannscope.hypotheses.verification", "Verification"))
"""Modules and names of the types that IPython shows as the explorer."""
DATASET = ("xarray.core.dataset", "Dataset")
VERSION = "schema_version"
"""The attribute that distinguishes a trace from other datasets."""


class TraceAccessor:
    """`trace.mannscope`: a trace in the explorer, in a notebook or as a file."""

    def __init__(self, trace: "xr.Dataset") -> None:
        self.trace = trace

    def _repr_html_(self) -> str:
        return _explore(self.trace)._repr_html_()

    def widget(self) -> Any:
        """Give the explorer as a live widget; needs `pip install 'mannscope[notebook]'`."""
        return _explore(self.trace).widget()

    def save(self, path: str | Path) -> Path:
        """Write the explorer with the trace to one HTML file."""
        return _explore(self.trace).save(path)


def register() -> None:
    """Make `trace.mannscope` known to xarray, and the explorer to IPython where that is running.

    It can be called as often as one likes.
    """
    _register_accessor()
    if "IPython" in sys.modules:
        _register_formatters()


@cache
def _register_accessor() -> None:
    import xarray as xr

    xr.register_dataset_accessor("mannscope")(TraceAccessor)


def _register_formatters() -> None:
    from IPython.core.getipython import get_ipython

    shell: Any = get_ipython()
    if shell is None:
        return
    formatter = shell.display_formatter.formatters[HTML]
    for module, name in SHOWN:
        formatter.for_type_by_name(module, name, _html)
    formatter.for_type_by_name(*DATASET, _dataset_html)


def _html(subject: Any) -> str:
    return _explore(subject)._repr_html_()


def _dataset_html(dataset: "xr.Dataset") -> str:
    """Show a trace in the explorer, and any other dataset as xarray does."""
    return _html(dataset) if VERSION in dataset.attrs else dataset._repr_html_()


def _explore(subject: Any) -> "Exploration":
    from mannscope.explorer.exploration import explore

    return explore(subject)
