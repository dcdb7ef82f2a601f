"""Rows that a function of one's own draws, in plain Python: fresh ones at every step of training."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from mannscope.arrays import PADDING
from mannscope.errors import MannscopeError
from mannscope.tasks.own_rows import keep_rows, plain_row
from mannscope.tasks.table_files import RawRow, make_row
from mannscope.tasks.table_rows import lay_out, with_blanks
from mannscope.tasks.table_splits import TableData, fraction

Draw = Callable[[np.random.Generator, int], Any]
"""Draws a row of a size: input, target and perhaps category."""
TRIES = 1000
"""Rows at most that are drawn for one that can be used."""


class Given(NamedTuple):
    """A function, and the sizes that it is asked for in training."""

    function: Draw
    smallest: int
    largest: int


_GIVEN: dict[tuple[str, str], Given] = {}
"""Name of the function and path of the sample of its rows -> the function, in this process."""


def task(
    function: Draw,
    *,
    smallest: int = 1,
    largest: int = 10,
    farthest: int = 0,
    rows: int = 32,
    held_out_share: float = 0.2,
    answers: str = "auto",
    letters: bool = False,
    seed: int = 0,
) -> dict[str, Any]:
    """Make a task of a function that draws rows, for a configuration.

    `function(rng, size)` gives input, target and perhaps category, each a list of tokens or text separated by
    spaces, with no other randomness than that of `rng`. Threads call it ahead of the steps of training, each
    of which has fresh rows. Held-out rows are drawn now, `rows` of each size, and kept in the run's folder: a
    run is loaded without its function, and only goes on training with it. An input is held out or not by its
    hash, so that none is trained on and tested.

    Args:
        function: Draws a row.
        smallest: Smallest size that it is asked for.
        largest: Largest size that it is asked for in training.
        farthest: Largest size of the held-out rows; 0 takes five times the largest.
        rows: Different held-out rows of each size, and rows of each size to find all symbols from.
        held_out_share: Share of the different inputs that is held out, above 0 and below 1, on average.
        answers: Where answers stand: "beside" the inputs, "after" them, or "auto".
        letters: Whether text is a token a letter, rather than tokens with spaces between them.
        seed: Draws the held-out rows.

    Raises:
        MannscopeError: if the sizes cannot be, a row is malformed, or too few rows differ.
    """
    farthest = farthest or 5 * largest
    if not 1 <= smallest <= largest <= farthest:
        got = f"{smallest}, {largest} and {farthest}"
        raise MannscopeError(
            "smallest, largest and farthest must be in this order, from 1", got, "Change them"
        )
    name = f"{function.__module__}:{function.__qualname__}"
    sample, held_out = _Rows(), _Rows()
    for size in range(smallest, farthest + 1):
        due = [rows if size <= largest else 0, rows]
        random = np.random.default_rng([seed, size])
        for row, record in _draw(function, f"{name}, size {size}", random, size, letters):
            apart = fraction(row.input) < held_out_share
            if due[apart] and (held_out if apart else sample).add(row, record):
                due[apart] -= 1
            if not any(due):
                break
    path, test = keep_rows(sample.records), keep_rows(held_out.records)
    _GIVEN[name, path] = Given(function, smallest, largest)
    return {
        "name": "table",
        "path": path,
        "held_out_share": held_out_share,
        "test_path": test,
        "answers": answers,
        "letters": letters,
        "draws": name,
    }


def _draw(
    function: Draw, place: str, random: np.random.Generator, size: int, letters: bool
) -> Iterator[tuple[RawRow, dict[str, Any]]]:
    """Draw some rows of a size, each also as plain values."""
    for _ in range(TRIES):
        record = plain_row(function(random, size))
        yield make_row(place, record, letters), record


class _Rows:
    """Different rows of a function."""

    def __init__(self) -> None:
        self.records: list[dict[str, Any]] = []
        self.answers: dict[tuple[str, ...], tuple[str, ...]] = {}

    def add(self, row: RawRow, record: dict[str, Any]) -> bool:
        """Add a row, and say whether it is a new one."""
        known = self.answers.get(row.input)
        if known is None:
            self.answers[row.input] = row.target
            self.records.append(record)
        elif known != row.target:
            given = f"{' '.join(row.input)!r} with {' '.join(known)!r} and {' '.join(row.target)!r}"
            must = "a function must give an input the same answer whenever it draws it"
            raise MannscopeError(must, given, "Put what the answer depends on into the input")
        return known is None


class Drawing:
    """Draws episodes to train on, as indices, by a function that was given in this process."""

    def __init__(self, name: str, path: str, data: TableData, held_out_share: float, letters: bool) -> None:
        if (name, path) not in _GIVEN:
            must = f"a run whose rows are drawn by {name} needs that function to go on training"
            got = "none in this process that draws the same rows"
            raise MannscopeError(must, got, "Import it, and call ms.task(…) as when the run began")
        self.name, self.given, self.data = name, _GIVEN[name, path], data
        self.held_out_share, self.letters = held_out_share, letters
        self.symbols = {symbol: index for index, symbol in enumerate(data.symbols)}
        self.outputs = {"": PADDING} | {symbol: index for index, symbol in enumerate(data.outputs)}

    def episode(self, random: np.random.Generator, most: int) -> tuple[list[int], list[int]]:
        """Draw the inputs and targets of an episode of at most so many positions that is not held out.

        Raises:
            MannscopeError: if a row is malformed, has a symbol that no row had before, or none can be used.
        """
        for _ in range(TRIES):
            size = int(random.integers(self.given.smallest, self.given.largest + 1))
            place = f"{self.name}, size {size}"
            row = make_row(place, plain_row(self.given.function(random, size)), self.letters)
            if fraction(row.input) < self.held_out_share:
                continue
            blank = self.data.blank
            row = lay_out([row], "beside").rows[0] if blank is None else with_blanks(row, blank)
            if len(row.input) <= most:
                return self._look_up(row.input, self.symbols, place), self._look_up(
                    row.target, self.outputs, place
                )
        must = f"{self.name} must draw rows of at most {most} positions that are not held out"
        raise MannscopeError(must, f"none of {TRIES}", "Pass a greater --training.largest, or other sizes")

    def _look_up(self, tokens: tuple[str, ...], known: dict[str, int], place: str) -> list[int]:
        strange = [token for token in tokens if token not in known]
        if strange:
            must = "a function must draw tokens that were among its first rows"
            got = f"{place}: {strange[0]!r}"
            raise MannscopeError(must, got, "Pass a greater rows= to ms.task, so that all are seen")
        return [known[token] for token in tokens]
