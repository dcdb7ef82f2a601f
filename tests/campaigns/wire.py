"""One request to the server, and whether its answer is one that may be given."""

import http.client
import json
import time
from collections.abc import Callable
from typing import Any, NamedTuple

HEADERS = {"Content-Type": "application/json"}
REFUSED = frozenset({400, 403, 404, 405, 408, 413, 415, 431, 503})
PATIENCE = 60.0
"""Seconds on the clock in which every answer must come, also on a busy machine."""


class Told(NamedTuple):
    """What came of one request."""

    kind: str
    status: int
    """0 where there was no answer."""
    problem: str
    """Empty where the answer was right."""


class Answer(NamedTuple):
    """An answer of the server."""

    status: int
    content: bytes
    headers: dict[str, str]
    """By their names in small letters."""


def send(
    port: int, method: str, path: str, body: bytes | None, headers: dict[str, str], patience: float = PATIENCE
) -> Answer:
    """Send a request with these headers and no others, and wait for the answer."""
    wire = http.client.HTTPConnection("127.0.0.1", port, timeout=patience)
    try:
        wire.putrequest(method, path, skip_host="Host" in headers, skip_accept_encoding=True)
        for name, value in headers.items():
            wire.putheader(name, value)
        if body is not None:
            wire.putheader("Content-Length", str(len(body)))
        wire.endheaders(body)
        return read(wire.getresponse())
    finally:
        wire.close()


def read(answer: http.client.HTTPResponse) -> Answer:
    """Read an answer that has begun."""
    return Answer(answer.status, answer.read(), {name.lower(): value for name, value in answer.getheaders()})


def post(port: int, message: Any, patience: float = PATIENCE) -> Answer:
    """Send a message as the page does."""
    return send(port, "POST", "/api/request", json.dumps(message).encode(), HEADERS, patience)


def told(kind: str, ask: Callable[[], Answer], *, good: bool = False) -> Told:
    """Send a request, and hold the answer against the rules for good ones, or for hostile ones."""
    began = time.monotonic()
    try:
        answer = ask()
    except (TimeoutError, http.client.HTTPException) as problem:
        return Told(kind, 0, f"no answer: {problem!r}")
    except OSError as problem:  # hung up on while still sending, as hostile ones may be
        return Told(kind, 0, f"no answer: {problem!r}" if good else "")
    took = time.monotonic() - began
    if took > PATIENCE:
        return Told(kind, answer.status, f"took {took:.0f} s")
    if answer.status not in ({200, 503} if good else REFUSED | {200}):
        return Told(kind, answer.status, f"{answer.status}: {answer.content[:300]!r}")
    return Told(kind, answer.status, "" if good else _badly_told(answer))


def _badly_told(answer: Answer) -> str:
    """Say what is wrong with the words of an answer; those of the HTTP library are its own."""
    if answer.content.startswith(b"Invalid HTTP"):
        return ""
    if b"root:x:" in answer.content:
        return "it gives a file of the machine"
    if "x-content-type-options" not in answer.headers:
        return f"no headers: {answer.headers}"
    if answer.status != 200 and answer.content:
        error = json.loads(answer.content).get("error", {})
        if error.keys() != {"must", "got", "remedy"}:
            return f"told as {answer.content[:300]!r}"
    return ""
