"""Folders that one process writes at a time."""

import errno
import os
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mannscope.errors import MannscopeError
from mannscope.files import missing_folders, remove_empty, remove_partials

LOCK: Final = ".lock"
"""The file, in a folder, whose lock stands for the folder's. It is there only while a process writes."""
PATIENCE: Final = 2.0
"""Seconds to wait for another process, which may be about to end."""
_PAUSE = 0.05
_TAKEN = {errno.EACCES, errno.EAGAIN, errno.EDEADLK, errno.EWOULDBLOCK}
_UNKNOWN = {errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP}
"""What a file system says that has no locks."""


@dataclass(frozen=True)
class Held:
    """A folder that this process holds."""

    folder: Path
    descriptor: int

    def require(self) -> None:
        """Make sure that the folder is still the one that is held.

        Raises:
            MannscopeError: if it was removed meanwhile, or is another now.
        """
        if not _is_there(self.folder / LOCK, self.descriptor):
            must = "a folder must stay where it is while it is written"
            got = f"{self.folder}, which was removed or replaced"
            raise MannscopeError(must, got, "Run the same command again, and leave its folder alone")


@contextmanager
def exclusive(folder: Path, patience: float = PATIENCE) -> Iterator[Held]:
    """Hold a folder for this process, and make it where it is missing.

    The system lets go of the lock when the process ends, however it does, so that no lock is ever stale. What
    a killed process left half written in the folder is removed, and so are, in the end, folders that were
    made here and hold nothing.

    Raises:
        MannscopeError: if another process, or another part of this one, holds the folder.
    """
    above = missing_folders(folder)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        held = Held(folder, _take(folder, time.monotonic() + patience))
        try:
            remove_partials(folder)  # of nobody: whoever writes here holds the lock
            yield held
        finally:
            with suppress(OSError):  # the folder may have been removed, or may not be changed any more
                if _is_there(folder / LOCK, held.descriptor):
                    (folder / LOCK).unlink()
            os.close(held.descriptor)
    finally:
        remove_empty(above)


def _take(folder: Path, until: float) -> int:
    """Open and lock the file of a folder, and give its descriptor."""
    path = folder / LOCK
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            if _lock(descriptor) and _is_there(path, descriptor):
                with suppress(OSError):  # on a full disk
                    os.ftruncate(descriptor, 0)
                    os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
                return descriptor
            holder = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip()
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)
        if time.monotonic() >= until:
            got = f"{folder}, which process {holder or 'of an unknown number'} is writing"
            remedy = "Wait until it has ended, or choose another folder"
            raise MannscopeError("a folder must be written by one process at a time", got, remedy)
        time.sleep(_PAUSE)


def _lock(descriptor: int) -> bool:
    """Lock a file, unless another has; where files cannot be locked, warn of it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as problem:
        if problem.errno in _TAKEN:
            return False
        if problem.errno not in _UNKNOWN:
            raise
        warnings.warn(f"files cannot be locked here ({problem}): start no second process", stacklevel=5)
    return True


def _is_there(path: Path, descriptor: int) -> bool:
    """Whether the file that was locked is still the one in the folder: its last holder removes it."""
    try:
        there, locked = path.stat(), os.fstat(descriptor)
    except FileNotFoundError:
        return False
    return (there.st_dev, there.st_ino) == (locked.st_dev, locked.st_ino)
