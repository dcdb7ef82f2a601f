"""Files that appear whole or not at all, YAML files that hold a mapping, and values as JSON knows them."""

import math
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from mannscope.errors import MannscopeError

PARTIAL: Final = ".partial"
"""How the name of a file ends that is being written; it begins with a dot."""


@contextmanager
def atomic(path: Path) -> Iterator[Path]:
    """Give a temporary path beside `path`, which takes its place if nothing went wrong.

    Missing folders are made, and removed again if something did. No two writers have the same temporary path.
    """
    above = missing_folders(path.parent)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{secrets.token_hex(6)}{PARTIAL}")
    try:
        try:
            yield partial
            os.replace(partial, path)
        finally:
            with suppress(OSError):  # where the folder was removed meanwhile, or may not be changed any more
                partial.unlink(missing_ok=True)
    except BaseException:
        remove_empty(above)
        raise


def missing_folders(folder: Path) -> list[Path]:
    """List the folders that would be made with this one, itself first."""
    return [path for path in (folder, *folder.parents) if not path.exists()]


def remove_empty(folders: Iterable[Path]) -> None:
    """Remove folders, the inner ones first, as far as they hold nothing."""
    with suppress(OSError):
        for folder in folders:
            folder.rmdir()


def require_writable(path: str | Path) -> None:
    """Make sure that a file can be written, before hours are spent on what goes into it.

    Raises:
        MannscopeError: if its name is a folder's, or it lies in no folder, or in one that may not be changed.
    """
    path = Path(path)
    above = next(one for one in path.absolute().parents if one.exists())
    if path.is_dir() or not above.is_dir() or not os.access(above, os.W_OK):
        must = "what is written must have the name of a file, in a folder that may be changed"
        raise MannscopeError(must, str(path), "Pass another file")


def read_mapping(kind: str, path: Path, remedy: str) -> dict[Any, Any]:
    """Read a YAML file of a kind, such as `configuration`, that holds a mapping of options.

    Raises:
        MannscopeError: if it is missing, is no YAML, or holds something else.
    """
    import yaml

    if not path.is_file():
        raise MannscopeError(f"a {kind} must be an existing YAML file", str(path), remedy)
    try:
        plain = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as problem:
        reason = " ".join(str(problem).split())
        raise MannscopeError(f"the {kind} {path} must be YAML", reason, remedy) from problem
    if not isinstance(plain, dict):
        must = f"the {kind} {path} must be a mapping of options"
        raise MannscopeError(must, type(plain).__name__, remedy)
    return plain


def strict(value: Any) -> Any:
    """Give a value as JSON knows it: a number that is not finite becomes null, a tuple a list."""
    if isinstance(value, Mapping):
        return {str(key): strict(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [strict(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
