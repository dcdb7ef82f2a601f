"""Concurrent requests: answered on threads, one at a time for each run, with few waiting.

What takes long stands in a line of its own, and so does what asks about it: neither waits for the other.
"""

import asyncio
import threading
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Future
from functools import partial
from http import HTTPStatus
from typing import Any

from mannscope.errors import MannscopeError
from mannscope.explorer.payload import INTERNAL_ERROR, LOG, PayloadSource

WAITING = 16
"""Requests of one run at a time: the one that is being answered, and those that wait for it."""
THREADS = 4
"""Runs that are worked on at a time."""
BESIDE: Mapping[str, str] = {
    "verify": "long",
    "extract": "long",
    "open": "projecting",
    "progress": "about it",
    "cancel": "about it",
}
"""Kind of a request -> its line; all others share one."""
ROOM: Mapping[str, int] = {"": THREADS, "projecting": 1, "about it": THREADS, "long": 1}
"""Line -> requests of all runs that are worked on at a time."""
WORKER = "mannscope request"
"""Name of the threads."""


class Refusal(Exception):
    """A request that is not answered: the status, and what must hold, what came, and what to do."""

    def __init__(self, status: HTTPStatus, must: str, got: str, remedy: str) -> None:
        self.status = status
        self.error = {"must": must, "got": got, "remedy": remedy}
        super().__init__(f"{status.value}: {must}")


class _Line:
    """The requests that wait for one run."""

    def __init__(self) -> None:
        self.length = 0
        self.turn = asyncio.Lock()


class RequestQueue:
    """Answers requests, so that a slow or failing one does not hold up those for other runs."""

    def __init__(self, source: PayloadSource) -> None:
        self.source = source
        self.free = {name: asyncio.Semaphore(room) for name, room in ROOM.items()}
        self.lines: defaultdict[tuple[str, str], _Line] = defaultdict(_Line)

    async def answer(self, message: Mapping[str, Any], is_gone: Callable[[], Awaitable[bool]]) -> bytes:
        """Answer one request when it is its turn.

        Args:
            message: The request.
            is_gone: Gives whether the client has hung up.

        Raises:
            MannscopeError: if the request is invalid.
            Refusal: if too many are waiting, or answering fails through no fault of the request.
        """
        kind = message.get("request")
        name = BESIDE.get(kind, "") if isinstance(kind, str) else ""
        line = self.lines[self._run(message), name]
        if line.length >= WAITING:
            must, remedy = f"at most {WAITING} requests of a run must be waiting", "Wait for the others"
            raise Refusal(HTTPStatus.SERVICE_UNAVAILABLE, must, "one more", remedy)
        line.length += 1
        try:
            async with line.turn:
                if await is_gone():
                    must = "the client must wait for the answer"
                    raise Refusal(HTTPStatus.BAD_REQUEST, must, "a closed connection", "Send it again")
                return await self._answer(message, self.free[name])
        finally:
            line.length -= 1

    def _run(self, message: Mapping[str, Any]) -> str:
        """Name the run of a request; unknown runs share one line, so that lines stay few."""
        return next((run["id"] for run in self.source.runs if run["id"] == message.get("run")), "")

    async def _answer(self, message: Mapping[str, Any], free: asyncio.Semaphore) -> bytes:
        try:
            async with free:
                return await _on_a_thread(partial(self.source.answer, message))
        except MannscopeError:
            raise
        except asyncio.CancelledError as end:
            must, remedy = "the explorer must be running", "Start it again"
            raise Refusal(HTTPStatus.SERVICE_UNAVAILABLE, must, "its end", remedy) from end
        except Exception as problem:
            LOG.exception("a request could not be answered")
            raise Refusal(HTTPStatus.INTERNAL_SERVER_ERROR, **INTERNAL_ERROR) from problem


def is_answering() -> bool:
    """Whether a request is being answered, which nothing can stop."""
    return any(thread.name == WORKER for thread in threading.enumerate())


async def _on_a_thread(work: Callable[[], bytes]) -> bytes:
    """Do the work on a thread that the end of the process does not wait for."""
    done: Future[bytes] = Future()

    def run() -> None:
        done.set_running_or_notify_cancel()
        try:
            done.set_result(work())
        except BaseException as problem:  # whatever it is, a client waits for it
            done.set_exception(problem)

    threading.Thread(target=run, name=WORKER, daemon=True).start()
    return await asyncio.wrap_future(done)
