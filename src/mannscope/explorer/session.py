"""A session: the runs that are explored, and the answers to the requests of a page about them."""

from collections.abc import Callable, Sequence
from functools import partial
from threading import Lock, RLock
from typing import Any, NamedTuple

from mannscope.errors import MannscopeError, UnknownNameError
from mannscope.explorer.episode_payload import episode_payload
from mannscope.explorer.payload import distinct, progress
from mannscope.explorer.requests import (
    CancelRequest,
    EpisodeRequest,
    ExtractRequest,
    OpenRequest,
    OutlineRequest,
    ProgressRequest,
    ProjectRequest,
    RunRequest,
    VerifyRequest,
    read_request,
)
from mannscope.explorer.rerun import require_below, rerun
from mannscope.explorer.run import Run
from mannscope.explorer.run_payload import projection_payload, run_payload
from mannscope.explorer.subjects import (
    Explorable,
    FileState,
    Protocol,
    file_state,
    is_live,
    name_of,
    open_run,
)
from mannscope.explorer.verdicts import extracted, verified
from mannscope.explorer.watched import Work
from mannscope.training.subject import Subject

LIMIT = 600.0
"""Seconds that a verification may take while somebody waits in the page."""


class _Opened(NamedTuple):
    run: Run
    outline: bytes
    written: FileState


