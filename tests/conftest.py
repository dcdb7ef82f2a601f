"""What holds for all tests: programs are compiled quickly and kept, and files are not torn apart."""

import os
import shutil
import signal
import sys
import tempfile
from typing import Any

import pytest

COMPILED = tempfile.mkdtemp(prefix="mannscope-compiled-")
"""The programs of this process and those that it starts. Two workers share none: JAX locks no file."""

os.environ.setdefault("JAX_DISABLE_MOST_OPTIMIZATIONS", "1")
os.environ["JAX_COMPILATION_CACHE_DIR"] = COMPILED
os.environ["JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS"] = "0.3"


def pytest_configure() -> None:
    """Let processes that tests start be interrupted, even where what started the tests ignores that."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_unconfigure() -> None:
    """Remove the programs."""
    shutil.rmtree(COMPILED, ignore_errors=True)


def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """Let go of programs, file by file, before a process has too many."""
    if nextitem is not None and nextitem.path != item.path and "mannscope.compiling" in sys.modules:
        sys.modules["mannscope.compiling"].let_go_of_programs()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest."""
    from scheduling import place

    items.sort(key=lambda item: place(item.nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Keep in one process what shares fixtures and programs."""
    from scheduling import Together

    return Together(config, log)
