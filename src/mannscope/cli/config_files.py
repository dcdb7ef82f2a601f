"""Configuration files and recipes: YAML of the form of a run's own configuration."""

import dataclasses
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from mannscope.errors import MannscopeError, UnknownNameError
from mannscope.files import read_mapping

PARTS = ("task", "memory", "controller")

_REMEDY = "See one with: mannscope train --task reversal --memory stack --print_config"


def recipes() -> Mapping[str, Path]:
    """List the recipes that come with the package: name -> file."""
    folder = Path(str(files("mannscope"))) / "recipes"
    return {path.stem: path for path in sorted(folder.glob("*.yaml"))}


def find_recipe(name: str) -> Path:
    """Find a recipe's file.

    Raises:
        UnknownNameError: if there is no such recipe.
    """
    known = recipes()
    if name not in known:
        raise UnknownNameError("recipe", name, known)
    return known[name]


def read_config(path: Path) -> dict[str, Any]:
    """Read a configuration file, without looking into the options of its parts.

    Each part becomes a mapping with a name, also where the file has the name alone.

    Raises:
        MannscopeError: if it is missing, is no YAML, or has another form.
    """
    from mannscope.training import Configuration

    plain = read_mapping("configuration", path, _REMEDY)
    known = ["schema_version", *(entry.name for entry in dataclasses.fields(Configuration))]
    for key in plain:
        if key not in known:
            raise UnknownNameError(f"option of {path}", str(key), known)
    for kind in PARTS:
        if kind in plain:
            plain[kind] = _part(kind, plain[kind], path)
    if not isinstance(plain.get("training", {}), dict):
        raise MannscopeError(f"training of {path} must be a mapping", repr(plain["training"]), _REMEDY)
    return plain


def _part(kind: str, value: Any, path: Path) -> dict[str, Any]:
    part = {"name": value} if isinstance(value, str) else value
    if not isinstance(part, dict) or not isinstance(part.get("name"), str):
        must = f"{kind} of {path} must be a name, or a mapping with a name"
        raise MannscopeError(must, repr(value), _REMEDY)
    return part
