"""Fills the page of results: tables and findings are computed from the study's data, and can be checked."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from mannscope.pages.filling import differing, fill_parts
from mannscope.study.data import Row, read_data
from mannscope.study.page.findings import findings
from mannscope.study.page.markdown_tables import accuracy, cost, each_seed, failures, shapes, variants

BLOCKS: Final[Mapping[str, Callable[[Sequence[Row]], str]]] = {
    "findings": findings,
    "accuracy": accuracy,
    "shapes": shapes,
    "seeds": each_seed,
    "variants": variants,
    "failures": failures,
    "cost": cost,
}
"""Name of a computed part of the page -> the function that computes it."""


def fill(page: str, rows: Sequence[Row]) -> str:
    """Compute every part of a page again that stands between `<!-- begin: NAME -->` and `<!-- end -->`.

    Raises:
        MannscopeError: if no part has a name, or one has a name that is not known.
    """
    return fill_parts(page, {name: partial(compute, rows) for name, compute in BLOCKS.items()})


def check_page(page: Path, data: Path) -> list[str]:
    """List the parts of a page that differ from what its data give; none if the page is right.

    Raises:
        MannscopeError: if a file is missing, or a part has an unknown name.
    """
    return differing(page, lambda text: fill(text, read_data(data)))
