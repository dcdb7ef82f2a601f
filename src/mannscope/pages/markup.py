"""HTML from plain text: whatever is not markup already is escaped."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Final

NOTHING: Final[Mapping[str, str]] = {}
MARKS: Final = {"passed": ("✓", "yes"), "failed": ("✗", "no"), "undecided": ("?", "open")}
"""Outcome -> its sign and its class."""
EMPTY_ELEMENTS: Final = frozenset({"meta", "img", "br"})


class Markup(str):
    """Text that is HTML already, and is not escaped again."""

    __slots__ = ()


def element(tag: str, *content: str, attributes: Mapping[str, str] = NOTHING) -> Markup:
    """Write an element. Its content is escaped unless it is `Markup`; attributes always are.

    >>> element("p", "1 < 2")
    '<p>1 &lt; 2</p>'
    """
    spelled = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    if tag in EMPTY_ELEMENTS:
        return Markup(f"<{tag}{spelled}>")
    return Markup(f"<{tag}{spelled}>{join(content)}</{tag}>")


def join(parts: Iterable[str], between: str = "") -> Markup:
    """Join parts, escaping those that are text."""
    return Markup(between.join(part if isinstance(part, Markup) else escape(part) for part in parts))


def of_class(tag: str, name: str, *content: str) -> Markup:
    """Write an element with a class."""
    return element(tag, *content, attributes={"class": name})


def row_header(*content: str, rows: int = 1) -> Markup:
    """Write the cell that names a row, or several rows."""
    span = {"rowspan": str(rows), "scope": "rowgroup"} if rows > 1 else {"scope": "row"}
    return element("th", *content, attributes=span)


def cell(*content: str, rows: int = 1, numeric: bool = False) -> Markup:
    """Write a cell of a table, which may span several rows."""
    attributes = ({"rowspan": str(rows)} if rows > 1 else {}) | ({"class": "number"} if numeric else {})
    return element("td", *content, attributes=attributes)


def table(caption: str, headings: Sequence[str], rows: Iterable[Sequence[Markup]]) -> Markup:
    """Write a table whose rows are made of `row_header` and `cell`, in a box that scrolls."""
    head = element("tr", *(element("th", name, attributes={"scope": "col"}) for name in headings))
    body = join(element("tr", *row) for row in rows)
    box = {"class": "scroll", "role": "region", "aria-label": caption, "tabindex": "0"}
    whole = element(
        "table", element("caption", element("span", caption)), element("thead", head), element("tbody", body)
    )
    return element("div", whole, attributes=box)


def details(summary: str, *content: str, shown: bool = False) -> Markup:
    """Write a part that is hidden until it is opened, or until it is closed."""
    attributes = {"open": ""} if shown else NOTHING
    return element("details", element("summary", summary), *content, attributes=attributes)


def bullets(items: Iterable[str]) -> Markup:
    """Write a bulleted list."""
    return element("ul", *(element("li", item) for item in items))


def mark(outcome: str, said: str = "") -> Markup:
    """Mark what is said of an outcome by a sign and a word as well as by colour."""
    sign, colour = MARKS[outcome]
    return of_class("span", colour, f"{sign} {said or outcome}")
