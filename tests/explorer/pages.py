"""Reading what a page holds, as the front end does."""

import base64
import hashlib
import json
import re
import zlib
from typing import Any

from mannscope.explorer.payload import Payload


def payloads(page: str) -> dict[str, Payload]:
    """Find all payloads of a page by their places."""
    found = re.findall(
        r'<script type="application/octet-stream" data-payload="([^"]*)">([A-Za-z0-9+/=]*)</script>', page
    )
    return {place: Payload.from_bytes(zlib.decompress(base64.b64decode(text))) for place, text in found}


def state(page: str) -> dict[str, Any]:
    """Read the description of the host in the page."""
    return json.loads(re.search(r'id="mannscope-page">(.*?)</script>', page)[1])


def hashes(page: str, element: str) -> list[str]:
    """Hash the contents of all elements of a kind, as a content security policy names them."""
    contents = re.findall(rf"<{element}>(.*?)</{element.split()[0]}>", page, re.DOTALL)
    digests = [hashlib.sha256(text.encode()).digest() for text in contents]
    return [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]
