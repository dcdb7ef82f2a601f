"""The live page: a web application for this machine's own browser, and for nobody else.

Requests from elsewhere (another site that is open in the browser, a name that resolves to this machine) are
refused by host and origin. Requests are small, must arrive within a time, and are answered on threads, one at
a time for each run, so that neither a slow nor a failing one stops the others.
"""

import asyncio
import json
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING

from mannscope.errors import MannscopeError, UnknownNameError
from mannscope.explorer.markup import bundle, index, server_policy
from mannscope.explorer.payload import INTERNAL_ERROR, LOG, PayloadSource, describe_error, list_runs
from mannscope.explorer.request_queue import Refusal, RequestQueue
from mannscope.explorer.requests import parse

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

HOSTS = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:[0-9]{1,5})?", re.IGNORECASE)
"""Names of this machine, with any port."""
LARGEST = 64 * 1024
"""Bytes of a request's body."""
PATIENCE = 10.0
"""Seconds in which the body must arrive."""

HEADERS: Mapping[str, str] = {
    "content-security-policy": server_policy(),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
"""Headers of every response."""


def application(source: PayloadSource) -> "ASGIApp":
    """Make the web application of the live page.

    Raises:
        MannscopeError: if a package is missing, or the page has not been built.
    """
    require_packages()
    bundle()
    from starlette.applications import Starlette
    from starlette.exceptions import HTTPException
    from starlette.requests import ClientDisconnect
    from starlette.responses import Response
    from starlette.routing import Route

    queue = RequestQueue(source)

    async def show(request: "Request") -> "Response":
        return Response(index(list_runs(source), live=source.live), media_type="text/html")

    async def script(request: "Request") -> "Response":
        return Response(bundle(), media_type="text/javascript")

    async def answer(request: "Request") -> "Response":
        _require_own_page(request.headers)
        message = parse(await _body(request))
        payload = await queue.answer(message, request.is_disconnected)
        return Response(payload, media_type="application/octet-stream")

    routes = [
        Route("/", show),
        Route("/explorer.js", script),
        Route("/api/request", answer, methods=["POST"]),
    ]
    refusals = dict.fromkeys((Refusal, MannscopeError, HTTPException, ClientDisconnect), _refuse)
    return _Guard(Starlette(routes=routes, exception_handlers={**refusals, Exception: _fail}))


def require_packages() -> None:
    """Make sure that what the server needs is installed.

    Raises:
        MannscopeError: if it is not.
    """
    try:
        import starlette  # noqa: F401
        import uvicorn  # noqa: F401
    except ImportError as problem:
        must = "the explorer in the browser must have the packages starlette and uvicorn"
        remedy = "Run: pip install 'mannscope[explore]'"
        raise MannscopeError(must, f"no {problem.name}", remedy) from problem


class _Guard:
    """Refuses requests that are for another host, and puts the headers on every response."""

    def __init__(self, inner: "ASGIApp") -> None:
        self.inner = inner

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        if scope["type"] != "http":
            await self.inner(scope, receive, send)
            return

        async def send_with_headers(message: "Message") -> None:
            if message["type"] == "http.response.start":
                known = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
                message = {**message, "headers": [*message["headers"], *known]}
            await send(message)

        named = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
        if len(named) == 1 and HOSTS.fullmatch(named[0]):
            await self.inner(scope, receive, send_with_headers)
            return
        must, remedy = "the host must be this machine", "Open the address that was printed"
        refusal = Refusal(HTTPStatus.FORBIDDEN, must, ", ".join(named) or "none", remedy)
        await _response(refusal)(scope, receive, send_with_headers)


def _require_own_page(headers: Mapping[str, str]) -> None:
    """Refuse what another site that is open in the browser could send, and all forms."""
    remedy = "Open the address that was printed"
    origin, own = headers.get("origin"), f"http://{headers['host']}"
    if origin is not None and origin.lower() != own.lower():
        raise Refusal(HTTPStatus.FORBIDDEN, f"a request must come from {own}", origin, remedy)
    if headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        got = headers["sec-fetch-site"]
        raise Refusal(HTTPStatus.FORBIDDEN, "a request must come from the same site", got, remedy)
    kind = headers.get("content-type", "")
    if kind.partition(";")[0].strip().lower() != "application/json":
        must = "a request must have the content type application/json"
        raise Refusal(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, must, kind or "none", "Send JSON")


async def _body(request: "Request") -> bytes:
    """Read the body of a request, up to the largest size and the longest time."""
    must, remedy = f"a request must have at most {LARGEST} bytes", "Type something shorter"
    body = bytearray()
    try:
        async with asyncio.timeout(PATIENCE):
            async for chunk in request.stream():
                body += chunk
                if len(body) > LARGEST:
                    raise Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, must, "more", remedy)
    except TimeoutError as slow:
        must = f"a request must arrive within {PATIENCE:g} seconds"
        raise Refusal(HTTPStatus.REQUEST_TIMEOUT, must, f"{len(body)} bytes of it", "Send it again") from slow
    return bytes(body)


async def _refuse(request: "Request", problem: Exception) -> "Response":
    return _response(_as_refusal(problem))


async def _fail(request: "Request", problem: Exception) -> "Response":
    LOG.error("a request could not be answered", exc_info=problem)
    return _response(Refusal(HTTPStatus.INTERNAL_SERVER_ERROR, **INTERNAL_ERROR))


def _as_refusal(problem: Exception) -> Refusal:
    if isinstance(problem, Refusal):
        return problem
    if isinstance(problem, MannscopeError):
        status = HTTPStatus.NOT_FOUND if isinstance(problem, UnknownNameError) else HTTPStatus.BAD_REQUEST
        return Refusal(status, **describe_error(problem))
    status = HTTPStatus(getattr(problem, "status_code", HTTPStatus.BAD_REQUEST))
    must = "a request must be GET /, GET /explorer.js or POST /api/request"
    return Refusal(status, must, status.phrase.lower(), "Open the address that was printed")


def _response(refusal: Refusal) -> "Response":
    from starlette.responses import Response

    text = json.dumps({"error": refusal.error})  # in ASCII, since the request may not have been text
    return Response(text, status_code=refusal.status, media_type="application/json")
