"""Pages: what is written for a browser, each one HTML file that needs no other file and runs no script."""

from mannscope.pages.document import document
from mannscope.pages.markup import (
    Markup,
    bullets,
    cell,
    details,
    element,
    join,
    mark,
    of_class,
    row_header,
    table,
)
from mannscope.pages.pictures import picture

__all__ = [
    "Markup",
    "bullets",
    "cell",
    "details",
    "document",
    "element",
    "join",
    "mark",
    "of_class",
    "picture",
    "row_header",
    "table",
]
