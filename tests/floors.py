"""The floors of the house: which folder of src/mannscope may import which.

Each rule takes a module's path below src/mannscope and its source text, and gives its violations.
"""

import ast
from collections.abc import Iterator

FLOORS = {
    **dict.fromkeys(["anatomy", "arrays", "compiling", "errors", "files", "hardware", "kept_programs"], 0),
    **dict.fromkeys(["locks", "machines", "pages", "parquet", "tables"], 0),
    **dict.fromkeys(["memories", "traces"], 1),
    **dict.fromkeys(["models", "tasks"], 2),
    **dict.fromkeys(["analyses", "interventions", "training"], 3),
    **dict.fromkeys(["histories", "hypotheses", "planted", "pools", "programs", "pytorch"], 4),
    "figures": 5,
    **dict.fromkeys(["atlas", "bench", "explanation", "explorer", "self_test", "study", "sweeps"], 6),
    "cli": 7,
}
"""Part of the package -> its floor. A part imports from floors below; parts of one floor are strangers."""

STRANGERS = {
    "tasks": {"memories"},
    "analyses": {"models", "tasks", "jax", "equinox", "optax"},
}
"""What lies below a part, and is still not for it: an analysis reads traces, whoever recorded them. It may
use the equations of the memory that a trace names, to follow what was written."""

EXEMPT = {"__init__.py", "__main__.py"}
"""Modules on the roof: the public page, and the entry that starts the command line."""

BY_NAME = {
    "analyses/reductions.py": {""},  # packages of others, one for each method
    "cli/__init__.py": {"mannscope.cli."},
}
"""Module -> the modules of ours that it imports by their names in a text, which no rule below sees."""


def imports_upwards(path: str, source: str) -> list[str]:
    """List the imports of a part that is not on a floor below."""
    if path in EXEMPT:
        return []
    own = _part(path)
    return [
        f"{path}:{line} imports {part}: {own} is on floor {FLOORS.get(own, 'none')}"
        for line, part in _imported_parts(path, source)
        if part != own and not _may_import(own, part)
    ]


def imports_by_name(path: str, source: str) -> list[str]:
    """List the imports by a text that is of ours, or not known to be of others."""
    if path in EXEMPT:
        return []
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    names = {
        node.lineno: _start(node.args[0])
        for node in calls
        if ast.unparse(node.func).split(".")[-1] in {"import_module", "__import__"} and node.args
    }
    return [
        f"{path}:{line} imports {name or 'something'} by its name"
        for line, name in names.items()
        if name.split(".")[0] in {"", "mannscope"} and name not in BY_NAME.get(path, set())
    ]


def _start(text: ast.expr) -> str:
    """Read the constant that a text begins with."""
    first = text.values[0] if isinstance(text, ast.JoinedStr) and text.values else text
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""


def _may_import(own: str, part: str) -> bool:
    if part in STRANGERS.get(own, set()):
        return False
    if part not in FLOORS:
        return not part.startswith("mannscope")
    ground_floor = FLOORS[own] == FLOORS[part] == 0
    return ground_floor or FLOORS[part] < FLOORS[own]


def _imported_parts(path: str, source: str) -> Iterator[tuple[int, str]]:
    """Yield line and part; other packages by their root; the public page as "mannscope" itself."""
    for node in ast.walk(ast.parse(source)):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{_absolute(path, node)}.{alias.name}" for alias in node.names]
        for name in names:
            root, *rest = name.split(".")
            known = root == "mannscope" and rest and rest[0] in FLOORS
            yield node.lineno, rest[0] if known else name if root == "mannscope" else root


def _absolute(path: str, node: ast.ImportFrom) -> str:
    """Name the module imported from, relative imports included."""
    package = ["mannscope", *path.split("/")[:-1]]
    above = package[: len(package) - node.level + 1] if node.level else []
    return ".".join([*above, *([node.module] if node.module else [])])


def _part(path: str) -> str:
    return path.split("/")[0].removesuffix(".py")


def not_in_the_table(path: str, source: str) -> list[str]:
    """Say so where a module belongs to no part of the table."""
    return [] if path in EXEMPT or _part(path) in FLOORS else [f"{path}: {_part(path)} is on no floor"]
