"""Turns a table's rows into arrays: the alphabets, and a training and a held-out split."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Int32

from mannscope.arrays import PADDING
from mannscope.errors import MannscopeError
from mannscope.tasks.episode import Episode
from mannscope.tasks.finite import Finite
from mannscope.tasks.own_rows import PREFIX, kept_rows
from mannscope.tasks.table_files import RawRow, Source, read_rows
from mannscope.tasks.table_rows import Answers, distinct, lay_out


class Split(NamedTuple):
    """Rows of a table as indices, shortest first; -1 is padding, or a position without a target."""

    inputs: Int32[np.ndarray, "episode step"]
    targets: Int32[np.ndarray, "episode step"]
    lengths: Int32[np.ndarray, " episode"]


@dataclass(frozen=True)
class TableData:
    """The content of a table's file. Two are equal if the files are."""

    digest: str
    symbols: tuple[str, ...] = field(compare=False)
    outputs: tuple[str, ...] = field(compare=False)
    categories: tuple[str, ...] = field(compare=False)
    symbol_categories: tuple[int, ...] = field(compare=False)
    training: Split = field(compare=False)
    held_out: Split = field(compare=False)
    blank: str | None = field(compare=False)
    """What is read where an answer after the input is due; None where answers stand beside the inputs."""
    notes: tuple[str, ...] = field(compare=False)
    """What is to be known of the rows, in sentences."""

    @cached_property
    def finite(self) -> Finite:
        """What is asked of finite data, whatever they are."""
        inputs, targets, lengths = self.held_out
        asked = targets != PADDING
        codes = np.asarray(self.symbol_categories, np.int32)
        category = np.where(inputs == PADDING, np.int32(PADDING), codes[inputs])
        parts: Any = (inputs, targets, asked, asked, category, {}, lengths)  # an episode is of either kind
        return Finite(self.training.lengths, Episode(*parts), self.notes)


def load_table(
    path: str,
    held_out_share: float,
    test_path: str | None = None,
    answers: Answers = "auto",
    letters: bool = False,
) -> TableData:
    """Read a table and split it.

    Symbols, outputs and categories are numbered in the order of their first appearance, in the file and then
    in the test file.

    Raises:
        MannscopeError: if a file cannot be read, a row is malformed, a token has two categories, an input has
            two answers, or a split is empty; the message names the file, the line and the token.
    """
    source = _read(path, letters)
    test = None if test_path is None else _read(test_path, letters)
    return split_rows(path, source, test, held_out_share, answers, letters)


def _read(path: str, letters: bool) -> Source:
    source = kept_rows(path, letters) if path.startswith(PREFIX) else read_rows(Path(path), letters)
    if not source.rows:
        raise MannscopeError("a table must have rows", f"{path}, with none", "Add rows to the file.")
    return source


def split_rows(
    name: str, source: Source, test: Source | None, held_out_share: float, answers: Answers, letters: bool
) -> TableData:
    """Split rows by their inputs, or take those of a test file for held out.

    Raises:
        MannscopeError: if rows contradict each other, or a split is empty.
    """
    given = (*source.rows, *(test.rows if test else ()))
    _category_of(given)
    rows = distinct(given)
    of_source = {row.input for row in source.rows}
    held = [row.input not in of_source if test else fraction(row.input) < held_out_share for row in rows]
    if all(held) or not any(held):
        raise MannscopeError(
            "both splits must have rows",
            f"{name}, {sum(held)} of {len(held)} rows held out with "
            + ("a test file" if test else f"held_out_share={held_out_share}"),
            "Add rows with other inputs, or pass another held_out_share or test file.",
        )
    layout = lay_out(rows, answers)
    symbols = tuple(dict.fromkeys(token for row in layout.rows for token in row.input))
    outputs = tuple(dict.fromkeys(token for row in layout.rows for token in row.target if token))
    category_of = _category_of(layout.rows)
    categories = tuple(dict.fromkeys(category_of.values()))
    training, held_out = (
        [row for row, apart in zip(layout.rows, held, strict=True) if apart is side] for side in (False, True)
    )
    notes = (
        *_counts(name, source, test, rows, held),
        "Answers come after the inputs, at blanks." if layout.blank else "Answers stand beside the inputs.",
        *_notes(rows, training, held_out, letters),
    )
    return TableData(
        source.digest + (test.digest if test else ""),
        symbols,
        outputs,
        categories,
        tuple(categories.index(category_of[symbol]) for symbol in symbols),
        _split(training, symbols, outputs),
        _split(held_out, symbols, outputs),
        layout.blank,
        notes,
    )


