"""Files that appear whole or not at all, YAML files that hold a mapping, and values as JSON knows them."""

import math
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from mannscope.errors import MannscopeError, cut, refusing

LARGEST: Final = 4_000_000
"""Bytes of a YAML file that is read."""
MOST_VALUES: Final = 100_000
DEEPEST: Final = 64

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


def remove_partials(folder: Path) -> None:
    """Remove what a killed process left half written in a folder, which nobody else writes now."""
    for partial in folder.glob(f".*{PARTIAL}"):
        partial.unlink(missing_ok=True)


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
    if path.stat().st_size > LARGEST:
        must = f"the {kind} {path} must have at most {LARGEST / 1e6:g} MB"
        raise MannscopeError(must, f"{path.stat().st_size / 1e6:.1f} MB", remedy)
    with refusing(f"the {kind} must be YAML", path, remedy):
        try:
            plain = yaml.safe_load(path.read_text(encoding="utf-8"))
        except yaml.YAMLError as problem:
            reason = cut(str(problem))
            raise MannscopeError(f"the {kind} {path} must be YAML", reason, remedy) from problem
    require_plain(plain, f"the {kind} {path}", remedy)
    if not isinstance(plain, dict):
        must = f"the {kind} {path} must be a mapping of options"
        raise MannscopeError(must, type(plain).__name__, remedy)
    return plain


def require_plain(value: Any, source: str, remedy: str) -> None:
    """Make sure that values are what JSON has too, and no more of them than somebody would write.

    A few aliases of YAML stand for any number of values, which each reader would come upon one by one.

    Raises:
        MannscopeError: if they are not.
    """
    waiting, counted = [(value, 0)], 0
    while waiting:
        one, depth = waiting.pop()
        counted += 1
        if counted > MOST_VALUES or depth > DEEPEST:
            must = f"{source} must hold at most {MOST_VALUES} values, nested at most {DEEPEST} levels deep"
            raise MannscopeError(must, "more", remedy)
        if isinstance(one, dict):
            waiting += [(part, depth + 1) for pair in one.items() for part in pair]
        elif isinstance(one, list):
            waiting += [(part, depth + 1) for part in one]
        elif not (one is None or isinstance(one, str | bool | int | float)):
            must = f"{source} must hold text, numbers, lists and mappings alone"
            raise MannscopeError(must, type(one).__name__, remedy)


def strict(value: Any) -> Any:
    """Give a value as JSON knows it: a number that is not finite becomes null, a tuple a list."""
    if isinstance(value, Mapping):
        return {str(key): strict(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [strict(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
