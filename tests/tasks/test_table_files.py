"""Rows as they are read from JSONL, CSV and Parquet, and what is refused with file and line."""

import gzip
import sys
from pathlib import Path

import pytest

from mannscope.errors import MannscopeError
from mannscope.tasks.table_files import RawRow, read_rows

JSONL = '{"input": ["a", 1], "target": [null, "b"]}\n\n{"input": "a c", "target": ". b", "category": "x y"}\n'
CSV = "input,target,category\na 1,. b,x y\na c,. b,x y\n"


def read(path: Path, content: str | bytes) -> list[RawRow]:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(read_rows(path).rows)


def test_jsonl_rows_are_lists_or_text(tmp_path: Path) -> None:
    first, second = read(tmp_path / "rows.jsonl", JSONL)
    assert first[1:] == (("a", "1"), ("", "b"), None)
    assert second[1:] == (("a", "c"), ("", "b"), ("x", "y"))


def test_a_row_knows_its_file_and_line(tmp_path: Path) -> None:
    _, second = read(tmp_path / "rows.jsonl", JSONL)
    assert second.place == f"{tmp_path}/rows.jsonl, line 3"


def test_csv_rows_are_text_under_a_header(tmp_path: Path) -> None:
    first, second = read(tmp_path / "rows.csv", CSV)
    assert first == (f"{tmp_path}/rows.csv, line 2", ("a", "1"), ("", "b"), ("x", "y"))
    assert second.input == ("a", "c")


def test_parquet_rows_are_lists_or_text(tmp_path: Path) -> None:
    pyarrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    columns = {"input": [["a", "b"], ["c", "d"]], "target": [". b", ". d"]}
    parquet.write_table(pyarrow.table(columns), tmp_path / "rows.parquet")
    first, second = read_rows(tmp_path / "rows.parquet").rows
    assert first == (f"{tmp_path}/rows.parquet, row 1", ("a", "b"), ("", "b"), None)
    assert second.input == ("c", "d")


def test_a_file_that_is_no_parquet_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    with pytest.raises(MannscopeError, match="the table must be a Parquet file"):
        read(tmp_path / "rows.parquet", "input")


def test_parquet_without_pyarrow_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MannscopeError, match=r"pip install 'mannscope\[parquet\]'"):
        read(tmp_path / "rows.parquet", "")


REFUSED = [
    ("jsonl", '{"input": "a"', "line 1: .* at column"),
    ("jsonl", "[1]", "each line must be a JSON object"),
    ("jsonl", '{"input": "a"}', "must have the field 'target'. Got .* line 1: the fields input"),
    ("jsonl", '{"input": "", "target": "a"}', "at least one token. Got .*line 1"),
    ("jsonl", '{"input": "a", "target": "a", "category": []}', "'input' and 'category' .* 1 and 0"),
    ("jsonl", '{"input": "a", "target": "."}', "must have at least one target. Got .*line 1"),
    ("jsonl", '{"input": ["a", ""], "target": ["a", ""]}', "'' as token 2 of the field 'input'"),
    ("jsonl", '{"input": ["a b"], "target": ["a"]}', "'a b' as token 1 of the field 'input'"),
    ("jsonl", '{"input": [1.5], "target": ["a"]}', "1.5 as token 1 of the field 'input'"),
    ("jsonl", '{"input": [true], "target": ["a"]}', "True as token 1 of the field 'input'"),
    ("jsonl", '{"input": {"a": 1}, "target": "a"}', "must be a list of tokens or text"),
    ("csv", "input,target\na,a,a\n", "as many fields as the header, 2 columns. Got .*line 2"),
    ("csv", "input,target\na\n", "as many fields as the header, 2 columns. Got .*line 2"),
    ("csv", "cat,cats\ndog,dogs\n", "line 1: 'cat,cats', which names neither.*Write input,target above"),
    ("csv", "cat,cats,n\n", "seems to have no header.*Write input,target,category above"),
    ("csv", "input,answer\na,a\n", "'target' among them. Got .*line 1: the columns input, answer"),
    ("csv.gz", b"input,target\na,a\n", "must be a file that can be read. Got .*rows.csv.gz"),
    ("csv.gz", gzip.compress(b"input,target\na,a\n" * 99, mtime=0)[:30], "must be a file that can be read"),
    ("csv", b"input,target\n\xff,a\n", "must be text in UTF-8"),
    ("txt", "a", "must be a file that ends in .jsonl, .csv, .jsonl.gz, .csv.gz, .parquet"),
]


@pytest.mark.parametrize(("kind", "content", "message"), REFUSED)
def test_a_malformed_file_is_refused_at_its_line(
    tmp_path: Path, kind: str, content: str | bytes, message: str
) -> None:
    with pytest.raises(MannscopeError, match=message) as refusal:
        read(tmp_path / f"rows.{kind}", content)
    assert f"rows.{kind}" in str(refusal.value)


@pytest.mark.parametrize(("name", "content"), [("rows.jsonl", JSONL), ("rows.csv", CSV)])
def test_a_compressed_file_has_the_same_rows_at_the_same_lines(
    tmp_path: Path, name: str, content: str
) -> None:
    plain = read(tmp_path / name, content)
    packed = read(tmp_path / f"{name}.gz", gzip.compress(content.encode()))
    assert [row[1:] for row in packed] == [row[1:] for row in plain]
    assert packed[0].place == plain[0].place.replace(name, f"{name}.gz")


def test_with_letters_text_is_a_token_a_letter(tmp_path: Path) -> None:
    path = tmp_path / "dates.csv"
    path.write_text("input,target\n3.2.,FEB 3\n")
    (row,) = read_rows(path, letters=True).rows
    assert (row.input, row.target) == (("3", ".", "2", "."), ("F", "E", "B", "3"))


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(MannscopeError, match=r"none\.csv, No such file"):
        read_rows(tmp_path / "none.csv")


@pytest.mark.parametrize("content", ["", "\n\n"])
def test_an_empty_file_has_no_rows(tmp_path: Path, content: str) -> None:
    assert read(tmp_path / "rows.jsonl", content) == []
