"""Pictures of a page, each with its title and what it shows."""

from base64 import b64encode

from mannscope.pages.markup import Markup, element, of_class

REM_PER_INCH, WIDE = 7.2, 4.5
"""One scale for all pictures, so that their type has one size; inches from which one has its own row."""


def picture(svg: bytes, inches: float, alternative: str, title: str, caption: str) -> Markup:
    """Write a picture into the page.

    Args:
        svg: A whole SVG file.
        inches: Its width.
        alternative: What is read instead of it.
        title: Stands in bold below it.
        caption: Follows the title.
    """
    source = {
        "style": f"width: {REM_PER_INCH * inches:.1f}rem",
        "src": f"data:image/svg+xml;base64,{b64encode(svg).decode()}",
        "alt": alternative,
    }
    below = element("figcaption", element("b", f"{title}. "), caption)
    card = of_class("div", "card", element("img", attributes=source))
    return of_class("figure", "wide" if inches > WIDE else "narrow", card, below)
