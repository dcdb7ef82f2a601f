"""One answer to an input, answers beside inputs or after them, and a test file of one's own."""

import json
from pathlib import Path

import pytest

from mannscope.errors import MannscopeError
from mannscope.tasks import Table
from mannscope.tasks.table_files import RawRow
from mannscope.tasks.table_rows import distinct, lay_out


def row(place: str, given: str, target: str, category: str | None = None) -> RawRow:
    targets = tuple("" if token == "." else token for token in target.split())
    return RawRow(place, tuple(given.split()), targets, None if category is None else tuple(category.split()))


def test_an_input_with_two_answers_is_refused_with_both_places() -> None:
    rows = [row("line 1", "a b", "x y"), row("line 2", "a", "x"), row("line 3", "a b", "y y")]
    with pytest.raises(
        MannscopeError, match="1 with several; first 'a b', with 'x y' at line 1 and 'y y' at line 3"
    ):
        distinct(rows)


def test_a_row_is_kept_once() -> None:
    rows = [row("line 1", "a b", "x y"), row("line 2", "b", "x"), row("line 3", "a b", "x y")]
    assert [one.place for one in distinct(rows)] == ["line 1", "line 2"]


def test_answers_of_another_number_come_after_the_inputs_at_blanks() -> None:
    laid = lay_out([row("1", "c a t", "c a t s"), row("2", "o x", "o x")], "auto")
    assert laid.blank == "_"
    assert laid.rows[0].input == ("c", "a", "t", "_", "_", "_", "_")
    assert laid.rows[0].target == ("", "", "", "c", "a", "t", "s")
    assert laid.rows[1].target == ("", "", "o", "x")  # all rows alike


def test_blanks_have_a_category_of_their_own_and_a_symbol_that_no_input_has() -> None:
    laid = lay_out([row("1", "_ a", "x", "k l")], "auto")
    assert laid.rows[0].input == ("_", "a", "__")
    assert laid.rows[0].category == ("k", "l", "blank")


def test_as_many_answers_as_inputs_stand_beside_them_unless_said_otherwise() -> None:
    rows = [row("1", "a b", "b a")]
    assert lay_out(rows, "auto").blank is None
    assert lay_out(rows, "after").rows[0].input == ("a", "b", "_", "_")


def test_a_missing_target_where_others_say_that_there_is_none_is_refused() -> None:
    rows = [row("1", "a b #", ". . b"), row("2", "a b #", ". b")]
    with pytest.raises(MannscopeError, match=r"must be of the same length .* Got 2: 3 and 2 tokens"):
        lay_out(rows, "auto")
    with pytest.raises(MannscopeError, match="pass answers='after'"):
        lay_out([row("1", "a b", "x")], "beside")


def write(path: Path, rows: list[tuple[str, str]]) -> str:
    path.write_text("".join(json.dumps({"input": one, "target": other}) + "\n" for one, other in rows))
    return str(path)


def test_the_rows_of_a_test_file_are_held_out_but_those_that_are_trained_on(tmp_path: Path) -> None:
    own = write(tmp_path / "train.jsonl", [("a b", "b a"), ("b b", "b b")])
    test = write(tmp_path / "test.jsonl", [("b a", "a b"), ("a b", "b a"), ("a c", "c a")])
    task = Table(own, test_path=test)
    assert [task.text(inputs) for inputs in task.data.held_out.inputs] == ["b a", "a c"]
    assert [task.text(inputs) for inputs in task.data.training.inputs] == ["a b", "b b"]
    assert (
        "The test file has 3 rows, 3 of them different. 1 of them stand in the training" in task.description
    )
    assert "1 held-out rows have a symbol or an output that no training row has" in task.description


def test_a_test_file_of_training_rows_alone_is_refused(tmp_path: Path) -> None:
    own = write(tmp_path / "train.jsonl", [("a b", "b a"), ("b b", "b b")])
    with pytest.raises(MannscopeError, match="0 of 2 rows held out with a test file"):
        Table(own, test_path=own)


def test_a_typed_input_of_the_table_is_completed_by_its_blanks(tmp_path: Path) -> None:
    path = tmp_path / "plurals.csv"
    path.write_text("input,target\ncat,cats\nox,oxen\nman,men\n")
    task = Table(str(path), held_out_share=0.5, letters=True)
    assert task.text(task.episode("o x").inputs) == "o x _ _ _ _"
    assert "".join(task.outputs[index] for index in task.episode("o x").targets[2:].tolist()) == "oxen"
    assert task.text(task.episode("c a").inputs) == "c a"


def test_words_without_spaces_are_told(tmp_path: Path) -> None:
    path = tmp_path / "plurals.csv"
    path.write_text("input,target\n" + "".join(f"word{n},words{n}\n" for n in range(20)))
    assert "Every input is a single token" in Table(str(path), held_out_share=0.5).description


def test_another_place_for_answers_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MannscopeError, match="place of answers"):
        Table(write(tmp_path / "rows.jsonl", [("a", "b")]), answers="befor")
