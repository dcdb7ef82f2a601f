"""A user's own rows as a task."""

import json
from functools import partial
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from mannscope.errors import MannscopeError
from mannscope.tasks import Episode, Table

ROWS = [("a b # _ _", ". . . b a"), ("b # _", ". . b"), ("a # _", ". . a"), ("b b # _ _", ". . . b b")]
CATEGORIES = {"a": "symbol", "b": "symbol", "#": "delimiter", "_": "blank"}


def write(
    folder: Path, rows: list[tuple[str, str]] = ROWS, name: str = "rows.jsonl", **fields: object
) -> str:
    path = folder / name
    lines = [json.dumps({"input": row, "target": target, **fields}) for row, target in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


@pytest.fixture
def task(tmp_path: Path) -> Table:
    return Table(write(tmp_path), held_out_share=0.5)


@partial(jax.jit, static_argnums=(0, 2, 3))
def sample(task: Table, size: jax.Array, largest: int, held_out: bool) -> Episode:
    keys = jax.random.split(jax.random.key(0), 80)
    return jax.vmap(lambda key: task.sample(key, size, largest=largest, held_out=held_out))(keys)


def draw(task: Table, size: int, largest: int, held_out: bool = False) -> set[str]:
    inputs = sample(task, jnp.asarray(size), largest, held_out).inputs
    return {task.text(row) for row in np.asarray(inputs)}


def rows_of(task: Table, held_out: bool) -> set[str]:
    split = task.data.held_out if held_out else task.data.training
    return {task.text(inputs) for inputs in split.inputs}


def test_symbols_and_outputs_are_numbered_by_first_appearance(task: Table) -> None:
    assert task.symbols == ("a", "b", "#", "_")
    assert task.outputs == ("b", "a")


def test_a_row_asks_for_its_targets(task: Table) -> None:
    episode = task.episode("a b # _ _")
    assert episode.targets.tolist() == [-1, -1, -1, 0, 1]
    assert episode.answer.tolist() == episode.supervised.tolist() == [False] * 3 + [True] * 2


def test_an_input_of_no_row_asks_for_nothing(tmp_path: Path) -> None:
    task = Table(write(tmp_path, [("a b", "a b"), ("b b a", "b b a"), ("a a", "a a")]), held_out_share=0.5)
    for text in ("b", "b b", "a b b"):  # the beginnings of rows, and a longer one
        assert set(task.episode(text).targets.tolist()) == {-1}, text


def test_without_categories_every_symbol_is_its_own(task: Table) -> None:
    assert task.categories == task.symbols
    assert task.symbol_categories == (0, 1, 2, 3)


def test_categories_are_those_of_the_table(tmp_path: Path) -> None:
    rows = [{"input": row.split(), "target": target, "category": [CATEGORIES[token] for token in row.split()]}
            for row, target in ROWS]  # fmt: skip
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    task = Table(str(path), held_out_share=0.5)
    assert task.categories == ("symbol", "delimiter", "blank")
    assert task.symbol_categories == (0, 0, 1, 2)


@pytest.mark.parametrize("held_out", [False, True])
def test_every_row_of_a_split_is_drawn_and_no_other(task: Table, held_out: bool) -> None:
    assert draw(task, 5, 5, held_out) == rows_of(task, held_out)


def test_an_input_is_in_one_split_only_however_often_it_stands_in_the_table(tmp_path: Path) -> None:
    task = Table(write(tmp_path, ROWS * 3), held_out_share=0.5)
    assert rows_of(task, True) & rows_of(task, False) == set()
    assert rows_of(task, True) | rows_of(task, False) == {row for row, _ in ROWS}


def test_the_split_does_not_depend_on_the_order_of_rows(tmp_path: Path, task: Table) -> None:
    turned = Table(write(tmp_path, ROWS[::-1], name="turned.jsonl"), held_out_share=0.5)
    assert rows_of(turned, True) == rows_of(task, True)


def test_about_the_share_asked_for_is_held_out(tmp_path: Path) -> None:
    rows = [(f"{number:03b}".replace("", " ").strip(), "1 " * len(f"{number:03b}")) for number in range(1000)]
    task = Table(write(tmp_path, rows), held_out_share=0.2)
    assert len(task.data.held_out.lengths) == pytest.approx(200, abs=40)


def test_a_size_is_a_band_of_lengths_from_more_than_half_of_it_on(tmp_path: Path) -> None:
    rows = [(" ".join("x" * length), " ".join("x" * length)) for length in range(2, 13)]
    task = Table(write(tmp_path, rows), held_out_share=0.3)
    lengths = {len(row.split()) for row in rows_of(task, held_out=False)}
    for size in (6, 8, 12):
        band = {length for length in lengths if size // 2 < length <= size}
        assert {len(text.split()) for text in draw(task, size, 12)} == band


def test_below_the_shortest_row_the_shortest_is_drawn(tmp_path: Path) -> None:
    task = Table(write(tmp_path, [("x " * n, "x " * n) for n in range(2, 13)]), held_out_share=0.3)
    shortest = min(len(row.split()) for row in rows_of(task, held_out=False))
    assert {len(text.split()) for text in draw(task, 1, 12)} == {shortest}


def test_a_band_without_rows_draws_the_longest_rows_below_it(tmp_path: Path) -> None:
    rows = [*((f"{a} {b}", f"{a} {b}") for a in "abc" for b in "abc"), *[("a b " * 10, "a b " * 10)] * 2]
    task = Table(write(tmp_path, [*rows, ("c b " * 10, "c b " * 10)]), held_out_share=0.3)
    assert {len(text.split()) for text in draw(task, 19, 20)} == {2}


def test_a_batch_too_narrow_for_every_row_is_refused(task: Table) -> None:
    with pytest.raises(MannscopeError, match=r"shortest row of the split, 3\. Got 2"):
        task.sample(jax.random.key(0), 1, largest=2)


def test_longest_is_the_length_of_the_longest_row(task: Table) -> None:
    assert task.finite.longest == 5


def test_there_is_no_size_beyond_the_longest_row(task: Table) -> None:
    with pytest.raises(MannscopeError, match=r"largest must be at most the longest row, 5\. Got 6"):
        task.sample(jax.random.key(0), 1, largest=6)


def test_tables_of_the_same_content_are_equal_and_of_another_are_not(tmp_path: Path) -> None:
    first = Table(write(tmp_path), held_out_share=0.5)
    assert first == Table(write(tmp_path), held_out_share=0.5)
    assert first != Table(write(tmp_path, [*ROWS, ("a a", "a a")]), held_out_share=0.5)


def test_inputs_are_padded_behind_the_row(task: Table) -> None:
    episode = task.sample(jax.random.key(0), 3, largest=5)
    assert episode.inputs.shape == (5,)
    assert (np.asarray(episode.inputs[int(episode.length) :]) == -1).all()


@pytest.mark.parametrize("share", [0.0, 1.0, -0.1])
def test_a_share_that_leaves_a_split_without_rows_is_refused(tmp_path: Path, share: float) -> None:
    with pytest.raises(MannscopeError, match="held_out_share must be above 0 and below 1"):
        Table(write(tmp_path), held_out_share=share)


def test_a_table_without_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MannscopeError, match="a table must have rows"):
        Table(write(tmp_path, []))


def test_a_single_row_cannot_be_split(tmp_path: Path) -> None:
    with pytest.raises(
        MannscopeError, match=r"both splits must have rows.*rows\.jsonl, . of 1 rows held out"
    ):
        Table(write(tmp_path, ROWS[:1]))


def test_a_symbol_of_two_categories_is_refused_with_line_and_token(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("input,target,category\na b,a b,x y\nb a,b a,y y\n")
    with pytest.raises(MannscopeError, match=r"rows\.csv, line 3: 'a' as 'y', and before as 'x'"):
        Table(str(path))


def test_categories_in_some_rows_only_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"input": "a", "target": "a", "category": "x"}\n{"input": "b", "target": "b"}')
    with pytest.raises(MannscopeError, match=r"either every row .* line 2: one without"):
        Table(str(path))


def test_a_foreign_symbol_is_named_with_its_position(task: Table) -> None:
    with pytest.raises(MannscopeError, match="Got 'z' at position 2"):
        task.episode("a z")


def test_an_episode_of_nothing_is_refused(task: Table) -> None:
    with pytest.raises(MannscopeError, match="an episode must have a symbol"):
        task.episode(" ")
