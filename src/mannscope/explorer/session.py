"""A session: runs that are looked at, and the answers to what a page asks about them."""

from collections.abc import Iterable, Sequence
from threading import RLock
from typing import Any, NamedTuple

from mannscope.errors import MannscopeError, UnknownNameError
from mannscope.explorer.asks import EpisodeAsk, OpenAsk, ProjectAsk, RunAsk, VerifyAsk, read_ask
from mannscope.explorer.episode_view import episode_pack
from mannscope.explorer.rerun import require_below, rerun
from mannscope.explorer.run import Run
from mannscope.explorer.run_view import projection_pack, run_pack
from mannscope.explorer.subjects import Protocol, Stamp, Subject, is_live, name_of, open_run, stamp
from mannscope.explorer.verdicts import verified
from mannscope.training import Network


class _Opened(NamedTuple):
    run: Run
    pack: bytes
    written: Stamp


class Session:
    """Answers what a page asks about runs, each of which is loaded and recorded when it is first asked for.

    It can be used by several threads: whatever runs a network waits for its turn.

    Args:
        subjects: Run folders, names of bundled networks, files of traces (`.nc`), networks, traces, or
            verifications with their network.
        episodes: Held-out episodes of each network, of the largest size trained on; a quarter as many are of
            twice that size.
        seed: Draws the episodes.
        verified: Episodes of each size on which hypotheses are verified.

    Raises:
        MannscopeError: if there is no subject, or a folder or file is not there.
    """

    def __init__(
        self, subjects: Sequence[Subject], *, episodes: int = 64, seed: int = 3, verified: int = 256
    ) -> None:
        if not subjects:
            raise MannscopeError(
                "there must be a run to look at", "none", "Pass a run folder or a bundled network"
            )
        if episodes < 2:
            must = "episodes must be at least 2, to hold half of them out"
            raise MannscopeError(must, str(episodes), "Pass episodes=64, for example")
        for subject in subjects:
            stamp(subject)
        self._protocol = Protocol(episodes, verified, seed)
        self._subjects = dict(zip(_distinct(map(name_of, subjects)), subjects, strict=True))
        self._opened: dict[str, _Opened] = {}
        self._lock = RLock()

    @property
    def runs(self) -> list[dict[str, str]]:
        """The runs, each with its id and its label."""
        return [{"id": name, "label": name} for name in self._subjects]

    @property
    def live(self) -> bool:
        """Whether new inputs can be run on any of them."""
        return any(map(is_live, self._subjects.values()))

    def answer(self, message: Any) -> bytes:
        """Answer one message, a mapping of plain values, with the bytes of a pack.

        Raises:
            MannscopeError: if the message is not one that a page sends, asks for what is not there, or is
                about a run whose files have changed.
        """
        ask = read_ask(message)
        if ask.run not in self._subjects:
            raise UnknownNameError("run", ask.run, self._subjects)
        match ask:
            case OpenAsk():
                return self._open(ask.run, again=True).pack
            case EpisodeAsk():
                return self._episode(ask)
            case RunAsk():
                return self._run(ask, message.get("edits", []))
            case VerifyAsk():
                return self._verify(ask)
            case ProjectAsk():
                return projection_pack(self._open(ask.run).run, ask.site, ask.method).to_bytes()

    def _open(self, name: str, *, again: bool = False) -> _Opened:
        """Give a run as it was opened; one whose files have changed is opened anew, if that is allowed."""
        opened = self._opened.get(name)
        if opened is not None and self._unchanged(name, opened):
            return opened
        if opened is not None and not again:
            raise MannscopeError(
                "the run must be as it was when it was opened",
                f"{name}, which was removed or written anew",
                "Reload the page",
            )
        with self._lock:
            if (meanwhile := self._opened.get(name)) is not opened and meanwhile is not None:
                return meanwhile
            self._opened.pop(name, None)
            subject = self._subjects[name]
            written = stamp(subject)
            return self._keep(open_run(name, subject, self._protocol), written)

    def _unchanged(self, name: str, opened: _Opened) -> bool:
        try:
            return stamp(self._subjects[name]) == opened.written
        except MannscopeError:
            return False

    def _keep(self, run: Run, written: Stamp) -> _Opened:
        self._opened[run.name] = _Opened(run, run_pack(run).to_bytes(), written)
        return self._opened[run.name]

    def _episode(self, ask: EpisodeAsk) -> bytes:
        run = self._open(ask.run).run
        require_below(run.episodes, ask.episode, "episode")
        group, row = run.find(ask.episode)
        told = {"run": run.name, "episode": ask.episode, "text": group.texts[row], "edits": []}
        return episode_pack(group.trace, row, told).to_bytes()

    def _run(self, ask: RunAsk, edits: Sequence[Any]) -> bytes:
        run = self._open(ask.run).run
        network = _network(run)
        with self._lock:
            trace, text = rerun(run, network, ask)
        told = {"run": run.name, "episode": ask.episode, "text": text, "edits": list(edits)}
        return episode_pack(trace, 0, told).to_bytes()

    def _verify(self, ask: VerifyAsk) -> bytes:
        with self._lock:
            opened = self._open(ask.run)
            network = _network(opened.run)
            run = verified(opened.run, network, self._protocol.verified)
            return opened.pack if run is opened.run else self._keep(run, opened.written).pack


def _network(run: Run) -> Network:
    if run.network is None:
        raise MannscopeError(
            "the run must have a network, so that it can be run",
            f"{run.name}, which is a trace alone",
            "Pass the run's folder instead of its trace",
        )
    return run.network


def _distinct(names: Iterable[str]) -> list[str]:
    """Tell subjects of one name apart by a number."""
    found: list[str] = []
    for name in names:
        given, number = name, 1
        while given in found:
            number += 1
            given = f"{name} ({number})"
        found.append(given)
    return found