class Session:
    """Answers requests about runs, each of which is loaded and recorded when it is first requested.

    It can be used by several threads: one at a time runs inputs, and beside it one at a time verifies.

    Args:
        subjects: Run folders, names of bundled networks, files of traces (`.nc`), networks, traces, or
            verifications with their network.
        episodes: Held-out episodes of each network, of the largest size trained on; a quarter as many are of
            twice that size.
        seed: Draws the episodes.
        verified: Episodes of each size on which hypotheses are verified.
        limit: Seconds that a verification may take; None for no limit.

    Raises:
        MannscopeError: if there is no subject, or a folder or file is not there.
    """

    def __init__(
        self,
        subjects: Sequence[Explorable],
        *,
        episodes: int = 64,
        seed: int = 3,
        verified: int = 320,
        limit: float | None = LIMIT,
    ) -> None:
        if not subjects:
            raise MannscopeError(
                "there must be a run to explore", "none", "Pass a run folder or a bundled network"
            )
        if episodes < 2:
            must = "episodes must be at least 2, to hold half of them out"
            raise MannscopeError(must, str(episodes), "Pass episodes=64, for example")
        for subject in subjects:
            file_state(subject)
        self._protocol = Protocol(episodes, verified, seed)
        self._subjects = dict(zip(distinct(map(name_of, subjects)), subjects, strict=True))
        self._opened: dict[str, _Opened] = {}
        self._lock, self._verifying, self._projecting = RLock(), Lock(), Lock()
        self._limit = limit
        self._works: dict[str, Work] = {}
        self._openings: dict[str, Work] = {}
        self._payloads: dict[str, tuple[_Opened, bytes]] = {}

    @property
    def runs(self) -> list[dict[str, str]]:
        """The runs, each with its id and its label."""
        return [{"id": name, "label": name} for name in self._subjects]

    @property
    def live(self) -> bool:
        """Whether new inputs can be run on any of them."""
        return any(map(is_live, self._subjects.values()))

    def answer(self, message: Any) -> bytes:
        """Answer one message, a mapping of plain values, with the bytes of a payload.

        Raises:
            MannscopeError: if the message is not a valid request, or for what is not there, or about
                a run whose files have changed.
        """
        request = read_request(message)
        if request.run not in self._subjects:
            raise UnknownNameError("run", request.run, self._subjects)
        match request:
            case OutlineRequest():
                return self._outline(self._open(request.run, again=True))
            case OpenRequest():
                return self._payload(self._open(request.run, again=True))
            case EpisodeRequest():
                return self._episode(request)
            case RunRequest():
                return self._run(request, message.get("edits", []))
            case VerifyRequest():
                return self._change(request.run, partial(verified, episodes=self._protocol.verified))
            case ExtractRequest():
                return self._change(request.run, extracted)
            case ProgressRequest():
                return self._progress(request.run)
            case CancelRequest():
                if (work := self._works.get(request.run)) is not None:
                    work.cancel()
                return self._progress(request.run)
            case ProjectRequest():
                return projection_payload(
                    self._open(request.run).run, request.site, request.method
                ).to_bytes()

    def _open(self, name: str, *, again: bool = False) -> _Opened:
        """Give a run as it was opened; one whose files have changed is opened again, if that is allowed."""
        opened = self._opened.get(name)
        if opened is not None and self._unchanged(name, opened):
            return opened
        if opened is not None and not again:
            raise _changed(name)
        with self._lock:
            if (meanwhile := self._opened.get(name)) is not opened and meanwhile is not None:
                return meanwhile
            self._opened.pop(name, None)
            subject = self._subjects[name]
            written = file_state(subject)
            self._openings[name] = work = Work(None)
            try:
                return self._keep(open_run(name, subject, self._protocol, work.say), written)
            finally:
                del self._openings[name]

    def _unchanged(self, name: str, opened: _Opened) -> bool:
        try:
            return file_state(self._subjects[name]) == opened.written
        except MannscopeError:
            return False

    def _keep(self, run: Run, written: FileState) -> _Opened:
        outline = run_payload(run, projected=False).to_bytes()
        self._opened[run.name] = _Opened(run, outline, written)
        return self._opened[run.name]

    def _outline(self, opened: _Opened) -> bytes:
        """Give a run with its projections if they have been made, and without them otherwise."""
        known, payload = self._payloads.get(opened.run.name, (None, b""))
        return payload if known is opened else opened.outline

    def _payload(self, opened: _Opened) -> bytes:
        """Give a run with its projections, which are made once, and not while other requests wait."""
        with self._projecting:
            known, payload = self._payloads.get(opened.run.name, (None, b""))
            if known is not opened:
                payload = run_payload(opened.run).to_bytes()
                self._payloads[opened.run.name] = opened, payload
            return payload

    def _episode(self, request: EpisodeRequest) -> bytes:
        run = self._open(request.run).run
        require_below(run.episodes, request.episode, "episode")
        group, row = run.find(request.episode)
        description = {"run": run.name, "episode": request.episode, "text": group.texts[row], "edits": []}
        return episode_payload(group.trace, row, description).to_bytes()

    def _run(self, request: RunRequest, edits: Sequence[Any]) -> bytes:
        run = self._open(request.run).run
        network = _network(run)
        with self._lock:
            trace, text = rerun(run, network, request)
        description = {"run": run.name, "episode": request.episode, "text": text, "edits": list(edits)}
        return episode_payload(trace, 0, description).to_bytes()

    def _change(self, name: str, change: Callable[..., Run]) -> bytes:
        """Find out something about a run that takes long, and give the run with it."""
        opened = self._open(name)
        network = _network(opened.run)
        self._works[name] = work = Work(self._limit)
        try:
            with self._verifying:  # and not what inputs wait for
                work.begin()
                opened = self._open(name)
                run = change(opened.run, network, work=work)
        finally:
            if self._works.get(name) is work:
                del self._works[name]
        with self._lock:
            if run is not opened.run:
                if self._opened.get(name) is not opened:
                    raise _changed(name)
                opened = self._keep(run, opened.written)
        return self._payload(opened)

    def _progress(self, run: str) -> bytes:
        work = self._works.get(run) or self._openings.get(run)
        return progress(run, None if work is None else work.to_dict())


def _changed(name: str) -> MannscopeError:
    must = "the run must be as it was when it was opened"
    return MannscopeError(must, f"{name}, which was removed or overwritten", "Reload the page")


def _network(run: Run) -> Subject:
    if run.network is None:
        raise MannscopeError(
            "the run must have a network, so that it can be run",
            f"{run.name}, which is a trace",
            "Pass the run's folder instead of its trace",
        )
    return run.network
