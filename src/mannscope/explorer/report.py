"""The report: the page in one file, with as many episodes as its size allows."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple

from mannscope.errors import MannscopeError
from mannscope.explorer.answering import Answering, listed
from mannscope.explorer.pack import Pack
from mannscope.explorer.page import enclosed, standalone
from mannscope.explorer.sampling import by_importance, keep, numbered
from mannscope.files import atomic

LIMIT = 5_000_000
"""Bytes of a report."""
SLACK = 64
"""Bytes by which the text of a pack may grow when its episode is numbered anew, and the end of its line."""

Log = Callable[[str], None]


class Kept(NamedTuple):
    """How many episodes of a run are in a file."""

    run: str
    kept: int
    of: int


class Report(NamedTuple):
    """A page that holds everything it shows, and what that is."""

    page: str
    runs: tuple[Kept, ...]

    @property
    def size(self) -> int:
        """Bytes of the page."""
        return len(self.page.encode("utf-8"))


def write_report(
    session: Answering, path: str | Path, limit: int = LIMIT, *, verified: bool = True, log: Log | None = None
) -> Report:
    """Write runs, their episodes and verdicts to one HTML file, whole or not at all.

    Args:
        session: What is shown.
        path: The file.
        limit: Bytes that it may have; if all episodes take more, a sample is kept, and the page says so.
        verified: Verify hypotheses and measure accuracy, where there is a network.
        log: Told what is being done.

    Raises:
        MannscopeError: if not even one episode of each run fits, or the page has not been built.
    """
    report = make_report(session, "report", limit, verified=verified, log=log)
    with atomic(Path(path)) as partial:
        partial.write_text(report.page, encoding="utf-8", newline="\n")
    return report


def make_report(
    session: Answering, home: str, limit: int, *, verified: bool = False, log: Log | None = None
) -> Report:
    """Make the page for one of its homes, `report` or `notebook`; otherwise as `write_report`."""
    say = log or (lambda message: None)
    runs = listed(session)
    title = ", ".join(run["label"] for run in runs)
    empty = len(standalone(home, runs, [], title).encode("utf-8"))
    gathered = [_gather(session, run["run"], limit - empty, verified, say) for run in runs]
    reason = f"to stay within {limit / 1e6:g} MB"
    counts = _share(gathered, limit, empty, reason)
    packs = [text for one in gathered for text in one.texts(counts[one.run], reason)]
    kept = tuple(Kept(one.run, counts[one.run], one.of) for one in gathered)
    return Report(standalone(home, runs, packs, title), kept)


@dataclass(frozen=True)
class _Gathered:
    """The pack of a run, and its episodes in the order in which they are kept, as many as could fit."""

    run: str
    pack: Pack
    order: Sequence[int]
    episodes: Sequence[Pack]
    sizes: Sequence[int]
    """Bytes of the first episode, of the first two, and so on."""

    @property
    def of(self) -> int:
        return len(self.pack.view["episodes"])

    def size(self, count: int, reason: str) -> int:
        return len(self._text(sorted(self.order[:count]), reason)) + SLACK + self.sizes[count - 1]

    def most(self, room: int, reason: str) -> int:
        """Count the episodes that fit, at least one."""
        counts = range(1, len(self.episodes) + 1)
        return max(1, bisect_right(counts, room, key=lambda count: self.size(count, reason)))

    def texts(self, count: int, reason: str) -> list[str]:
        """Write the pack of the run and those of the episodes that are kept, by their new numbers."""
        kept = sorted(self.order[:count])
        packs = dict(zip(self.order, self.episodes, strict=False))
        return [self._text(kept, reason)] + [
            enclosed(f"episode/{self.run}/{new}", numbered(packs[old], new).to_bytes())
            for new, old in enumerate(kept)
        ]

    def _text(self, kept: Sequence[int], reason: str) -> str:
        return enclosed(f"run/{self.run}", keep(self.pack, kept, reason).to_bytes())


def _gather(session: Answering, run: str, room: int, verified: bool, say: Log) -> _Gathered:
    """Ask for a run and for its episodes, until they fill the room."""
    say(f"{run}: opening")
    pack = _ask(session, ask="open", run=run)
    if verified and pack.view["live"]:
        say(f"{run}: verifying hypotheses, and measuring accuracy")
        pack = _ask(session, ask="verify", run=run)
    order = by_importance(pack.view["episodes"])
    episodes: list[Pack] = []
    sizes: list[int] = []
    for episode in order:
        if episodes and sum(sizes) > room:
            break
        episodes.append(_ask(session, ask="episode", run=run, episode=episode))
        sizes.append(len(enclosed(f"episode/{run}/{episode}", episodes[-1].to_bytes())) + SLACK)
    if len(order) == 0:
        raise MannscopeError("a run must have episodes to show", f"{run} with none", "Record some")
    return _Gathered(run, pack, order, episodes, list(accumulate(sizes)))


def _ask(session: Answering, **ask: Any) -> Pack:
    return Pack.from_bytes(session.answer(ask))


def _share(gathered: Sequence[_Gathered], limit: int, empty: int, reason: str) -> dict[str, int]:
    """Give every run one episode, and then an equal share of the room; what one leaves goes to the others."""
    least = {one.run: one.size(1, reason) for one in gathered}
    room = limit - empty - sum(least.values())
    if room < 0:
        must = "the limit must leave room for one episode of every run"
        needed = (limit - room) // 1000 * 1000 + 2000
        raise MannscopeError(must, f"{limit} bytes", f"Allow {needed} bytes or more, or pass fewer runs")
    counts = {}
    smallest_first = sorted(gathered, key=lambda one: one.sizes[-1])
    for place, one in enumerate(smallest_first):
        share = room // (len(smallest_first) - place)
        counts[one.run] = one.most(least[one.run] + share, reason)
        room -= one.size(counts[one.run], reason) - least[one.run]
    return counts
