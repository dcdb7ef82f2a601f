"""What the file of a trace claims to hold, before it is read: nothing from elsewhere, nothing too large."""

from pathlib import Path

from mannscope.errors import MannscopeError
from mannscope.hardware import free_memory


def require_own_contents(path: Path) -> None:
    """Make sure that everything in a file is in that file itself, and fits into memory.

    HDF5 knows links and data that are taken from other files, and data that take no room in the file however
    large they are.

    Raises:
        MannscopeError: if it is not so.
    """
    import h5py

    remedy, claimed = "Record it again with: mannscope record RUN -o trace.nc", 0
    with h5py.File(path, "r") as stored:
        for name in stored:
            link = stored.get(name, getlink=True)
            found = stored[name] if isinstance(link, h5py.HardLink) else None
            if not isinstance(found, h5py.Dataset) or found.external or found.is_virtual:
                must = "a trace must hold its variables itself, and nothing else"
                raise MannscopeError(must, f"{path} with {name}, which is something else", remedy)
            claimed += found.size * found.dtype.itemsize if found.shape else 0
    free = free_memory()
    if free is not None and claimed > free:
        must = f"a trace must fit into memory, of which {free / 1e9:.1f} GB are free"
        raise MannscopeError(must, f"{path}, which takes {claimed / 1e9:.1f} GB", "Record fewer episodes")
