"""Results: as plain values, in ten lines of text, and as a table."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

LINES, COLUMNS = 10, 96
"""Most lines of a printed result, and most characters of a line."""


class Result:
    """A result that prints in ten lines; `to_dict` and `table` give all of it."""

    def to_dict(self) -> dict[str, Any]:
        """Give the result as plain values."""
        raise NotImplementedError

    def table(self) -> "pd.DataFrame":
        """Give the result as a table of names and values; nested names are joined by dots."""
        return frame([{"name": name, "value": value} for name, value in _flat(self.to_dict())])

    def __repr__(self) -> str:
        return brief(type(self).__name__, self.to_dict())


def brief(title: str, entries: Mapping[str, Any]) -> str:
    """Write a title and named values in ten lines at most, each cut where it is too long."""
    lines = [cut(f"{name}: {_short(value)}") for name, value in entries.items()]
    left = len(lines) - (LINES - 1)
    if left > 0:
        lines = [*lines[: LINES - 2], f"and {left + 1} more, in to_dict() and table()"]
    return "\n".join([title, *(f"  {line}" for line in lines)])


def cut(text: str, width: int = COLUMNS) -> str:
    """Cut a text that is too long for a line."""
    return text if len(text) <= width else text[: width - 1] + "…"


def frame(rows: list[dict[str, Any]]) -> "pd.DataFrame":
    """Make a table of rows."""
    import pandas as pd

    return pd.DataFrame(rows)


def _flat(entries: Mapping[str, Any], above: str = "") -> list[tuple[str, Any]]:
    found = []
    for name, value in entries.items():
        whole = f"{above}{name}"
        found += _flat(value, f"{whole}.") if isinstance(value, Mapping) else [(whole, value)]
    return found


def _short(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_short(part)}" for name, part in value.items()) or "none"
    if isinstance(value, list):
        some = ", ".join(map(_short, value[:6]))
        return f"{some}, … ({len(value)})" if len(value) > 6 else some or "none"
    return "none" if value is None else str(value)


def plain(value: Any) -> Any:
    """Turn a frozen record, however nested, into dicts, lists, strings, numbers and None, as JSON has them.

    >>> plain((np.float64(0.5), None))
    [0.5, None]
    """
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    if isinstance(value, Enum):
        return value.value
    return [plain(part) for part in value] if isinstance(value, tuple | list) else value
