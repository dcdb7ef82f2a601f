"""PyTorch itself, which is needed where a module of it is run, and nowhere else."""

from importlib import import_module
from typing import Any

from mannscope.errors import MannscopeError


def load_torch() -> Any:
    """Import PyTorch.

    Raises:
        MannscopeError: if it is not installed.
    """
    return load("torch", "pip install 'mannscope[torch]'")


def load(package: str, remedy: str) -> Any:
    """Import a package that this one runs without as well.

    Raises:
        MannscopeError: if it is not installed.
    """
    try:
        return import_module(package)
    except ModuleNotFoundError as problem:
        raise MannscopeError(
            f"the package {package} must be installed to run a network of it", "none", remedy
        ) from problem
