"""PyTorch itself, and packages on it, which are needed where a module of them is run, and nowhere else."""

from importlib import import_module
from typing import Any

from mannscope.errors import MannscopeError


def load_torch() -> Any:
    """Import PyTorch.

    Raises:
        MannscopeError: if it is not installed.
    """
    try:
        return import_module("torch")
    except ModuleNotFoundError as problem:
        raise _missing("torch", "mannscope[torch]") from problem


def load_dnc() -> Any:
    """Import the package `dnc`.

    Raises:
        MannscopeError: if it is not installed.
    """
    try:
        return import_module("dnc")
    except ModuleNotFoundError as problem:
        raise _missing("dnc", "dnc==1.1.0") from problem


def _missing(package: str, source: str) -> MannscopeError:
    must = f"the package {package} must be installed to run a network of it"
    return MannscopeError(must, "none", f"pip install '{source}'")
