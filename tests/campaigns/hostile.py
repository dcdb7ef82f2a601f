"""Hostile requests of every kind, and the good ones that they are made of."""

import json
import random
import socket
from collections.abc import Callable
from typing import Any

from campaigns import mutations
from campaigns.server import EPISODES, RUN
from campaigns.wire import HEADERS, PATIENCE, Told, send, told

TRAVERSALS = (
    "/../../etc/passwd",
    "/..%2f..%2fetc/passwd",
    "//etc/passwd",
    "/explorer.js/../config.json",
    "/%00",
)
HOSTS = (
    "evil.example",
    "127.0.0.1.evil.example",
    "localhost:99999999",
    "",
    "127.0.0.1@evil.example",
    "[::2]",
)
ORIGINS = ("http://evil.example", "null", "https://127.0.0.1", "file://", "http://127.0.0.1:1")
METHODS = ("GET", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "HEAD", "NONSENSE")


def message(drawn: random.Random) -> dict[str, Any]:
    """Draw a good request."""
    text = " ".join(str(drawn.randrange(8)) for _ in range(drawn.randrange(1, 12)))
    at = {"run": RUN}
    edits = (
        [{"kind": "force", "step": 0, "actor": 0, "action": drawn.randrange(3)}],
        [{"kind": "zero reading", "step": None}],
        [{"kind": "freeze memory", "step": 1}],
    )
    return drawn.choice(
        (
            {"request": "open", **at},
            {"request": "episode", **at, "episode": drawn.randrange(EPISODES)},
            {"request": "episode", **at, "episode": drawn.randrange(EPISODES)},
            {"request": "run", **at, "text": text},
            {"request": "run", **at, "text": text},
            {"request": "run", **at, "episode": drawn.randrange(EPISODES), "edits": drawn.choice(edits)},
            {"request": "progress", **at},
            {"request": "cancel", **at},
        )
    )


def _refused(came: Told) -> Told:
    """Count an answer to what must be refused as a failure."""
    return came if came.problem or came.status != 200 else came._replace(problem="it was answered")


def _mutated(port: int, drawn: random.Random) -> Told:
    body = mutations.broken_json(message(drawn), drawn)
    return told("mutated", lambda: send(port, "POST", "/api/request", body, HEADERS))


def _host(port: int, drawn: random.Random) -> Told:
    headers = {"Host": drawn.choice(HOSTS)}
    return _refused(told("host", lambda: send(port, "GET", "/", None, headers)))


def _origin(port: int, drawn: random.Random) -> Told:
    odd = drawn.choice(({"Origin": drawn.choice(ORIGINS)}, {"Sec-Fetch-Site": "cross-site"}))
    body = json.dumps(message(drawn)).encode()
    return _refused(told("origin", lambda: send(port, "POST", "/api/request", body, HEADERS | odd)))


def _kind(port: int, drawn: random.Random) -> Told:
    headers = {"Content-Type": drawn.choice(("text/plain", "application/x-www-form-urlencoded", "", "json"))}
    return told("content type", lambda: send(port, "POST", "/api/request", b"{}", headers))


def _path(port: int, drawn: random.Random) -> Told:
    return told(
        "path", lambda: send(port, drawn.choice(("GET", "POST")), drawn.choice(TRAVERSALS), b"{}", HEADERS)
    )


def _method(port: int, drawn: random.Random) -> Told:
    path = drawn.choice(("/", "/api/request", "/explorer.js"))
    return told("method", lambda: send(port, drawn.choice(METHODS), path, None, {}))


def _huge(port: int, drawn: random.Random) -> Told:
    body = b'{"request": "' + b"x" * drawn.choice((70_000, 1_000_000)) + b'"}'
    return told("huge", lambda: send(port, "POST", "/api/request", body, HEADERS))


def _deep(port: int, drawn: random.Random) -> Told:
    depth, (opening, closing) = drawn.choice((17, 1000, 20_000)), drawn.choice((("[", "]"), ('{"a":', "}")))
    body = (opening * depth + "1" + closing * depth).encode()[:60_000]
    return told("deep", lambda: send(port, "POST", "/api/request", body, HEADERS))


def _long_head(port: int, drawn: random.Random) -> Told:
    headers = {"X": "x" * drawn.choice((20_000, 200_000))}
    return told("long head", lambda: send(port, "GET", "/", None, headers))


def _raw(port: int, drawn: random.Random) -> Told:
    """Send bytes that are no request, and hang up."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as wire:
            wire.sendall(mutations.broken_bytes(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", drawn))
            wire.shutdown(socket.SHUT_WR)
            wire.recv(65536)
    except TimeoutError:
        return Told("bytes", 0, "no answer")
    except OSError:
        pass
    return Told("bytes", 0, "")


HOSTILE: dict[str, Callable[[int, random.Random], Told]] = {
    "mutated": _mutated,
    "host": _host,
    "origin": _origin,
    "content type": _kind,
    "path": _path,
    "method": _method,
    "huge": _huge,
    "deep": _deep,
    "long head": _long_head,
    "bytes": _raw,
    "mutated too": _mutated,
}
