"""Requests to a real server: good ones while memory is measured, and hostile ones of every kind."""

import http.client
import json
import os
import random
import signal
import socket
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from campaigns import mutations

RUN = "reversal-stack"
EPISODES = 8
HEADERS = {"Content-Type": "application/json"}
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
REFUSED = frozenset({400, 403, 404, 405, 408, 413, 415, 431, 503})
PARALLEL = 50
PATIENCE = 60.0
"""Seconds on the clock in which every answer must come, also on a busy machine."""


class Server:
    """The explorer in a process of its own."""

    def __init__(self, place: Path) -> None:
        self.log = place / "server.err"
        ours, theirs = os.pipe()
        self.process = os.fork()
        if self.process == 0:
            os.close(ours)
            _serve(theirs, self.log)
        os.close(theirs)
        with os.fdopen(ours) as told:
            self.port = int(told.readline().rstrip("/\n").rpartition(":")[2])

    def memory(self) -> int:
        """Bytes of memory that it takes now."""
        lines = Path(f"/proc/{self.process}/status").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS"))

    def end(self) -> str:
        """Interrupt it, and give what it wrote."""
        os.kill(self.process, signal.SIGINT)
        os.waitpid(self.process, 0)
        return self.log.read_text()


def _serve(told: int, log: Path) -> None:
    try:
        os.dup2(os.open(log, os.O_WRONLY | os.O_CREAT), 2)
        from mannscope.explorer.serve import serve
        from mannscope.explorer.session import Session

        def tell(address: str) -> None:
            os.write(told, f"{address}\n".encode())

        session = Session([RUN], episodes=EPISODES, verified=64)
        serve(session, None, browser=False, on_listening=tell)
    except KeyboardInterrupt:
        pass
    finally:
        os._exit(0)


