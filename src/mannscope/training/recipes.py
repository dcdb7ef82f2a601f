"""Recipes: the configurations that come with the package, one for each task and memory."""

from importlib.resources import files
from pathlib import Path

from mannscope.errors import MannscopeError, UnknownNameError
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
    import yaml

    if name not in recipes():
        raise UnknownNameError("recipe", name, recipes())
    path = _folder() / f"{name}{SUFFIX}"
    remedy = "Install the package again: its files were changed"
    try:
        plain = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as problem:
        reason = " ".join(str(problem).split())
        raise MannscopeError(f"the recipe {path} must be YAML", reason, remedy) from problem
    if not isinstance(plain, dict):
        raise MannscopeError(f"the recipe {path} must be a mapping of options", type(plain).__name__, remedy)
    return Configuration.from_dict(plain, f"the recipe {name}")


def _folder() -> Path:
    return Path(str(files("mannscope") / "recipes"))
