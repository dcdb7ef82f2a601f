"""Table: a task of the user's own, from the rows of a file."""

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar, get_args

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Int, PRNGKeyArray

from mannscope.arrays import PADDING
from mannscope.errors import MannscopeError, UnknownNameError
from mannscope.tasks.drawing import Drawing
from mannscope.tasks.finite import Finite
from mannscope.tasks.own_rows import PREFIX
from mannscope.tasks.table_rows import Answers
from mannscope.tasks.table_splits import TableData, load_table
from mannscope.tasks.task import (
    AbstractSymbolTask,
    Algorithm,
    Episode,
    OracleStep,
    Symbols,
    categorise_symbols,
    check_shape,
    check_size,
    labels,
)


class Table(AbstractSymbolTask):
    """Learn the rows of a file.

    Each row is an episode: its input tokens, its target tokens, and perhaps the category of each input token,
    which must be the same wherever the token stands. All targets must be right for the episode to be exact.

    - `.jsonl`: one object a line with the fields `input`, `target` and perhaps `category`, each a list of
      tokens or text separated by spaces; in a target list, null or "" where there is no target.
    - `.csv`: columns of the same names, each cell text separated by spaces.
    - `.parquet`: columns of the same names, lists or text; needs the extra `parquet`.
    - `.jsonl.gz`, `.csv.gz`: the same, compressed.

    Targets stand beside the inputs, as many as these; in text, a `.` says that there is none. Where a row has
    another number of targets than of inputs, and no target is a `.`, the answers come after the inputs, at
    blanks: one blank is read for each token of the answer. Without categories every symbol is its own. A row
    counts once, however often it stands in the file. It is held out or not by a hash of its input, so that
    the same input is never in both splits.

    Example line of a `.jsonl` file:

        {"input": "a b # _ _", "target": ". . . b a"}

    Args:
        path: File of the rows, ending in .jsonl, .csv, .jsonl.gz, .csv.gz or .parquet.
        held_out_share: Share of the different inputs that is held out, above 0 and below 1, on average.
        test_path: File of the held-out rows, instead of a share of those of `path`.
        answers: Where answers stand: "beside" the inputs, "after" them, or "auto", as said above.
        letters: Whether text is a token a letter, rather than tokens with spaces between them.
        draws: Name of the function that draws the rows to train on, of which those of `path` are a sample;
            `ms.task` gives it.
    """

    NAME: ClassVar[str] = "table"
    TITLE: ClassVar[str] = "Table"
    path: str = eqx.field(static=True)
    held_out_share: float = eqx.field(static=True)
    test_path: str | None = eqx.field(static=True)
    answers: str = eqx.field(static=True)
    letters: bool = eqx.field(static=True)
    draws: str = eqx.field(static=True)
    data: TableData = eqx.field(static=True)

    def __init__(
        self,
        path: str,
        held_out_share: float = 0.2,
        test_path: str | None = None,
        answers: str = "auto",
        letters: bool = False,
        draws: str = "",
    ) -> None:
        if not 0 < held_out_share < 1:
            remedy = "Pass held_out_share=0.2."
            raise MannscopeError("held_out_share must be above 0 and below 1", str(held_out_share), remedy)
        if answers not in get_args(Answers):
            raise UnknownNameError("place of answers", answers, get_args(Answers))
        self.path = path
        self.held_out_share = held_out_share
        self.test_path = test_path
        self.answers = answers
        self.letters = letters
        self.draws = draws
        self.data = load_table(path, held_out_share, test_path, answers, letters)  # pyright: ignore[reportArgumentType]

    @property
    def symbols(self) -> tuple[str, ...]:
        """Labels of the input symbols, in the order of their first appearance."""
        return self.data.symbols

    @property
    def outputs(self) -> tuple[str, ...]:
        """Labels of the output symbols, in the order of their first appearance."""
        return self.data.outputs

    @property
    def categories(self) -> tuple[str, ...]:
        """Names of the input categories, in the order of their first appearance."""
        return self.data.categories

    @property
    def symbol_categories(self) -> tuple[int, ...]:
        """Category of each input symbol."""
        return self.data.symbol_categories

    @property
    def shapes(self) -> tuple[str, ...]:
        """Names of the shapes of an episode: there is one."""
        return ("random",)

    @property
    def variables(self) -> Mapping[str, int | None]:
        """None are known of a user's task."""
        return {}

    @property
    def finite(self) -> Finite:
        """The rows of the file are all that there is to be measured."""
        return self.data.finite if not self.draws else replace(self.data.finite, drawn_by=self.draws)

    @property
    def drawing(self) -> Drawing | None:
        """The function that draws what is trained on, if there is one.

        Raises:
            MannscopeError: if it was not given in this process.
        """
        if not self.draws:
            return None
        return Drawing(self.draws, self.path, self.data, self.held_out_share, self.letters)

    @property
    def description(self) -> str:
        """What a network reads and outputs."""
        rows = "given rows" if self.path.startswith(PREFIX) else f"the rows of {self.path}"
        return (
            f"The network reads {rows}, and has to output the targets of each. The size of "
            f"an episode is the largest number of its symbols. {' '.join(self.data.notes)}"
        )

    def steps(self, size: int) -> int:
        """Give the number of positions: the size itself."""
        return size

    def sample(
        self,
        key: PRNGKeyArray,
        size: Int[Array, ""] | int,
        *,
        largest: int,
        shape: str | Int[Array, ""] | None = None,
        held_out: bool = False,
    ) -> Episode:
        """Draw uniformly among the rows of the split with more than half of `size` positions, and at most it.

        Rows come in the lengths they have, so that a size stands for a band of lengths, and never mostly for
        short rows. Where the band has no row, it draws among the longest rows below it; below the shortest
        row of the split, among the shortest ones. What is measured is drawn by `finite`, which has neither.

        Raises:
            MannscopeError: if the shape is unknown, a size that is not traced is out of its range, no row of
                the split fits into `largest` positions, or there is no row as long as `largest`.
        """
        check_shape(shape, self.shapes)
        check_size(size, largest)
        if largest > self.finite.longest:
            must = f"largest must be at most the longest row, {self.finite.longest}"
            raise MannscopeError(must, str(largest), "Pass a smaller size.")
        split = self.data.held_out if held_out else self.data.training
        shortest = int(split.lengths[0])
        if largest < shortest:
            must = f"largest must be at least the shortest row of the split, {shortest}"
            raise MannscopeError(must, str(largest), "Pass a greater largest.")
        lengths = jnp.asarray(split.lengths)
        end = jnp.searchsorted(lengths, jnp.maximum(size, shortest), side="right")
        longest = lengths[end - 1]
        begin = jnp.searchsorted(lengths, jnp.minimum(jnp.asarray(size) // 2, longest - 1), side="right")
        row = jax.random.randint(key, (), begin, end)
        return self._make_episode(*(jnp.asarray(_fit(cells, largest))[row] for cells in split[:2]))

    def _make_episode(self, inputs: Int[Array, " step"], targets: Int[Array, " step"]) -> Episode:
        has_target = targets != PADDING
        return Episode(
            inputs=inputs,
            targets=targets,
            supervised=has_target,
            answer=has_target,
            category=categorise_symbols(inputs, self.symbol_categories),
            variables={},
            length=jnp.sum(inputs != PADDING, dtype=jnp.int32),
        )

    def require_shape(self, shape: str) -> None:
        """Make sure that there is such a shape."""
        check_shape(shape, self.shapes)

    def episode(self, text: str) -> Episode:
        """Read symbols separated by spaces; the targets are those of the table's row with this input, if any.

        Raises:
            MannscopeError: if a symbol is not of the table, or there is none.
        """
        tokens = text.split()
        for position, token in enumerate(tokens, start=1):
            if token not in self.symbols:
                raise MannscopeError(
                    f"each symbol must be one of {' '.join(self.symbols)}",
                    f"{token!r} at position {position}",
                    "Separate the symbols of the table by spaces.",
                )
        if not tokens:
            raise MannscopeError("an episode must have a symbol", repr(text), "Type symbols of the table.")
        inputs = self._completed(np.array([self.symbols.index(token) for token in tokens], np.int32))
        return self._make_episode(jnp.asarray(inputs), jnp.asarray(self._targets(inputs)))

    def _completed(self, inputs: Int[np.ndarray, " given"]) -> Int[np.ndarray, " step"]:
        """Add the blanks of the answer to an input of the table, where a person left them out."""
        blank = None if self.data.blank is None else self.symbols.index(self.data.blank)
        if blank is None or blank in inputs:
            return inputs
        for split in (self.data.training, self.data.held_out):
            asked = np.where(split.inputs == blank, PADDING, split.inputs)
            rows = np.flatnonzero((_fit(asked, len(inputs)) == inputs).all(axis=1))
            rows = rows[(asked[rows] != PADDING).sum(axis=1) == len(inputs)]
            if rows.size:
                return split.inputs[rows[0], : split.lengths[rows[0]]]
        return inputs

    def _targets(self, inputs: Int[np.ndarray, " step"]) -> Int[np.ndarray, " step"]:
        for split in (self.data.training, self.data.held_out):
            rows = np.flatnonzero((_fit(split.inputs, len(inputs)) == inputs).all(axis=1))
            rows = rows[split.lengths[rows] == len(inputs)]
            if rows.size:
                return split.targets[rows[0], : len(inputs)]
        return np.full(len(inputs), PADDING, np.int32)

    def text(self, inputs: Symbols) -> str:
        """Write the symbols, separated by spaces."""
        return " ".join(labels(inputs, self.symbols))

    def oracles(self) -> Mapping[str, Algorithm]:
        """Name no algorithm: none is known of a user's task."""
        return {}

    def oracle(
        self, inputs: tuple[int, ...], algorithm: str, replaced: Mapping[int, str] | None = None
    ) -> tuple[OracleStep, ...]:
        """Refuse, since no algorithm is known of a user's task.

        Raises:
            MannscopeError: always.
        """
        raise MannscopeError(
            "the task must have a textbook algorithm", f"the table {self.path}", "Use another task."
        )


def _fit(cells: Int[np.ndarray, "episode step"], steps: int) -> Int[np.ndarray, "episode {steps}"]:
    """Cut or pad the rows to a number of positions."""
    missing = max(0, steps - cells.shape[1])
    return np.pad(cells[:, :steps], ((0, 0), (0, missing)), constant_values=PADDING)
