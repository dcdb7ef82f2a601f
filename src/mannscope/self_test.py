"""The self-test: every verdict on every planted network, against the known truth."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from mannscope.analyses import plain
from mannscope.errors import require_positive
from mannscope.hypotheses import Experiment, Outcome, Verdict, derived, mined, shuffle, stated
from mannscope.hypotheses.evidence import share_interval
from mannscope.hypotheses.verification import EPISODES, look
from mannscope.planted import STATED, TRAINED_TRUTHS, TRUTHS, plant
from mannscope.planted.trained import bundled_seeds, load_trained
from mannscope.pools import Log, as_done, open_pool
from mannscope.tables import find

NOISE = (0.0, 0.02, 0.04)
"""Noise on the weights of the bases, in turn; see `mannscope.planted.plant`."""
SHUFFLED = "shuffled categories"
"""The name under which shuffled claims are counted; none is true."""


@dataclass(frozen=True)
class Cell:
    """How often one hypothesis held for networks of one kind."""

    kind: str
    hypothesis: str
    true: bool
    """Whether it is true of this kind."""
    networks: int
    held: int
    failed: dict[str, int]
    """Piece of evidence -> networks on which it failed."""
    undecided: int = 0
    """Networks on which the verdict is undecided."""
    alone: dict[str, int] = field(default_factory=dict)
    """Piece of evidence -> networks on which it alone failed."""
    needed: dict[str, int] = field(default_factory=dict)
    """Piece of evidence -> networks on which the verdict would hold without it, and does not with it."""


@dataclass(frozen=True)
class SelfTest:
    """How often verdicts were right about networks whose strategy is known."""

    networks: int
    episodes: int
    seed: int
    matrix: tuple[Cell, ...]

    def rate(self, *, true: bool) -> tuple[float, tuple[float, float], int]:
        """Return the share of kinds whose true, or whose false, hypotheses hold.

        The networks of one kind are much alike, so that a kind counts once, by the share of its verdicts.
        With a 95% interval over kinds (Wilson), and the number of kinds.
        """
        shares = [
            sum(cell.held for cell in cells) / sum(cell.networks for cell in cells)
            for kind in dict.fromkeys(cell.kind for cell in self.matrix)
            if (cells := [cell for cell in self.matrix if cell.kind == kind and cell.true == true])
        ]
        if not shares:
            return 0.0, (0.0, 1.0), 0
        share, count = sum(shares) / len(shares), len(shares)
        return share, share_interval(share, count, 0.05), count

    def evidence(self) -> dict[str, dict[str, list[str]]]:
        """Give, for each piece of evidence, the kinds of which it refuses a false hypothesis alone.

        `alone` are kinds of which it is the only piece that failed; `needed` those of which the hypothesis
        would hold without it.
        """
        false = [cell for cell in self.matrix if not cell.true]
        pieces = dict.fromkeys(piece for cell in self.matrix for piece in cell.failed)
        return {
            piece: {
                name: list(dict.fromkeys(cell.kind for cell in false if piece in getattr(cell, name)))
                for name in ("alone", "needed")
            }
            for piece in pieces
        }

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        rates = {}
        for name, true in (("true_positive", True), ("false_positive", False)):
            rate, interval, kinds = self.rate(true=true)
            rates |= {name: rate, f"{name}_interval": interval, f"{name}_kinds": kinds}
        counts = {name: getattr(self, name) for name in ("networks", "episodes", "seed")}
        return plain({**counts, **rates, "evidence": self.evidence(), "matrix": self.matrix})


def run_self_test(
    bases: int = 3,
    episodes: int = EPISODES,
    kinds: Sequence[str] | None = None,
    *,
    seed: int = 0,
    workers: int = 1,
    log: Log = print,
) -> SelfTest:
    """Judge every hypothesis that comes with the package, and the mined one, on planted networks.

    Args:
        bases: Networks of each kind, each with random codes of its own; two of three with noise.
        episodes: Held-out episodes of each size.
        kinds: Kinds of planted networks; all unless given, and those trained towards an algorithm.
        seed: The bases are those from the one after it on.
        workers: Processes, a kind each.
        log: Called with a line about every network.

    Raises:
        UnknownNameError: if there is no such kind.
        MannscopeError: if a number is not positive.
    """
    require_positive("the self-test", bases=bases, episodes=episodes, workers=workers)
    known = {**TRUTHS, **{kind: true for kind, true in TRAINED_TRUTHS.items() if bundled_seeds(kind)}}
    kinds = tuple(known) if kinds is None else kinds
    for kind in kinds:
        find("planted network", kind, known)
    with TemporaryDirectory() as folder, open_pool("local", workers, Path(folder), {}) as pool:
        job = partial(examine, log=log if workers == 1 else _quiet)
        chosen = range(seed + 1, seed + 1 + bases)
        jobs = [pool.submit(job, kind, chosen, episodes) for kind in kinds]
        found: dict[str, list[Cell]] = {}
        for job in as_done(jobs):
            cells = job.result()
            found[cells[0].kind] = cells
            log(f"{cells[0].kind}: {len(found)} of {len(kinds)} kinds judged")
    networks = sum(found[kind][0].networks for kind in kinds)
    return SelfTest(networks, episodes, seed, tuple(cell for kind in kinds for cell in found[kind]))


def examine(kind: str, bases: Sequence[int], episodes: int, *, log: Log) -> list[Cell]:
    """Judge every hypothesis on networks of one kind."""
    verdicts: dict[str, list[Verdict]] = {}
    if kind in TRAINED_TRUTHS:
        bases = bundled_seeds(kind)[: len(bases)]
    for place, basis in enumerate(bases, start=1):
        for name, verdict in _verdicts(kind, basis, episodes):
            verdicts.setdefault(name, []).append(verdict)
        log(f"{kind}: network {place} of {len(bases)} judged")
    return [
        Cell(
            kind,
            name,
            name in (TRUTHS.get(kind) or TRAINED_TRUTHS.get(kind, ())),
            len(found),
            sum(verdict.holds for verdict in found),
            _counted(piece for verdict in found for piece in verdict.failed),
            sum(verdict.outcome is Outcome.UNDECIDED for verdict in found),
            _counted(verdict.failed[0] for verdict in found if len(verdict.failed) == 1),
            _counted(
                verdict.failed[0] for verdict in found if len(verdict.failed) == 1 and not verdict.undecided
            ),
        )
        for name, found in verdicts.items()
    ]


def _counted(pieces: Iterable[str]) -> dict[str, int]:
    return dict(Counter(pieces))


def _verdicts(kind: str, basis: int, episodes: int) -> Iterator[tuple[str, Verdict]]:
    """Yield each hypothesis with its verdict on one network, from as many looks as it takes."""
    trained = kind in TRAINED_TRUTHS
    network = load_trained(kind, basis) if trained else plant(kind, basis, NOISE[basis % len(NOISE)])
    derived_ones = derived(network)
    actors = [actor.name for actor in network.anatomy.actors]
    by_hand = [stated(dict(plain), actors) for plain in STATED.get(kind, ())]
    claims = [(claim.name, claim) for claim in (*derived_ones, *by_hand)]
    claims.append(("mined", mined(network, episodes=episodes, seed=10_000 + basis)))
    claims.extend((SHUFFLED, shuffle(claim, basis)) for claim in derived_ones if not claim.algorithm)
    experiment = Experiment(network, episodes, seed=basis)
    found = look(experiment, [claim for _, claim in claims], bare=True)
    yield from zip([name for name, _ in claims], found, strict=True)


def _quiet(message: str) -> None:
    """Write nothing; worker processes share no log."""


def matrix_table(found: dict[str, Any]) -> str:
    """Write the confusion matrix, as `SelfTest.to_dict` gives it, for a page of Markdown."""
    lines = [
        "| kind | hypothesis | true | held | undecided | evidence that failed, by networks |",
        "|---|---|---|---|---|---|",
    ]
    for cell in found["matrix"]:
        failed = ", ".join(f"{piece} {count}" for piece, count in cell["failed"].items())
        true = "yes" if cell["true"] else "no"
        held, open_ = f"{cell['held']} of {cell['networks']}", cell["undecided"] or ""
        lines.append(f"| {cell['kind']} | {cell['hypothesis']} | {true} | {held} | {open_} | {failed} |")
    return "\n".join([*rate_lines(found), "", *evidence_lines(found), "", *lines])


def evidence_lines(found: dict[str, Any]) -> list[str]:
    """Write what each piece of evidence is for: what would pass without it."""
    lines = [
        "| evidence | kinds of which a false hypothesis would hold without it | of which it alone failed |",
        "|---|---|---|",
    ]
    for piece, kinds in found["evidence"].items():
        needed, alone = (", ".join(kinds[name]) or "none" for name in ("needed", "alone"))
        lines.append(f"| {piece} | {needed} | {alone} |")
    return lines


def rate_lines(found: dict[str, Any]) -> list[str]:
    """Write the two rates with their intervals."""
    return [
        f"{description}: {found[name]:.3f} of {found[f'{name}_kinds']} kinds, 95% interval over kinds "
        f"{found[f'{name}_interval'][0]:.3f} to {found[f'{name}_interval'][1]:.3f}."
        for name, description in (
            ("true_positive", "True hypotheses that hold"),
            ("false_positive", "False hypotheses that hold"),
        )
    ]
