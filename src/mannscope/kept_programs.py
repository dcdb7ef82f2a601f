"""Compiled programs that JAX keeps in a folder: what it left half written there is removed when it is met."""

import os
import re
import warnings
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from glob import escape
from pathlib import Path
from typing import Any, Final

FOLDER: Final = "JAX_COMPILATION_CACHE_DIR"
_BROKEN: Final = re.compile(r"Error (?:reading|writing) persistent compilation cache entry for '(.+?)'")


def mend_kept_programs() -> None:
    """Remove half a program instead of being warned of it at every command.

    JAX writes a program in place, so that a kill or a full disk leaves half of it. It notices that when it
    reads it, warns, and compiles again, but never replaces the file.
    """
    if not isinstance(warnings.showwarning, _Mending):
        warnings.showwarning = _Mending(warnings.showwarning)


@dataclass(frozen=True)
class _Mending:
    """Shows warnings as before, but for those of kept programs, which it makes needless."""

    shown: Callable[..., None]

    def __call__(self, message: Warning | str, *about: Any, **rest: Any) -> None:
        found = _BROKEN.match(str(message))
        if found is None or FOLDER not in os.environ:
            self.shown(message, *about, **rest)
        else:
            remove_halves(Path(os.environ[FOLDER]), found[1])


def remove_halves(folder: Path, name: str) -> None:
    """Remove the files of the programs of this name that are not whole."""
    for path in folder.glob(f"{escape(name)}-*-cache"):
        with suppress(OSError):
            if not _is_whole(path.read_bytes()):
                path.unlink()


def _is_whole(content: bytes) -> bool:
    """Whether what was compressed can be read; what zlib does not know is taken for half, and made again."""
    try:
        zlib.decompress(content)
    except zlib.error:
        return False
    return True
