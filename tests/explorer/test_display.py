"""Networks, verifications and traces show themselves in IPython, and traces by an accessor."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import xarray as xr
from IPython.core.interactiveshell import InteractiveShell

from explorer import handwritten
from mannscope.explorer import display
from mannscope.hypotheses import Verification
from mannscope.training import Network

Show = Callable[[Any], str]


@pytest.fixture
def show() -> Iterator[Show]:
    """Show values as a real IPython shell does, as HTML."""
    shell = InteractiveShell.instance()
    display.register()
    yield lambda value: shell.display_formatter.format(value, include={"text/html"})[0].get("text/html", "")
    InteractiveShell.clear_instance()


def test_a_network_shows_itself(show: Show, brief: Network) -> None:
    assert show(brief).startswith("<iframe")


def test_a_verification_shows_itself(show: Show, brief: Network) -> None:
    assert show(Verification("brief", (), (), (), (), 4, 0, network=brief)).startswith("<iframe")


def test_a_trace_shows_itself_and_another_dataset_stays_as_it_is(show: Show) -> None:
    assert show(handwritten.queue()).startswith("<iframe")
    other = xr.Dataset({"a": 1})
    assert not show(other).startswith("<iframe")
    assert "xr-" in show(other)


def test_registering_again_changes_nothing(show: Show) -> None:
    accessor = xr.Dataset.mannscope
    display.register()
    assert xr.Dataset.mannscope is accessor


def test_without_a_shell_the_accessor_is_there() -> None:
    display.register()
    assert handwritten.register().mannscope._repr_html_().startswith("<iframe")


def test_registering_imports_no_jax() -> None:
    program = """
import sys
from mannscope.explorer import display
display.register()
print([module for module in ("jax", "mannscope.training", "IPython") if module in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
