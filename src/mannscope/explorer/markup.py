"""The HTML around the front end: one document for the server, and one that holds everything it shows."""

import base64
import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from importlib.resources import files
from typing import Any

from mannscope.errors import MannscopeError

TITLE = "mannscope explorer"
WITHOUT_SCRIPTS = "This page is drawn by a script. Allow scripts here to see it."
STYLE = """
:root { color-scheme: light dark; }
body { margin: 0; font: 1rem/1.5 system-ui, sans-serif; }
noscript { display: block; max-width: 40rem; margin: 3rem auto; padding: 0 1rem; }
"""


def bundle() -> str:
    """Read the front end, one ES module.

    Raises:
        MannscopeError: if it has not been built.
    """
    path = files("mannscope.explorer") / "static" / "explorer.js"
    if not path.is_file():
        must = "the page of the explorer must have been built"
        raise MannscopeError(
            must, f"no {path}", "Run make page, which needs Node, or install a released wheel"
        )
    return path.read_text(encoding="utf-8")  # line ends become "\n", as in the parser that hashes it again


def index(runs: Sequence[Mapping[str, str]], *, live: bool) -> str:
    """Write the page that the server gives; `server_policy` is its content security policy."""
    state = {"host": "server", "runs": [*runs], "live": live}
    return _document([], [_data(state), '<script type="module" src="/explorer.js"></script>'])


def server_policy() -> str:
    """Allow the server's page its own script and requests, and nothing else."""
    rules = [*_rules("'self'"), "connect-src 'self'", "frame-ancestors 'none'"]
    return "; ".join(rules)


def standalone(
    host: str, runs: Sequence[Mapping[str, str]], payloads: Iterable[str], title: str = TITLE
) -> str:
    """Write the page with the front end and its payloads inside; it makes no request.

    Args:
        host: `report` or `notebook`.
        runs: The runs that it shows.
        payloads: The payloads, each as `embed` gives it.
        title: Title of the document.
    """
    module = bundle()
    policy = "; ".join(_rules(_hash(module)))
    meta = f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">'
    state = {"host": host, "runs": [*runs], "live": False}
    return _document([meta], [_data(state), *payloads, f'<script type="module">{module}</script>'], title)


def embed(place: str, payload: bytes) -> str:
    """Put a payload into the page: compressed, as text that no parser takes for anything else.

    `place` is what it is found by, such as `run/ID` or `episode/ID/K`.
    """
    text = base64.b64encode(zlib.compress(payload, 9)).decode("ascii")
    return f'<script type="application/octet-stream" data-payload="{escape(place)}">{text}</script>'


def _document(head: Sequence[str], body: Sequence[str], title: str = TITLE) -> str:
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            *head,  # before anything that a policy could forbid
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="referrer" content="no-referrer">',
            '<link rel="icon" href="data:,">',
            f"<title>{escape(title)}</title>",
            f"<style>{STYLE}</style>",
            "</head>",
            "<body>",
            f"<noscript>{escape(WITHOUT_SCRIPTS)}</noscript>",
            '<div id="mannscope-root"></div>',
            *body,
            "</body>",
            "</html>",
            "",
        ]
    )


def _data(state: Mapping[str, Any]) -> str:
    """Write JSON that cannot end the element it stands in."""
    text = json.dumps(state).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return f'<script type="application/json" id="mannscope-page">{text}</script>'


def _rules(scripts: str) -> list[str]:
    return [
        "default-src 'none'",
        f"script-src {scripts}",
        f"style-src {_hash(STYLE)}",
        "img-src data: blob:",
        "base-uri 'none'",
        "form-action 'none'",
    ]


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"
