"""Parts of a page of documentation that are computed from data."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from mannscope.errors import MannscopeError

_BLOCK = re.compile(r"(<!-- begin: ([\w-]+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)


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


def differing(page: Path, fill: Callable[[str], str]) -> list[str]:
    """List the marked parts of a page that differ from what they are when it is filled again.

    Raises:
        MannscopeError: if the file is missing, or a part has an unknown name.
    """
    if not page.is_file():
        raise MannscopeError("the page must be a file", str(page), "Pass --page FILE")
    text = page.read_text(encoding="utf-8")
    pairs = zip(_BLOCK.finditer(text), _BLOCK.finditer(fill(text)), strict=True)
    return [there[2] for there, right in pairs if there[3] != right[3]]
