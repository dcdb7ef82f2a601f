"""The public page: what `import mannscope` offers, and that it is all there."""

import ast
from importlib.metadata import version
from pathlib import Path

import pytest

import mannscope


@pytest.mark.parametrize("name", dir(mannscope))
def test_every_public_name_can_be_imported(name: str) -> None:
    assert getattr(mannscope, name) is not None


def test_editors_see_the_same_names_as_python() -> None:
    tree = ast.parse(Path(mannscope.__file__).read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    imports = [node for node in block.body if isinstance(node, ast.ImportFrom)]
    seen = [alias.asname for node in imports for alias in node.names]
    assert sorted([*seen, "__version__"]) == dir(mannscope)


def test_the_version_is_the_installed_one() -> None:
    assert mannscope.__version__ == version("mannscope")


def test_an_unknown_name_is_an_attribute_error_that_names_it() -> None:
    with pytest.raises(AttributeError, match="module 'mannscope' has no attribute 'verfy'"):
        mannscope.verfy  # noqa: B018
