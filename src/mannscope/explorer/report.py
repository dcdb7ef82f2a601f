"""The report: the page in one file, with as many episodes as its size allows."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple

from mannscope.errors import MannscopeError
from mannscope.explorer.markup import embed, standalone
from mannscope.explorer.payload import Payload, PayloadSource, list_runs
from mannscope.explorer.sampling import by_importance, keep, renumber
from mannscope.files import atomic

LIMIT = 5_000_000
"""Bytes of a report."""
SLACK = 64
"""Bytes by which a payload may grow when its episode is renumbered, and the end of its line."""

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
    source: PayloadSource,
    path: str | Path,
    limit: int = LIMIT,
    *,
    verified: bool = True,
    log: Log | None = None,
) -> Report:
    """Write runs, their episodes and verdicts to one HTML file, whole or not at all.

    Args:
        source: What is shown.
        path: The file.
        limit: Bytes that it may have; if all episodes take more, a sample is kept, and the page says so.
        verified: Verify hypotheses and measure accuracy, where there is a network.
        log: Called with a line on what is being done.

    Raises:
        MannscopeError: if not even one episode of each run fits, or the page has not been built.
    """
    report = make_report(source, "report", limit, verified=verified, log=log)
    with atomic(Path(path)) as partial:
        partial.write_text(report.page, encoding="utf-8", newline="\n")
    return report


def make_report(
    source: PayloadSource, host: str, limit: int, *, verified: bool = False, log: Log | None = None
) -> Report:
    """Make the page for one of its hosts, `report` or `notebook`; otherwise as `write_report`."""
    say = log or (lambda message: None)
    runs = list_runs(source)
    title = ", ".join(run["label"] for run in runs)
    empty = len(standalone(host, runs, [], title).encode("utf-8"))
    gathered = [_gather(source, run["run"], limit - empty, verified, say) for run in runs]
    reason = f"to stay within {limit / 1e6:g} MB"
    counts = _share(gathered, limit, empty, reason)
    payloads = [text for one in gathered for text in one.texts(counts[one.run], reason)]
    kept = tuple(Kept(one.run, counts[one.run], one.of) for one in gathered)
    return Report(standalone(host, runs, payloads, title), kept)


@dataclass(frozen=True)
class _Gathered:
    """The payload of a run, and its episodes in the order in which they are kept, as many as could fit."""

    run: str
    payload: Payload
    order: Sequence[int]
    episodes: Sequence[Payload]
    sizes: Sequence[int]
    """Bytes of the first episode, of the first two, and so on."""

    @property
    def of(self) -> int:
        return len(self.payload.meta["episodes"])

    def size(self, count: int, reason: str) -> int:
        return len(self._text(sorted(self.order[:count]), reason)) + SLACK + self.sizes[count - 1]

    def most(self, room: int, reason: str) -> int:
        """Count the episodes that fit, at least one."""
        counts = range(1, len(self.episodes) + 1)
        return max(1, bisect_right(counts, room, key=lambda count: self.size(count, reason)))

    def texts(self, count: int, reason: str) -> list[str]:
        """Write the payloads of the run and of the episodes that are kept, renumbered."""
        kept = sorted(self.order[:count])
        payloads = dict(zip(self.order, self.episodes, strict=False))
        return [self._text(kept, reason)] + [
            embed(f"episode/{self.run}/{new}", renumber(payloads[old], new).to_bytes())
            for new, old in enumerate(kept)
        ]

    def _text(self, kept: Sequence[int], reason: str) -> str:
        return embed(f"run/{self.run}", keep(self.payload, kept, reason).to_bytes())


def _gather(source: PayloadSource, run: str, room: int, verified: bool, say: Log) -> _Gathered:
    """Request a run and its episodes, until they fill the room."""
    say(f"{run}: opening")
    payload = _request(source, request="open", run=run)
    if verified and payload.meta["live"]:
        say(f"{run}: verifying hypotheses, and measuring accuracy")
        payload = _request(source, request="verify", run=run)
    order = by_importance(payload.meta["episodes"])
    episodes: list[Payload] = []
    sizes: list[int] = []
    for episode in order:
        if episodes and sum(sizes) > room:
            break
        episodes.append(_request(source, request="episode", run=run, episode=episode))
        sizes.append(len(embed(f"episode/{run}/{episode}", episodes[-1].to_bytes())) + SLACK)
    if len(order) == 0:
        raise MannscopeError("a run must have episodes to show", f"{run} with none", "Record some")
    return _Gathered(run, payload, order, episodes, list(accumulate(sizes)))


def _request(source: PayloadSource, **request: Any) -> Payload:
    return Payload.from_bytes(source.answer(request))


def _share(gathered: Sequence[_Gathered], limit: int, empty: int, reason: str) -> dict[str, int]:
    """Give every run one episode, and then an equal share of the room; what it leaves goes to the others."""
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
