"""Results to standard output: one JSON document, or tables; notes to standard error."""

import io
import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mannscope.errors import printable
from mannscope.files import strict

if TYPE_CHECKING:
    from rich.table import Table

_PIPED_WIDTH = 200
"""Columns of a table that no terminal bounds."""


def print_json(value: Any) -> None:
    """Print one JSON document; a number that JSON cannot write becomes null."""
    print(json.dumps(strict(value), indent=2, ensure_ascii=False))


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> "Table":
    """Lay rows out under headings; what can be read as a number stands to the right."""
    from rich.table import Table
    from rich.text import Text

    laid = Table(box=None, pad_edge=False, header_style="bold")
    for place, heading in enumerate(headings):
        numeric = bool(rows) and all(row[place][:1].isdigit() for row in rows)
        laid.add_column(Text(heading), justify="right" if numeric else "left")
    for row in rows:
        laid.add_row(*(Text(printable(cell)) for cell in row))
    return laid


def print_table(laid: "Table") -> None:
    """Print a table, coloured and as wide as the terminal where there is one."""
    from rich.console import Console

    terminal = sys.stdout.isatty()
    text = io.StringIO()
    width = None if terminal else _PIPED_WIDTH
    Console(file=text, force_terminal=terminal, width=width, legacy_windows=False).print(laid)
    print("\n".join(line.rstrip() for line in text.getvalue().splitlines()))


def note(message: str) -> None:
    """Tell something that is no result."""
    print(message, file=sys.stderr, flush=True)
