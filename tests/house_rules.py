"""The habits of the code that a machine can check.

Each rule takes a module's path below src/mannscope and its source text, and gives its violations.
"""

import ast
from collections.abc import Iterable, Iterator

LONGEST_FILE = 300
LONGEST_FUNCTION = 40
NOT_ERRORS_OF_OURS = {"ValueError", "TypeError", "RuntimeError", "Exception", "AssertionError"}
RUN_WHAT_THEY_READ = {"pickle", "cloudpickle", "dill", "joblib", "marshal", "shelve"}
LOOKS_NOTHING_UP = {"pytorch/checkpoints.py"}
"""Modules with an unpickler that gives stand-ins for all classes and functions; a test sets it a trap."""

MAY_NAME = {
    "memories",
    "tasks",
    "machines.py",
    "__init__.py",
    "planted",  # networks of a known strategy, each of a memory and a task
    "pytorch/dnc.py",  # a named network of others, whose variables happen to have the same names
}
"""Parts of the package that name members of `memories/` and `tasks/`: below them, and sources of named
networks."""

Function = ast.FunctionDef | ast.AsyncFunctionDef
Documented = Function | ast.ClassDef


def too_long(path: str, source: str) -> list[str]:
    """List the file and the functions that should be split; docstrings and blank lines are free."""
    lines = source.splitlines()
    long_file = [f"{path} has {len(lines)} lines"] if len(lines) > LONGEST_FILE else []
    counts = {node: _code_lines(node, lines) for node in _walk(source) if isinstance(node, Function)}
    return long_file + [
        f"{path}:{node.lineno} {node.name} has {count} code lines"
        for node, count in counts.items()
        if count > LONGEST_FUNCTION
    ]


def _code_lines(function: Function, lines: list[str]) -> int:
    end = function.end_lineno or function.lineno
    numbers = set(range(function.lineno, end + 1))
    if ast.get_docstring(function) is not None:
        docstring = function.body[0]
        numbers -= set(range(docstring.lineno, (docstring.end_lineno or end) + 1))
    texts = [lines[number - 1].strip() for number in numbers]
    return sum(1 for text in texts if text and not text.startswith("#"))


def asserts(path: str, source: str) -> list[str]:
    """List the assert statements, which vanish under `python -O` and say nothing to a user."""
    return [f"{path}:{node.lineno} asserts" for node in _walk(source) if isinstance(node, ast.Assert)]


def raises_a_bare_error(path: str, source: str) -> list[str]:
    """List the raised errors that are not MannscopeError, with its three parts."""
    raised = [node for node in _walk(source) if isinstance(node, ast.Raise)]
    names = {node: node.exc.func if isinstance(node.exc, ast.Call) else node.exc for node in raised}
    return [
        f"{path}:{node.lineno} raises {name.id}"
        for node, name in names.items()
        if isinstance(name, ast.Name) and name.id in NOT_ERRORS_OF_OURS
    ]


def is_named_utils(path: str, source: str) -> list[str]:
    """Say so where a file or folder has a name that says nothing."""
    parts = path.removesuffix(".py").split("/")
    return [f"{path} needs a name" for part in parts if part.strip("_") in {"utils", "util", "helpers"}]


def can_run_what_it_reads(path: str, source: str) -> list[str]:
    """List the ways by which a file that is read could run code: pickles, eval and exec."""
    if path in LOOKS_NOTHING_UP:
        return []
    return [f"{path}:{node.lineno} could run what it reads" for node in _walk(source) if _runs(node)]


def _runs(node: ast.AST) -> bool:
    if isinstance(node, ast.Import):
        return any(alias.name.split(".")[0] in RUN_WHAT_THEY_READ for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        return (node.module or "").split(".")[0] in RUN_WHAT_THEY_READ
    if isinstance(node, ast.keyword):
        return node.arg == "allow_pickle" and not (
            isinstance(node.value, ast.Constant) and node.value.value is False
        )
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"eval", "exec"}


def names_a_member(path: str, source: str, names: frozenset[str] = frozenset()) -> list[str]:
    """List the places above `memories/` and `tasks/` that name one of their members, or a memory's variables.

    They would have to be changed for each new member. What a memory or a task says of itself is enough.
    """
    if path.split("/")[0] in MAY_NAME or path in MAY_NAME:
        return []
    tree = ast.parse(source)
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    texts = [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings
    ]
    imported = [
        (node.lineno, alias.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("mannscope")
        for alias in node.names
    ]
    return [f"{path}:{line} names {text}" for line, text in [*texts, *imported] if text in names]


def undocumented(path: str, source: str, inherited: frozenset[str] = frozenset()) -> list[str]:
    """List what is public and has no docstring.

    A method that fills in an abstract one (a name in `inherited`) has the docstring of that one.
    """
    tree = ast.parse(source)
    nodes = [(node, False) for node in _public(tree.body)]
    for owner, _ in list(nodes):
        if isinstance(owner, ast.ClassDef):
            nodes += [(node, bool(owner.bases)) for node in _public(owner.body)]
    return [
        f"{path}:{node.lineno} {node.name} has no docstring"
        for node, derived in nodes
        if ast.get_docstring(node) is None and not (derived and node.name in inherited)
    ]


def abstract_methods(source: str) -> frozenset[str]:
    """Name the abstract methods of a module that have a docstring to pass on."""
    functions = [node for node in _walk(source) if isinstance(node, Function) and ast.get_docstring(node)]
    return frozenset(node.name for node in functions if "abstractmethod" in _decorators(node))


def _public(body: list[ast.stmt]) -> list[Documented]:
    named = [node for node in body if isinstance(node, Documented) and not node.name.startswith("_")]
    return [node for node in named if not _decorators(node) & {"overload", "setter"}]


def _decorators(node: Documented) -> set[str]:
    return {ast.unparse(decorator).split(".")[-1] for decorator in node.decorator_list}


def missing_from_contents(path: str, source: str, contents: str, neighbours: Iterable[str] = ()) -> list[str]:
    """Say so where a file defines something public and its folder's __init__.py imports none of it.

    A file that serves its neighbours need not be listed: its name starts with an underscore, or a
    neighbour imports it and it defines no subclass of an abstract class.
    """
    module = path.split("/")[-1].removesuffix(".py")
    public = [node for node in _public(ast.parse(source).body) if not node.name.startswith("Abstract")]
    if module.startswith("_") or not public or module in _imported_modules(contents):
        return []
    is_member = any("Abstract" in ast.unparse(base) for node in public for base in getattr(node, "bases", []))
    serves = any(module in _imported_modules(neighbour) for neighbour in neighbours)
    return [] if serves and not is_member else [f"{path} is missing in its folder's __init__.py"]


def _imported_modules(source: str) -> set[str]:
    return {(node.module or "").split(".")[-1] for node in _walk(source) if isinstance(node, ast.ImportFrom)}


def _walk(source: str) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(source))
