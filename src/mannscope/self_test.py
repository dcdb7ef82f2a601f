"""The self-test: every verdict on every planted network, against the known truth."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from mannscope.analyses import plain, wilson_interval
from mannscope.errors import require_positive
from mannscope.hypotheses import Experiment, derived, judge, mined, shuffle
from mannscope.planted import PLANTED, TRUTHS, plant
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
    """Piece of evidence -> networks on which it did not pass."""


@dataclass(frozen=True)
class SelfTest:
    """How often verdicts were right about networks whose strategy is known."""

    networks: int
    episodes: int
    seed: int
    matrix: tuple[Cell, ...]

    def rate(self, *, true: bool) -> tuple[float, tuple[float, float], int]:
        """Return the share of verdicts that hold, of the true or of the false hypotheses.

        With its 95% interval (Wilson), and the number of verdicts.
        """
        cells = [cell for cell in self.matrix if cell.true == true]
        held, verdicts = (sum(getattr(cell, name) for cell in cells) for name in ("held", "networks"))
        return held / verdicts, wilson_interval(held, verdicts), verdicts

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        rates = {}
        for name, true in (("true_positive", True), ("false_positive", False)):
            rate, interval, verdicts = self.rate(true=true)
            rates |= {name: rate, f"{name}_interval": interval, f"{name}_verdicts": verdicts}
        counts = {name: getattr(self, name) for name in ("networks", "episodes", "seed")}
        return plain({**counts, **rates, "matrix": self.matrix})


def run_self_test(
    bases: int = 10,
    episodes: int = 128,
    kinds: Sequence[str] = tuple(PLANTED),
    *,
    seed: int = 0,
    workers: int = 1,
    log: Log = print,
) -> SelfTest:
    """Judge every hypothesis that comes with the package, and the mined one, on planted networks.

    Args:
        bases: Networks of each kind, each with random codes of its own; two of three with noise.
        episodes: Held-out episodes of each size.
        kinds: Kinds of planted networks.
        seed: The bases are those from the one after it on.
        workers: Processes, a kind each.
        log: Called with a line about every network.

    Raises:
        UnknownNameError: if there is no such kind.
        MannscopeError: if a number is not positive.
    """
    require_positive("the self-test", bases=bases, episodes=episodes, workers=workers)
    for kind in kinds:
        find("planted network", kind, PLANTED)
    with TemporaryDirectory() as folder, open_pool("local", workers, Path(folder), {}) as pool:
        job = partial(examine, log=log if workers == 1 else _quiet)
        chosen = range(seed + 1, seed + 1 + bases)
        jobs = [pool.submit(job, kind, chosen, episodes) for kind in kinds]
        found: dict[str, list[Cell]] = {}
        for job in as_done(jobs):
            cells = job.result()
            found[cells[0].kind] = cells
            log(f"{cells[0].kind}: {len(found)} of {len(kinds)} kinds judged")
    return SelfTest(bases * len(kinds), episodes, seed, tuple(cell for kind in kinds for cell in found[kind]))


def examine(kind: str, bases: Sequence[int], episodes: int, *, log: Log) -> list[Cell]:
    """Judge every hypothesis on networks of one kind."""
    verdicts: dict[str, list[list[str]]] = {}
    for place, basis in enumerate(bases, start=1):
        for name, failed in _verdicts(kind, basis, episodes):
            verdicts.setdefault(name, []).append(failed)
        log(f"{kind}: network {place} of {len(bases)} judged")
    return [
        Cell(
            kind,
            name,
            name in TRUTHS[kind],
            len(all_failed),
            sum(not failed for failed in all_failed),
            dict(Counter(piece for failed in all_failed for piece in failed)),
        )
        for name, all_failed in verdicts.items()
    ]


def _verdicts(kind: str, basis: int, episodes: int) -> Iterator[tuple[str, list[str]]]:
    """Yield each hypothesis with the pieces of evidence that did not pass for one network."""
    network = plant(kind, basis, NOISE[basis % len(NOISE)])
    experiment = Experiment(network, episodes, seed=basis)
    stated = derived(network)
    claims = [(claim.name, claim) for claim in stated]
    claims.append(("mined", mined(network, episodes=episodes, seed=10_000 + basis)))
    claims.extend((SHUFFLED, shuffle(claim, basis)) for claim in stated if not claim.algorithm)
    for name, claim in claims:
        verdict = judge(experiment, claim)
        failed = [piece.kind for piece in verdict.evidence if not piece.passed]
        yield name, list(dict.fromkeys(failed))


def _quiet(message: str) -> None:
    """Write nothing; worker processes share no log."""


def matrix_table(found: dict[str, Any]) -> str:
    """Write the confusion matrix, as `SelfTest.to_dict` gives it, for a page of Markdown."""
    lines = [
        "| kind | hypothesis | true | held | evidence that failed, by networks |",
        "|---|---|---|---|---|",
    ]
    for cell in found["matrix"]:
        failed = ", ".join(f"{piece} {count}" for piece, count in cell["failed"].items())
        true = "yes" if cell["true"] else "no"
        held = f"{cell['held']} of {cell['networks']}"
        lines.append(f"| {cell['kind']} | {cell['hypothesis']} | {true} | {held} | {failed} |")
    return "\n".join([*rate_lines(found), "", *lines])


def rate_lines(found: dict[str, Any]) -> list[str]:
    """Write the two rates with their intervals."""
    return [
        f"{description}: {found[name]:.3f} of {found[f'{name}_verdicts']} verdicts, 95% interval "
        f"{found[f'{name}_interval'][0]:.3f} to {found[f'{name}_interval'][1]:.3f}."
        for name, description in (
            ("true_positive", "True hypotheses that hold"),
            ("false_positive", "False hypotheses that hold"),
        )
    ]
