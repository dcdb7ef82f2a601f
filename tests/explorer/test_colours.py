"""A category has one colour, in figures and on the page."""

import re
from pathlib import Path

from mannscope.figures.style import CATEGORY_COLOURS

PALETTE = Path(__file__).parents[2] / "page" / "src" / "palette.ts"


def test_the_light_page_has_the_colours_of_the_figures() -> None:
    listed = re.search(r"^const CATEGORIES = \[(.*?)\];", PALETTE.read_text(encoding="utf-8"), re.MULTILINE)
    assert re.findall(r'"(#[0-9A-F]{6})"', listed[1]) == list(CATEGORY_COLOURS)
