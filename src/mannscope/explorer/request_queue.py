"""Asks of many at once: answered on threads, for each run one at a time, with few waiting."""

import asyncio
import threading
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Future
from functools import partial
from http import HTTPStatus
from typing import Any

from mannscope.errors import MannscopeError
from mannscope.explorer.answering import BROKEN, LOG, Answering
from mannscope.explorer.refusal import Refusal

WAITING = 16
"""Asks of one run at a time, the one that is being answered and those that wait for it."""
THREADS = 4
"""Runs that are worked on at a time."""
WORKER = "mannscope ask"
"""Name of the threads."""


class _Line:
    """Those who wait for one run."""

    def __init__(self) -> None:
        self.length = 0
        self.turn = asyncio.Lock()


class Desk:
    """Answers asks, so that neither a slow nor a broken one is in the way of those for other runs."""

    def __init__(self, session: Answering) -> None:
        self.session = session
        self.free = asyncio.Semaphore(THREADS)
        self.lines: defaultdict[str, _Line] = defaultdict(_Line)

    async def answer(self, message: Mapping[str, Any], is_gone: Callable[[], Awaitable[bool]]) -> bytes:
        """Answer one ask when its turn has come.

        Args:
            message: The ask.
            is_gone: Tells whether nobody waits for the answer any more.

        Raises:
            MannscopeError: if the ask is wrong.
            Refusal: if too many are waiting, or the answer fails for no fault of the ask.
        """
        line = self.lines[self._run(message)]
        if line.length >= WAITING:
            must, remedy = f"at most {WAITING} asks of a run must be waiting", "Wait for the others"
            raise Refusal(HTTPStatus.SERVICE_UNAVAILABLE, must, "one more", remedy)
        line.length += 1
        try:
            async with line.turn:
                if await is_gone():
                    raise Refusal(HTTPStatus.BAD_REQUEST, "whoever asks must wait", "nobody", "Ask again")
                return await self._answer(message)
        finally:
            line.length -= 1

    def _run(self, message: Mapping[str, Any]) -> str:
        """Name the run of an ask; whatever is no run shares one line, so that lines stay few."""
        return next((run["id"] for run in self.session.runs if run["id"] == message.get("run")), "")

    async def _answer(self, message: Mapping[str, Any]) -> bytes:
        try:
            async with self.free:
                return await _on_a_thread(partial(self.session.answer, message))
        except MannscopeError:
            raise
        except asyncio.CancelledError as end:
            must, remedy = "the explorer must be running", "Start it again"
            raise Refusal(HTTPStatus.SERVICE_UNAVAILABLE, must, "its end", remedy) from end
        except Exception as problem:
            LOG.exception("an ask could not be answered")
            raise Refusal(HTTPStatus.INTERNAL_SERVER_ERROR, **BROKEN) from problem


def at_work() -> bool:
    """Tell whether an ask is being answered, which nothing can stop."""
    return any(thread.name == WORKER for thread in threading.enumerate())


async def _on_a_thread(work: Callable[[], bytes]) -> bytes:
    """Do the work on a thread that the end of the process does not wait for."""
    done: Future[bytes] = Future()

    def run() -> None:
        done.set_running_or_notify_cancel()
        try:
            done.set_result(work())
        except BaseException as problem:  # whatever it is, somebody waits for it
            done.set_exception(problem)

    threading.Thread(target=run, name=WORKER, daemon=True).start()
    return await asyncio.wrap_future(done)