def run_requests(place: Path, number: int, seed: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Send good requests, two thousand of them while memory is measured, and then hostile ones."""
    server, drawn = Server(place), random.Random(seed)
    counts, failures = Counter(), []
    good = min(2000, number // 2)

    def note(told: tuple[str, int, str]) -> None:
        kind, status, problem = told
        counts[f"{kind} {status}"] += 1
        if problem:
            failures.append(f"{kind}: {problem}")
            say(failures[-1])

    _send(
        server.port,
        "POST",
        "/api/request",
        json.dumps({"request": "open", "run": RUN}).encode(),
        HEADERS,
        300,
    )
    memory = []
    for half in range(2):
        for _ in range(good // 2):
            note(_good(server.port, drawn))
        memory.append(server.memory())
        say(f"{(half + 1) * good // 2} requests, {memory[-1] / 1e6:.0f} MB")
    beside = _verify_beside(server.port, drawn, note)
    with ThreadPoolExecutor(PARALLEL) as pool:
        seeds = [drawn.random() for _ in range(PARALLEL * 4)]
        for told in pool.map(lambda one: _good(server.port, random.Random(one)), seeds):
            note(told)
        for told in pool.map(lambda _: _slow(server.port), range(PARALLEL)):
            note(told)
    while sum(counts.values()) < number:
        kind = drawn.choice(list(HOSTILE))
        note(HOSTILE[kind](server.port, drawn))
    note(_good(server.port, drawn))
    after = server.memory()
    written = server.end()
    if written.strip():
        failures.append(f"the server wrote {written[-1000:]}")
    return {
        "requests": sum(counts.values()),
        "statuses": dict(Counter(key.split()[-1] for key in counts.elements())),
        "by_kind": dict(Counter(" ".join(key.split()[:-1]) for key in counts.elements())),
        "memory": [*memory, after],
        "growth": memory[1] / memory[0] - 1,
        **beside,
        "failures": failures,
    }


def _send(
    port: int, method: str, path: str, body: bytes | None, headers: dict[str, str], patience: float = PATIENCE
) -> tuple[int, bytes, dict[str, str]]:
    wire = http.client.HTTPConnection("127.0.0.1", port, timeout=patience)
    try:
        wire.putrequest(method, path, skip_host="Host" in headers, skip_accept_encoding=True)
        for name, value in headers.items():
            wire.putheader(name, value)
        if body is not None:
            wire.putheader("Content-Length", str(len(body)))
        wire.endheaders(body)
        answer = wire.getresponse()
        return answer.status, answer.read(), {name.lower(): value for name, value in answer.getheaders()}
    finally:
        wire.close()


def _post(port: int, message: Any) -> tuple[int, bytes, dict[str, str]]:
    return _send(port, "POST", "/api/request", json.dumps(message).encode(), HEADERS)


def _told(
    kind: str, send: Callable[[], tuple[int, bytes, dict[str, str]]], *, good: bool = False
) -> tuple[str, int, str]:
    """Send a request, and hold the answer against the rules."""
    began = time.monotonic()
    try:
        status, content, headers = send()
    except (TimeoutError, http.client.HTTPException) as problem:
        return kind, 0, f"no answer: {problem!r}"
    except OSError:  # hung up on while still sending
        return kind, 0, ""
    took = time.monotonic() - began
    if took > PATIENCE:
        return kind, status, f"took {took:.0f} s"
    if good:
        return kind, status, "" if status in (200, 503) else f"{status}: {content[:300]!r}"
    if status not in REFUSED | {200}:
        return kind, status, f"{status}: {content[:300]!r}"
    if "x-content-type-options" not in headers and not content.startswith(b"Invalid HTTP"):
        return kind, status, f"no headers: {headers}"
    if status != 200 and content and not content.startswith(b"Invalid HTTP"):
        error = json.loads(content).get("error", {})
        if error.keys() != {"must", "got", "remedy"}:
            return kind, status, f"told as {content[:300]!r}"
    return kind, status, ""


def _message(drawn: random.Random) -> dict[str, Any]:
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


def _good(port: int, drawn: random.Random) -> tuple[str, int, str]:
    if drawn.random() < 0.1:
        path = drawn.choice(("/", "/explorer.js"))
        return _told("page", lambda: _send(port, "GET", path, None, {}), good=True)
    message = _message(drawn)
    return _told("good", lambda: _post(port, message), good=True)


def _verify_beside(
    port: int, drawn: random.Random, note: Callable[[tuple[str, int, str]], None]
) -> dict[str, float]:
    """Ask for episodes while a network is verified, cancel that, and tell how long each took."""
    with ThreadPoolExecutor(1) as pool:
        verifying = pool.submit(_post, port, {"request": "verify", "run": RUN})
        slowest, asked = 0.0, 0
        while asked < 20 and not verifying.done():
            began = time.monotonic()
            note(
                _told(
                    "beside", lambda: _post(port, {"request": "episode", "run": RUN, "episode": 0}), good=True
                )
            )
            slowest, asked = max(slowest, time.monotonic() - began), asked + 1
            time.sleep(0.05)
        began = time.monotonic()
        note(_told("cancel", lambda: _post(port, {"request": "cancel", "run": RUN}), good=True))
        status = verifying.result(120)[0]
        ended = time.monotonic() - began
    note(("verify", status, "" if status in (200, 400) else "it was not cancelled"))
    return {"beside_slowest": slowest, "beside_asked": asked, "cancelled_after": ended}


def _slow(port: int) -> tuple[str, int, str]:
    """Send a part of a body, and wait."""

    def send() -> tuple[int, bytes, dict[str, str]]:
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as wire:
            wire.sendall(f"POST /api/request HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n".encode())
            wire.sendall(b"Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{")
            answer = http.client.HTTPResponse(wire)
            answer.begin()
            return answer.status, answer.read(), {name.lower(): value for name, value in answer.getheaders()}

    return _told("slow", send)


def _mutated(port: int, drawn: random.Random) -> tuple[str, int, str]:
    body = mutations.broken_json(_message(drawn), drawn)
    return _told("mutated", lambda: _send(port, "POST", "/api/request", body, HEADERS))


def _host(port: int, drawn: random.Random) -> tuple[str, int, str]:
    headers = {"Host": drawn.choice(HOSTS)}
    kind, status, problem = _told("host", lambda: _send(port, "GET", "/", None, headers))
    return kind, status, problem or ("it was answered" if status == 200 else "")


def _origin(port: int, drawn: random.Random) -> tuple[str, int, str]:
    odd = drawn.choice(({"Origin": drawn.choice(ORIGINS)}, {"Sec-Fetch-Site": "cross-site"}))
    body = json.dumps(_message(drawn)).encode()
    kind, status, problem = _told("origin", lambda: _send(port, "POST", "/api/request", body, HEADERS | odd))
    return kind, status, problem or ("it was answered" if status == 200 else "")


def _kind(port: int, drawn: random.Random) -> tuple[str, int, str]:
    headers = {"Content-Type": drawn.choice(("text/plain", "application/x-www-form-urlencoded", "", "json"))}
    return _told("content type", lambda: _send(port, "POST", "/api/request", b"{}", headers))


def _path(port: int, drawn: random.Random) -> tuple[str, int, str]:
    return _told(
        "path", lambda: _send(port, drawn.choice(("GET", "POST")), drawn.choice(TRAVERSALS), b"{}", HEADERS)
    )


def _method(port: int, drawn: random.Random) -> tuple[str, int, str]:
    path = drawn.choice(("/", "/api/request", "/explorer.js"))
    return _told("method", lambda: _send(port, drawn.choice(METHODS), path, None, {}))


def _huge(port: int, drawn: random.Random) -> tuple[str, int, str]:
    body = b'{"request": "' + b"x" * drawn.choice((70_000, 1_000_000)) + b'"}'
    return _told("huge", lambda: _send(port, "POST", "/api/request", body, HEADERS))


def _deep(port: int, drawn: random.Random) -> tuple[str, int, str]:
    depth, (opening, closing) = drawn.choice((17, 1000, 20_000)), drawn.choice(("[]", ('{"a":', "}")))
    body = (opening * depth + "1" + closing * depth).encode()[:60_000]
    return _told("deep", lambda: _send(port, "POST", "/api/request", body, HEADERS))


def _long_head(port: int, drawn: random.Random) -> tuple[str, int, str]:
    headers = {"X": "x" * drawn.choice((20_000, 200_000))}
    return _told("long head", lambda: _send(port, "GET", "/", None, headers))


def _raw(port: int, drawn: random.Random) -> tuple[str, int, str]:
    """Send bytes that are no request, and hang up."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as wire:
            wire.sendall(mutations.broken_bytes(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", drawn))
            wire.shutdown(socket.SHUT_WR)
            wire.recv(65536)
    except TimeoutError:
        return "bytes", 0, "no answer"
    except OSError:
        pass
    return "bytes", 0, ""


HOSTILE: dict[str, Callable[[int, random.Random], tuple[str, int, str]]] = {
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
