"""Save and load traces as netCDF4 files, which `xarray.open_dataset` opens too."""

from pathlib import Path
from typing import TYPE_CHECKING

from mannscope.errors import MannscopeError, cut, refusing
from mannscope.files import atomic
from mannscope.traces.claims import require_own_contents
from mannscope.traces.schema import check
from mannscope.traces.values import check_values

if TYPE_CHECKING:
    import xarray as xr


SUFFIX = ".nc"
"""How the file of a trace ends, where a verb takes either a run or a trace."""


def save(trace: "xr.Dataset", path: str | Path) -> Path:
    """Write a trace to one netCDF4 file, whole or not at all.

    It is made in memory first: HDF5 does not survive a disk that is full.
    """
    path = Path(path)
    check(trace)
    encoding = {
        name: {"zlib": True, "complevel": 1, "shuffle": True}
        for name, variable in trace.variables.items()  # `hidden` is a coordinate: it is named as its axis
        if variable.size
    }
    content = trace.to_netcdf(engine="h5netcdf", encoding=encoding)
    with atomic(path) as partial:
        partial.write_bytes(content)
    return path


def load(path: str | Path) -> "xr.Dataset":
    """Open a trace; variables are read from disk when they are first looked at.

    Raises:
        MannscopeError: if the file is missing, truncated, or not a trace, takes anything from another file,
            or claims more than there is memory.
    """
    import xarray as xr

    path = Path(path)
    remedy = "Record one with: mannscope record RUN -o trace.nc"
    if not path.is_file():
        raise MannscopeError("a trace must be an existing file", str(path), remedy)
    try:
        require_own_contents(path)
        trace = xr.open_dataset(path, engine="h5netcdf", phony_dims="sort")
    except MannscopeError:
        raise
    except Exception as problem:
        reason = f"{path}, which cannot be read ({cut(str(problem))})"
        raise MannscopeError("a trace must be a complete netCDF4 file", reason, remedy) from problem
    with refusing("a trace must be as mannscope record writes it", path, remedy):
        check(trace, str(path))
        check_values(trace, str(path))
    return trace
