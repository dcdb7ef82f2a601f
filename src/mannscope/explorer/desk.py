"""Asks of many at once: answered on threads, for each run one at a time, with few waiting."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from functools import cached_property, partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from mannscope.errors import MannscopeError
from mannscope.explorer.answering import BROKEN, LOG, Answering
from mannscope.explorer.refusal import Refusal

if TYPE_CHECKING:
    from anyio import CapacityLimiter

WAITING = 16
"""Asks of one run at a time, the one that is being answered and those that wait for it."""
THREADS = 4
"""Runs that are worked on at a time."""


class _Line:
    """Those who wait for one run."""

    def __init__(self) -> None:
        self.length = 0
        self.turn = asyncio.Lock()


class Desk:
    """Answers asks, so that neither a slow nor a broken one is in the way of those for other runs."""

    def __init__(self, session: Answering) -> None:
        self.session = session
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
        from anyio import to_thread

        answer = partial(self.session.answer, message)
        try:
            return await to_thread.run_sync(answer, abandon_on_cancel=True, limiter=self._threads)
        except MannscopeError:
            raise
        except Exception as problem:
            LOG.exception("an ask could not be answered")
            raise Refusal(HTTPStatus.INTERNAL_SERVER_ERROR, **BROKEN) from problem

    @cached_property
    def _threads(self) -> "CapacityLimiter":
        from anyio import CapacityLimiter

        return CapacityLimiter(THREADS)
