"""What a table's rows are together: each once, one answer to an input, answers beside inputs or after."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from mannscope.errors import MannscopeError
from mannscope.tasks.table_files import RawRow

Answers = Literal["auto", "beside", "after"]
"""Where answers stand: each beside a token of the input, or at blanks after it; "auto": the rows tell."""
BLANK = "_"
"""What is read where an answer after the input is due; longer, where the inputs have this symbol."""
BLANK_CATEGORY = "blank"


class Layout(NamedTuple):
    """Rows with as many targets as inputs."""

    rows: tuple[RawRow, ...]
    blank: str | None
    """What is read where an answer after the input is due; None where answers stand beside the inputs."""


def distinct(rows: Sequence[RawRow]) -> tuple[RawRow, ...]:
    """Keep every row once.

    Raises:
        MannscopeError: if an input has two answers.
    """
    found: dict[tuple[str, ...], RawRow] = {}
    clashes = []
    for row in rows:
        known = found.setdefault(row.input, row)
        if known.target != row.target:
            clashes.append((known, row))
    if clashes:
        (one, other), inputs = clashes[0], len({other.input for _, other in clashes})
        raise MannscopeError(
            "an input must have one answer in the whole table",
            f"{inputs} with several; first {' '.join(one.input)!r}, with {' '.join(one.target)!r} at "
            f"{one.place} and {' '.join(other.target)!r} at {other.place}",
            "Keep one of them, or put what they depend on into the input.",
        )
    return tuple(found.values())


def lay_out(rows: Sequence[RawRow], answers: Answers) -> Layout:
    """Put a target beside every input: as they stand, or at blanks that are added after the input.

    With "auto", answers come after the inputs where a row has another number of targets than of inputs,
    unless targets say somewhere that there is none, which is only of use beside inputs.

    Raises:
        MannscopeError: if targets that are meant to stand beside inputs are of another number.
    """
    odd = next((row for row in rows if len(row.target) != len(row.input)), None)
    dotted = any("" in row.target for row in rows)
    if answers == "after" or (answers == "auto" and odd is not None and not dotted):
        symbols = {token for row in rows for token in row.input}
        blank = BLANK
        while blank in symbols:
            blank += BLANK
        return Layout(tuple(with_blanks(row, blank) for row in rows), blank)
    if odd is not None:
        raise MannscopeError(
            "the fields 'input' and 'target' must be of the same length where targets stand beside inputs",
            f"{odd.place}: {len(odd.input)} and {len(odd.target)} tokens",
            "Repair the row, or pass answers='after'.",
        )
    return Layout(tuple(rows), None)


def with_blanks(row: RawRow, blank: str) -> RawRow:
    """Put the answer of a row at blanks after its input."""
    added = (blank,) * len(row.target)
    category = None if row.category is None else row.category + (BLANK_CATEGORY,) * len(added)
    return RawRow(row.place, row.input + added, ("",) * len(row.input) + row.target, category)
