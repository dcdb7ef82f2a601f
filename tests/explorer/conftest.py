"""A fake session for the parts that host the page, and the bundle that they need."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from explorer.fake import FakeSession

ROOT = Path(__file__).parents[2]


@pytest.fixture
def fake() -> FakeSession:
    return FakeSession()


@pytest.fixture(scope="session")
def tool_chain() -> ModuleType:
    """The module page/bundle.py."""
    spec = importlib.util.spec_from_file_location("bundle", ROOT / "page" / "bundle.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
