"""Reads the rows of a user's table from JSONL, CSV or Parquet, as they stand in the file."""

import csv
import gzip
import json
import zlib
from collections.abc import Callable, Iterator
from hashlib import sha256
from io import TextIOWrapper
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


ENDINGS = (".jsonl", ".csv", ".jsonl.gz", ".csv.gz", ".parquet")
"""What the name of a table's file may end in."""
COLUMNS = ("input", "target", "category")


def read_rows(path: Path, letters: bool = False) -> Source:
    """Read all rows of a `.jsonl`, `.csv` or `.parquet` file; the first two may be compressed (`.gz`).

    Args:
        path: The file.
        letters: Whether text is a token a letter, rather than tokens with spaces between them.

    Raises:
        MannscopeError: if the file is missing, unreadable or of another kind, or a row is malformed; the
            message names the file, the line and the token.
    """
    ending = next((one for one in ENDINGS if path.name.lower().endswith(one)), None)
    if ending is None:
        raise MannscopeError(
            f"a table must be a file that ends in {', '.join(ENDINGS)}",
            repr(str(path)),
            "Convert or rename it.",
        )
    read = {".jsonl": _read_jsonl, ".csv": _read_csv, ".parquet": _read_parquet}[ending.removesuffix(".gz")]
    try:
        content = path.read_bytes()
        rows = tuple(make_row(place, record, letters) for place, record in read(path))
        return Source(rows, sha256(content).hexdigest())
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or error
        must, problem = "the table must be a file that can be read", f"{path}, {reason}"
        raise MannscopeError(must, problem, "Check the path, and the file.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise MannscopeError(
            "a table must be text in UTF-8", f"{path}, {error}", "Save it as UTF-8."
        ) from error


def _open(path: Path, newline: str | None = None) -> TextIOWrapper:
    opened: Callable = gzip.open if path.name.lower().endswith(".gz") else open
    return opened(path, "rt", encoding="utf-8-sig", newline=newline)


def _read_jsonl(path: Path) -> Iterator[tuple[str, dict]]:
    with _open(path) as lines:
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
    with _open(path, newline="") as lines:
        reader = csv.DictReader(lines)
        _require_header(path, list(reader.fieldnames or ()))
        for record in reader:
            place = f"{path}, line {reader.line_num}"
            if None in record or None in record.values():
                columns = f"{len(reader.fieldnames or ())} columns"
                problem = repr([value for value in record.values() if value is not None])
                _refuse(f"each line must have as many fields as the header, {columns}", place, problem)
            yield place, record


def _require_header(path: Path, names: list[str]) -> None:
    """Refuse a first line that names no columns, which would be lost as a row."""
    if not names or set(COLUMNS[:2]) <= set(names):
        return
    if set(COLUMNS) & set(names):
        missing = next(name for name in COLUMNS[:2] if name not in names)
        must, place = f"the first line must name the columns, {missing!r} among them", f"{path}, line 1"
        _refuse(must, place, f"the columns {', '.join(names)}", "Rename the columns.")
    header = ",".join(COLUMNS[: len(names)]) if len(names) in (2, 3) else "input,target"
    _refuse(
        "the first line must name the columns, 'input' and 'target' among them",
        f"{path}, line 1",
        f"{','.join(names)!r}, which names neither: the file seems to have no header, or other names",
        f"Write {header} above the first row, or rename the columns.",
    )


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


def make_row(place: str, record: dict, letters: bool = False) -> RawRow:
    """Read one row.

    Args:
        place: What errors call it.
        record: The fields `input`, `target` and perhaps `category`.
        letters: Whether text is a token a letter.

    Raises:
        MannscopeError: if a field is missing or malformed, there is no target, or not one category for each
            token.
    """
    for column in COLUMNS[:2]:
        if record.get(column) is None:
            fields = " ".join(map(str, record)) or "none"
            _refuse(f"each row must have the field {column!r}", place, f"the fields {fields}")
    named = record.get("category")
    row = RawRow(
        place,
        _tokens(place, "input", record["input"], letters),
        _tokens(place, "target", record["target"], letters),
        None if named is None else _tokens(place, "category", named, False),
    )
    if not row.input:
        _refuse("each row must have at least one token", place, "an input of nothing")
    if row.category is not None and len(row.category) != len(row.input):
        counts = f"{len(row.input)} and {len(row.category)} tokens"
        _refuse("the fields 'input' and 'category' must be of the same length", place, counts)
    if not any(row.target):
        _refuse("each row must have at least one target", place, "a target of nothing")
    return row


def _tokens(place: str, column: str, cells: object, letters: bool) -> tuple[str, ...]:
    optional = column == "target"
    if isinstance(cells, str):
        words = list("".join(cells.split())) if letters else cells.split()
        cells = [None if optional and token == NOTHING and not letters else token for token in words]
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
