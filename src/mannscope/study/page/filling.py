"""Fills the page of results with what is computed from the study's data, and checks it."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from mannscope.errors import MannscopeError
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

_BLOCK = re.compile(r"(<!-- begin: ([\w-]+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)


def fill(page: str, rows: Sequence[Row]) -> str:
    """Compute every part of a page again that stands between `<!-- begin: NAME -->` and `<!-- end -->`.

    Raises:
        MannscopeError: if no part has a name, or one has a name that is not known.
    """
    return fill_parts(page, {name: partial(compute, rows) for name, compute in BLOCKS.items()})


def fill_parts(page: str, parts: Mapping[str, Callable[[], str]]) -> str:
    """Compute the marked parts of a page, given a function for each name.

    Raises:
        MannscopeError: if no part has a name, or one has a name that is not known.
    """
    names = [found[2] for found in _BLOCK.finditer(page)]
    if unknown := [name for name in names if name not in parts] or ([] if names else ["none"]):
        must = f"the computed parts of a page must be among {', '.join(parts)}"
        raise MannscopeError(must, unknown[0], "Mark them as <!-- begin: NAME --> and <!-- end -->")
    return _BLOCK.sub(lambda found: f"{found[1]}\n{parts[found[2]]()}\n\n{found[4]}", page)


def check_page(page: Path, data: Path) -> list[str]:
    """List the parts of a page that differ from what its data give; none if the page is right.

    Raises:
        MannscopeError: if a file is missing, or a part has an unknown name.
    """
    if not page.is_file():
        raise MannscopeError("the page must be a file", str(page), "Pass --page FILE")
    text = page.read_text(encoding="utf-8")
    wanted = fill(text, read_data(data))
    pairs = zip(_BLOCK.finditer(text), _BLOCK.finditer(wanted), strict=True)
    return [there[2] for there, right in pairs if there[3] != right[3]]
