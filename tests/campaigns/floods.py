"""Requests to a real server: good ones while memory is measured, and hostile ones of every kind."""

import http.client
import random
import socket
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from campaigns.hostile import HOSTILE, message
from campaigns.server import RUN, Server
from campaigns.wire import PATIENCE, Answer, Told, post, read, send, told

PARALLEL = 50
WHOLE = 2000
"""Good requests in a row, of which the first half has come upon all that is compiled and kept."""
GROWTH = 0.05
"""The part by which the server's memory may grow while it answers the second half of the good requests."""


class Requests:
    """A server, and what came of the requests to it."""

    def __init__(self, place: Path, seed: int, say: Callable[[str], None]) -> None:
        self.server, self.drawn, self.say = Server(place), random.Random(seed), say
        self.counts: Counter[tuple[str, int]] = Counter()
        self.failures: list[str] = []
        self.memory: list[int] = []
        self.beside: dict[str, float] = {}

    def note(self, came: Told) -> None:
        """Count one request."""
        self.counts[came.kind, came.status] += 1
        if came.problem:
            self.fail(f"{came.kind}: {came.problem}")

    def fail(self, problem: str) -> None:
        """Remember a failure."""
        self.failures.append(problem)
        self.say(problem)

    def measure(self) -> None:
        """Measure the server's memory."""
        self.memory.append(self.server.memory())
        self.say(f"{self.counts.total()} requests, {self.memory[-1] / 1e6:.0f} MB")

    def in_a_row(self, number: int) -> None:
        """Send good requests, and measure memory at half time and in the end."""
        for _ in range(2):
            for _ in range(number // 2):
                self.note(_good(self.server.port, self.drawn))
            self.measure()
        if number >= WHOLE and self.memory[1] > (1 + GROWTH) * self.memory[0]:
            self.fail(f"memory grows from {self.memory[0]} to {self.memory[1]} bytes")

    def at_once(self) -> None:
        """Send many good requests at once, and many whose bodies do not come."""
        with ThreadPoolExecutor(PARALLEL) as pool:
            seeds = [self.drawn.random() for _ in range(PARALLEL * 4)]
            for came in pool.map(lambda one: _good(self.server.port, random.Random(one)), seeds):
                self.note(came)
            for came in pool.map(lambda _: _slow(self.server.port), range(PARALLEL)):
                self.note(came)

    def hostile(self, number: int) -> None:
        """Send hostile requests of all kinds until there were so many in all, and a good one."""
        while self.counts.total() < number - 1:
            kind = self.drawn.choice(list(HOSTILE))
            self.note(HOSTILE[kind](self.server.port, self.drawn))
        self.note(_good(self.server.port, self.drawn))

    def end(self) -> None:
        """Interrupt the server, which must not have complained."""
        self.measure()
        written = self.server.end()
        if written.strip():
            self.fail(f"the server wrote {written[-1000:]}")

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        by_kind, statuses = Counter[str](), Counter[str]()
        for (kind, status), number in self.counts.items():
            by_kind[kind] += number
            statuses[str(status)] += number
        return {
            "requests": self.counts.total(),
            "statuses": dict(statuses),
            "by_kind": dict(by_kind),
            "memory": self.memory,
            "growth": self.memory[1] / self.memory[0] - 1,
            **self.beside,
            "failures": self.failures,
        }


def run_requests(place: Path, number: int, seed: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Send good requests, two thousand of them while memory is measured, and then hostile ones."""
    requests = Requests(place, seed, say)
    port = requests.server.port
    post(port, {"request": "open", "run": RUN}, 300)  # compiles
    requests.in_a_row(min(WHOLE, number // 2))
    requests.beside = _verify_beside(port, requests.note)
    requests.at_once()
    requests.hostile(number)
    requests.end()
    return requests.to_dict()


def _good(port: int, drawn: random.Random) -> Told:
    if drawn.random() < 0.1:
        path = drawn.choice(("/", "/explorer.js"))
        return told("page", lambda: send(port, "GET", path, None, {}), good=True)
    sent = message(drawn)
    return told("good", lambda: post(port, sent), good=True)


def _verify_beside(port: int, note: Callable[[Told], None]) -> dict[str, float]:
    """Ask for episodes while a network is verified, cancel that, and tell how long each took."""
    with ThreadPoolExecutor(1) as pool:
        verifying = pool.submit(post, port, {"request": "verify", "run": RUN}, 2 * PATIENCE)
        slowest, asked, episode = 0.0, 0, {"request": "episode", "run": RUN, "episode": 0}
        while asked < 20 and not verifying.done():
            began = time.monotonic()
            note(told("beside", lambda: post(port, episode), good=True))
            slowest, asked = max(slowest, time.monotonic() - began), asked + 1
            time.sleep(0.05)
        began = time.monotonic()
        note(told("cancel", lambda: post(port, {"request": "cancel", "run": RUN}), good=True))
        status = verifying.result().status
        ended = time.monotonic() - began
    note(Told("verify", status, "" if status == 400 else f"it was not cancelled: {status}"))
    return {"beside_slowest": slowest, "beside_asked": asked, "cancelled_after": ended}


def _slow(port: int) -> Told:
    """Send a part of a body, and wait."""

    def ask() -> Answer:
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as wire:
            wire.sendall(f"POST /api/request HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n".encode())
            wire.sendall(b"Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{")
            answer = http.client.HTTPResponse(wire)
            answer.begin()
            return read(answer)

    return told("slow", ask)
