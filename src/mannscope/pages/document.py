"""A whole page: its head, with all styles in it, and its body."""

from importlib.metadata import version
from importlib.resources import files

from mannscope.pages.markup import Markup, element

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""What a page may load: the pictures that are embedded in it, and nothing else."""


def document(title: str, header: Markup, main: Markup) -> str:
    """Write a page.

    Args:
        title: Of the document.
        header: What stands above.
        main: The rest; below it stands by what the page was made.
    """
    footer = element("footer", element("p", f"Made by mannscope {version('mannscope')}."))
    body = element("body", header, main, footer)
    return "<!DOCTYPE html>\n" + element("html", _head(title), body, attributes={"lang": "en"}) + "\n"


def _head(title: str) -> Markup:
    return element(
        "head",
        element("meta", attributes={"charset": "utf-8"}),
        element("meta", attributes={"http-equiv": "Content-Security-Policy", "content": POLICY}),
        element("meta", attributes={"name": "viewport", "content": "width=device-width, initial-scale=1"}),
        element("meta", attributes={"name": "color-scheme", "content": "light dark"}),
        element("title", title),
        element("style", Markup(style())),
    )


def style() -> str:
    """Give the styles of every page."""
    return (files("mannscope") / "pages" / "page.css").read_text(encoding="utf-8")