def _counts(
    name: str, source: Source, test: Source | None, rows: Sequence[RawRow], held: Sequence[bool]
) -> list[str]:
    """Say how many rows there are, and how many of them differ."""
    called = "The list" if name.startswith(PREFIX) else name
    if test is None:
        return [_count(called, source.rows, rows)]
    return [_count(called, source.rows, rows[: held.count(False)]), _count_test(test, held.count(True))]


def _count(name: str, rows: Sequence[RawRow], different: Sequence[RawRow]) -> str:
    also = "" if len(different) == len(rows) else f", {len(different)} of them different"
    return f"{name} has {len(rows)} rows{also}."


def _count_test(test: Source, left: int) -> str:
    different = len({row.input for row in test.rows})
    known = different - left
    also = f" {known} of them stand in the training rows too, and are left out of the test." if known else ""
    return f"The test file has {len(test.rows)} rows, {different} of them different.{also}"


def _notes(
    rows: Sequence[RawRow], training: Sequence[RawRow], held_out: Sequence[RawRow], letters: bool
) -> list[str]:
    """Say what may be wrong with rows that are well formed."""
    notes = []
    known = {token for row in training for token in row.input}
    answered = {token for row in training for token in row.target}
    strange = sum(not (set(row.input) <= known and set(row.target) <= answered) for row in held_out)
    if strange:
        notes.append(f"{strange} held-out rows have a symbol or an output that no training row has.")
    words = [row.input[0] for row in rows if len(row.input) == 1]
    if not letters and len(words) == len(rows) and sum(map(len, words)) > len(words):
        notes.append("Every input is a single token; with letters=True, it would be a token a letter.")
    return notes


def fraction(tokens: Sequence[str]) -> float:
    """Hash an input row to a number from 0 to 1, the same on every machine."""
    digest = sha256(" ".join(tokens).encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def _category_of(rows: Sequence[RawRow]) -> dict[str, str]:
    """Find the one category of each symbol; a symbol is its own where the table names none."""
    named = rows[0].category is not None
    found: dict[str, str] = {}
    for row in rows:
        if (row.category is not None) is not named:
            must = "either every row must have the field 'category', or none"
            raise MannscopeError(
                must, f"{row.place}: {'one without' if named else 'one with'}", "Complete it."
            )
        for symbol, category in zip(row.input, row.category or row.input, strict=True):
            if found.setdefault(symbol, category) != category:
                raise MannscopeError(
                    "a symbol must have one category in the whole table",
                    f"{row.place}: {symbol!r} as {category!r}, and before as {found[symbol]!r}",
                    "Use two symbols, or one category.",
                )
    return found


def _split(rows: Sequence[RawRow], symbols: tuple[str, ...], outputs: tuple[str, ...]) -> Split:
    rows = sorted(rows, key=lambda row: len(row.input))
    longest = len(rows[-1].input)
    symbol_index = {symbol: index for index, symbol in enumerate(symbols)}
    output_index = {"": PADDING, **{symbol: index for index, symbol in enumerate(outputs)}}
    inputs, targets = np.full((2, len(rows), longest), PADDING, np.int32)
    for place, row in enumerate(rows):
        inputs[place, : len(row.input)] = [symbol_index[token] for token in row.input]
        targets[place, : len(row.input)] = [output_index[token] for token in row.target]
    return Split(inputs, targets, np.array([len(row.input) for row in rows], np.int32))
