"""Rows of one's own from Python: lists, data frames and data sets, and functions that draw them."""

import json
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from mannscope.errors import MannscopeError
from mannscope.tasks.table_files import COLUMNS, Source, make_row

PREFIX = "rows:"
"""What the path of a table begins with whose rows were given in Python; their hash follows."""
_KEPT: dict[str, str] = {}
"""Path -> the rows, as lines of JSON."""


def keep_rows(rows: Any) -> str:
    """Keep rows under their hash, and give the path by which a table finds them in this process.

    Args:
        rows: Pairs or triples of input, target and perhaps category; mappings with these fields; a data frame
            or data set with these columns; or several of them by name.

    Raises:
        MannscopeError: if it is none of these.
    """
    lines = [json.dumps(plain_row(record)) for record in _records(rows)]
    text = "".join(f"{line}\n" for line in lines)
    path = PREFIX + sha256(text.encode()).hexdigest()[:32]
    _KEPT[path] = text
    return path


def kept_rows(path: str, letters: bool = False) -> Source:
    """Give the rows that are kept under a path.

    Raises:
        MannscopeError: if there are none in this process, or a row is malformed.
    """
    if path not in _KEPT:
        remedy = "Pass them to ms.rows (or their function to ms.task) first, or load the run that holds them."
        raise MannscopeError("rows given in Python must be known in this process", path, remedy)
    records = map(json.loads, _KEPT[path].splitlines())
    rows = tuple(make_row(f"row {place}", one, letters) for place, one in enumerate(records, start=1))
    return Source(rows, path.removeprefix(PREFIX))


def write_kept_rows(options: Mapping[str, Any], folder: Path) -> None:
    """Write the rows that a task's options name into a run's folder, from where they are read again."""
    for path in options.values():
        if isinstance(path, str) and path in _KEPT:
            (folder / _file(path)).write_text(_KEPT[path], encoding="utf-8")


def read_kept_rows(options: Mapping[str, Any], folder: Path) -> None:
    """Read the rows that a task's options name from a run's folder, if they are there.

    Raises:
        MannscopeError: if a file does not hold the rows that the run was trained on.
    """
    for path in options.values():
        if isinstance(path, str) and path.startswith(PREFIX) and (folder / _file(path)).is_file():
            text = (folder / _file(path)).read_text(encoding="utf-8")
            if PREFIX + sha256(text.encode()).hexdigest()[:32] != path:
                must, got = (
                    "the rows of a run must be those it was trained on",
                    f"{folder / _file(path)}, changed",
                )
                raise MannscopeError(must, got, "Copy the run again in full")
            _KEPT[path] = text


def _file(path: str) -> str:
    return f"rows-{path.removeprefix(PREFIX)}.jsonl"


def _records(rows: Any) -> Iterator[Any]:
    if hasattr(rows, "columns") and hasattr(rows, "to_dict"):  # a data frame of pandas
        rows = rows.to_dict("records")
    elif hasattr(rows, "iter_rows") and hasattr(rows, "columns"):  # of polars
        rows = rows.iter_rows(named=True)
    elif isinstance(rows, Mapping):
        must = "rows must be one list, frame or data set"
        got = f"several by name, {', '.join(map(str, rows))}"
        raise MannscopeError(must, got, "Pass one, and another as test=")
    if isinstance(rows, str) or not isinstance(rows, Iterable):
        must = "rows must be a list of pairs, a data frame, or a data set"
        raise MannscopeError(must, type(rows).__name__, 'Pass [("a b", "b a"), …]')
    yield from rows


def plain_row(record: Any) -> dict[str, Any]:
    """Turn a row into plain values by field.

    Raises:
        MannscopeError: if it is neither a mapping nor a pair or triple.
    """
    if not isinstance(record, Mapping):
        if not isinstance(record, tuple | list) or not 2 <= len(record) <= len(COLUMNS):
            must = "each row must be input, target and perhaps category, or have these fields"
            raise MannscopeError(must, repr(record), 'Pass [("a b", "b a"), …]')
        record = dict(zip(COLUMNS, record, strict=False))
    return {str(name): _cell(record[name]) for name in record if name in COLUMNS}


def _cell(value: Any) -> Any:
    value = value.tolist() if isinstance(value, np.ndarray | np.generic) else value
    if isinstance(value, float) and value != value:  # what frames hold where nothing is
        return None
    return [_cell(one) for one in value] if isinstance(value, tuple | list) else value


def rows(
    given: Any,
    *,
    test: Any = None,
    held_out_share: float = 0.2,
    answers: str = "auto",
    letters: bool = False,
) -> dict[str, Any]:
    """Make a task of rows given in Python, for a configuration.

    The rows are kept in the run's folder, and are loaded with it.

    >>> rows([("a b", "b a"), ("b a", "a b"), ("a a", "a a"), ("b b", "b b"), ("a", "a")])["name"]
    'table'

    Args:
        given: Rows: pairs or triples of input, target and perhaps category, each a list of tokens or text
            separated by spaces; mappings with these fields; or a data frame or data set with these columns.
        test: Held-out rows of the same kind, instead of a share of those given.
        held_out_share: Share of the different inputs that is held out, above 0 and below 1, on average.
        answers: Where answers stand: "beside" the inputs, "after" them, or "auto".
        letters: Whether text is a token a letter, rather than tokens with spaces between them.

    Raises:
        MannscopeError: if the rows are none of these. Rows that are malformed are refused when the task is
            made.
    """
    return {
        "name": "table",
        "path": keep_rows(given),
        "held_out_share": held_out_share,
        "test_path": None if test is None else keep_rows(test),
        "answers": answers,
        "letters": letters,
    }
