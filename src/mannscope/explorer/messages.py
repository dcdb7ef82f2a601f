"""Asks as they come from a browser: small JSON objects, and nothing else."""

import json
import re
from typing import Any, NoReturn

from mannscope.errors import MannscopeError

DEEPEST = 16
"""Lists and objects within each other in an ask, which needs four."""

_MUST = "an ask must be a JSON object"
_REMEDY = "Reload the page"
_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*"|[][{}]')


def read_message(body: bytes) -> dict[str, Any]:
    """Read an ask.

    Raises:
        MannscopeError: if it is no JSON, no object, or too deep.
    """
    try:
        text = body.decode("utf-8")
        _require_shallow(text)
        message = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as problem:
        raise MannscopeError(_MUST, str(problem)[:200] or "something else", _REMEDY) from problem
    if not isinstance(message, dict):
        raise MannscopeError(_MUST, type(message).__name__, _REMEDY)
    return message


def _require_shallow(text: str) -> None:
    """Count brackets before they are parsed, since parsers go as deep as they are led."""
    depth = 0
    for found in _BRACKETS.finditer(text):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(found[0], 0)
        if depth > DEEPEST:
            raise MannscopeError(f"an ask must be at most {DEEPEST} deep", "a deeper one", _REMEDY)


def _refuse_constant(name: str) -> NoReturn:
    raise MannscopeError("numbers of an ask must be finite", name, _REMEDY)
