"""What holds for all tests: programs are compiled quickly and kept, and files are not torn apart."""

import os
import shutil
import tempfile
from typing import Any

import pytest

COMPILED = tempfile.mkdtemp(prefix="mannscope-compiled-")
"""The programs of this process and those that it starts. Two workers share none: JAX locks no file."""

os.environ.setdefault("JAX_DISABLE_MOST_OPTIMIZATIONS", "1")
os.environ["JAX_COMPILATION_CACHE_DIR"] = COMPILED
os.environ["JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS"] = "0.3"


def pytest_unconfigure() -> None:
    """Remove the programs."""
    shutil.rmtree(COMPILED, ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest."""
    from scheduling import place

    items.sort(key=lambda item: place(item.nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Keep in one process what shares fixtures and programs."""
    from scheduling import Together

    return Together(config, log)
