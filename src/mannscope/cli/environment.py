"""What is set before JAX is imported; what the user has set already is left alone."""

import gc
import os
import sys
from importlib.metadata import version
from pathlib import Path

from mannscope.kept_programs import mend_kept_programs


def prepare() -> None:
    """Choose one thread for each process, and keep compiled programs for the next one.

    At these sizes one thread is faster than several, and leaves the other cores to other seeds. Garbage is
    collected less often than Python does by itself: what JAX traces is millions of small objects, and to look
    through them takes a tenth of a short command's time.
    """
    gc.set_threshold(100_000, 50, 50)
    os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false")
    os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", str(compilation_cache()))
    os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0.1")
    mend_kept_programs()


def compilation_cache() -> Path:
    """Name the folder of compiled programs, one for each version of jaxlib, in the user's cache folder."""
    return _caches() / "mannscope" / f"jaxlib-{version('jaxlib')}"


def _caches() -> Path:
    if "XDG_CACHE_HOME" in os.environ:
        return Path(os.environ["XDG_CACHE_HOME"])
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    return Path.home() / ("Library/Caches" if sys.platform == "darwin" else ".cache")
