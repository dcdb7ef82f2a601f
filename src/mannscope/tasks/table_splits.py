"""Turns a table's rows into arrays: the alphabets, and a training and a held-out split."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import numpy as np
from jaxtyping import Int32

from mannscope.arrays import PADDING
from mannscope.errors import MannscopeError
from mannscope.tasks.table_files import RawRow, read_rows


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


def load_table(path: str, held_out_share: float) -> TableData:
    """Read a table and split it.

    Symbols, outputs and categories are numbered in the order of their first appearance in the file.

    Raises:
        MannscopeError: if the file cannot be read, a row is malformed, a token has two categories, or a
            split is empty; the message names the file, the line and the token.
    """
    source = read_rows(Path(path))
    if not source.rows:
        raise MannscopeError("a table must have rows", f"{path}, with none", "Add rows to the file.")
    symbols = tuple(dict.fromkeys(token for row in source.rows for token in row.input))
    outputs = tuple(dict.fromkeys(token for row in source.rows for token in row.target if token))
    category_of = _category_of(source.rows)
    categories = tuple(dict.fromkeys(category_of.values()))
    held = [_fraction(row.input) < held_out_share for row in source.rows]
    if all(held) or not any(held):
        raise MannscopeError(
            "both splits must have rows",
            f"{path}, {sum(held)} of {len(held)} rows held out with held_out_share={held_out_share}",
            "Add rows with other inputs, or pass another held_out_share.",
        )
    training, held_out = (
        _split([row for row, apart in zip(source.rows, held, strict=True) if apart is side], symbols, outputs)
        for side in (False, True)
    )
    codes = tuple(categories.index(category_of[symbol]) for symbol in symbols)
    return TableData(source.digest, symbols, outputs, categories, codes, training, held_out)


def _fraction(tokens: Sequence[str]) -> float:
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
