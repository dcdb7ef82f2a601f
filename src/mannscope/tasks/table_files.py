"""Reads the rows of a user's table from JSONL, CSV or Parquet, as they stand in the file."""

import csv
import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple, NoReturn

from mannscope.errors import MannscopeError

NOTHING = "."
"""What stands in a space-separated target where there is no target."""


class RawRow(NamedTuple):
    """One row: its place in the file and its tokens."""

    place: str
    """File and line, as errors name them."""
    input: tuple[str, ...]
    target: tuple[str, ...]
    """Empty text where there is no target."""
    category: tuple[str, ...] | None
    """Category of each token; None if the row names none."""


class Source(NamedTuple):
    """A file's rows, and the hash of its content."""

    rows: tuple[RawRow, ...]
    digest: str


def read_rows(path: Path) -> Source:
    """Read all rows of a `.jsonl`, `.csv` or `.parquet` file.

    Raises:
        MannscopeError: if the file is missing, unreadable or of another kind, or a row is malformed; the
            message names the file, the line and the token.
    """
    readers = {".jsonl": _read_jsonl, ".csv": _read_csv, ".parquet": _read_parquet}
    if path.suffix.lower() not in readers:
        raise MannscopeError(
            f"a table must be a file that ends in {', '.join(readers)}",
            repr(str(path)),
            "Convert or rename it.",
        )
    try:
        content = path.read_bytes()
        records = readers[path.suffix.lower()](path)
        return Source(tuple(_row(place, record) for place, record in records), sha256(content).hexdigest())
    except OSError as error:
        problem = f"{path}, {error.strerror or error}"
        raise MannscopeError(
            "the table must be a file that can be read", problem, "Check the path."
        ) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise MannscopeError(
            "a table must be text in UTF-8", f"{path}, {error}", "Save it as UTF-8."
        ) from error


def _read_jsonl(path: Path) -> Iterator[tuple[str, dict]]:
    with path.open(encoding="utf-8-sig") as lines:
        for number, line in enumerate(lines, start=1):
            place = f"{path}, line {number}"
            if not line.strip():
                continue
            try:
                record = json.loads(line)
            except json.JSONDecodeError as error:
                problem = f"{place}: {error.msg} at column {error.colno}"
                raise MannscopeError(
                    "each line must be a JSON object", problem, "Repair the line."
                ) from error
            if not isinstance(record, dict):
                _refuse(
                    "each line must be a JSON object", place, repr(record), "Write {...} with the fields."
                )
            yield place, record


def _read_csv(path: Path) -> Iterator[tuple[str, dict]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        for record in reader:
            place = f"{path}, line {reader.line_num}"
            if None in record or None in record.values():
                columns = f"{len(reader.fieldnames or ())} columns"
                problem = repr([value for value in record.values() if value is not None])
                _refuse(f"each line must have as many fields as the header, {columns}", place, problem)
            yield place, record


def _read_parquet(path: Path) -> Iterator[tuple[str, dict]]:
    try:
        from pyarrow import ArrowException
        from pyarrow.parquet import read_table
    except ImportError as error:
        raise MannscopeError(
            "pyarrow must be installed to read Parquet",
            "no pyarrow",
            "Run: pip install 'mannscope[parquet]', or pass a .jsonl or .csv file.",
        ) from error
    try:
        records = read_table(path).to_pylist()
    except ArrowException as error:
        raise MannscopeError(
            "the table must be a Parquet file", f"{path}, {error}", "Write it again."
        ) from error
    for number, record in enumerate(records, start=1):
        yield f"{path}, row {number}", record


def _row(place: str, record: dict) -> RawRow:
    for column in ("input", "target"):
        if record.get(column) is None:
            fields = " ".join(map(str, record)) or "none"
            _refuse(f"each row must have the field {column!r}", place, f"the fields {fields}")
    row = RawRow(
        place,
        _tokens(place, "input", record["input"]),
        _tokens(place, "target", record["target"]),
        None if record.get("category") is None else _tokens(place, "category", record["category"]),
    )
    for column, cells in (("target", row.target), ("category", row.category)):
        if cells is not None and len(cells) != len(row.input):
            counts = f"{len(row.input)} and {len(cells)} tokens"
            _refuse(f"the fields 'input' and {column!r} must be of the same length", place, counts)
    if not any(row.target):
        _refuse("each row must have at least one target", place, "a target of nothing")
    return row


def _tokens(place: str, column: str, cells: object) -> tuple[str, ...]:
    optional = column == "target"
    if isinstance(cells, str):
        cells = [None if optional and token == NOTHING else token for token in cells.split()]
    if not isinstance(cells, list):
        _refuse(f"the field {column!r} must be a list of tokens or text with spaces", place, repr(cells))
    names = []
    for position, cell in enumerate(cells, start=1):
        name = "" if cell is None and optional else cell
        name = str(name) if isinstance(name, int) and not isinstance(name, bool) else name
        if not isinstance(name, str) or (name == "" and not optional) or any(map(str.isspace, name)):
            must = "a token must be a whole number, or text without spaces that is not empty"
            _refuse(must, place, f"{cell!r} as token {position} of the field {column!r}")
        names.append(name)
    return tuple(names)


def _refuse(must: str, place: str, got: str, remedy: str = "Repair the row.") -> NoReturn:
    raise MannscopeError(must, f"{place}: {got}", remedy)
