"""Recipes: the configurations that come with the package, one for each task and memory."""

from importlib.resources import files
from pathlib import Path

from mannscope.errors import UnknownNameError
from mannscope.files import read_mapping
from mannscope.training.configuration import Configuration

SUFFIX = ".yaml"


def recipes() -> list[str]:
    """Name the recipes that come with the package."""
    return sorted(path.stem for path in _folder().iterdir() if path.suffix == SUFFIX)


def read_recipe(name: str) -> Configuration:
    """Read a recipe.

    Raises:
        UnknownNameError: if there is no recipe of this name.
        MannscopeError: if its file is no YAML, or states no configuration.
    """
    if name not in recipes():
        raise UnknownNameError("recipe", name, recipes())
    remedy = "Install the package again: its files were changed"
    plain = read_mapping("recipe", _folder() / f"{name}{SUFFIX}", remedy)
    return Configuration.from_dict(plain, f"the recipe {name}")


def _folder() -> Path:
    return Path(str(files("mannscope") / "recipes"))
