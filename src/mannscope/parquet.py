"""Rows of plain values as a Parquet file, which can be read without mannscope."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mannscope.errors import MannscopeError
from mannscope.files import atomic

Row = dict[str, Any]


def write_rows(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows, whole or not at all.

    Raises:
        MannscopeError: if pyarrow is not installed.
    """
    arrow, parquet = _pyarrow()
    with atomic(path) as partial:
        parquet.write_table(arrow.Table.from_pylist(list(rows)), partial)


def read_rows(path: Path, remedy: str) -> list[Row]:
    """Read rows.

    Args:
        path: The file.
        remedy: What to do where there is none.

    Raises:
        MannscopeError: if there is no such file, it is truncated, or pyarrow is not installed.
    """
    arrow, parquet = _pyarrow()
    if not path.is_file():
        raise MannscopeError("the data must be a Parquet file", str(path), remedy)
    try:
        return parquet.read_table(path).to_pylist()
    except (OSError, arrow.ArrowException) as problem:
        must = f"{path} must be a complete Parquet file"
        raise MannscopeError(must, " ".join(str(problem).split()), "Copy or write it again") from problem


def _pyarrow() -> tuple[Any, Any]:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as problem:
        remedy = "pip install 'mannscope[parquet]'"
        raise MannscopeError("pyarrow must be installed for Parquet", "none", remedy) from problem
    return pa, pq
