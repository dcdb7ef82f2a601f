"""One way to train for every task and memory: several candidates, and the first that generalises."""

import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from mannscope.files import atomic
from mannscope.locks import exclusive
from mannscope.training.asked import RECORD, begin, settle
from mannscope.training.candidates import MULTIPLES, Candidate, measure
from mannscope.training.configuration import Configuration
from mannscope.training.explained import explain_failure
from mannscope.training.loop import Report, train
from mannscope.training.network import Network
from mannscope.training.store import (
    CONFIGURATION,
    METRICS,
    STATE,
    WEIGHTS,
    is_complete,
    load,
    summarise,
    write_json,
)
from mannscope.training.templates import TEMPLATES, base_rate_loss, in_order

CANDIDATES = "candidates"
FIRST_STEPS = 2000
"""Steps that every candidate gets in the first round; twice as many in each round after it."""
PROMISING = 0.5
"""Share of the loss of the base rate under which a candidate goes on to its end."""
SEED_APART = 1000
"""Between the seeds of candidates trained the same way."""

Log = Callable[[str], None]


@dataclass(frozen=True, repr=False)
class Portfolio:
    """What was tried, and the network that was chosen."""

    network: Network
    base_rate_loss: float
    """In nats: the loss of answering by how frequent each output is."""
    candidates: tuple[Candidate, ...]
    chosen: int
    """Index of the candidate that the network is."""
    why: tuple[str, ...]
    """Why it stopped, and where nothing generalises, what is in the way and what to do."""

    @property
    def generalises(self) -> bool:
        """Whether the chosen network is exact beyond what it was trained on."""
        return self.candidates[self.chosen].generalises

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        return {
            "base_rate_loss": self.base_rate_loss,
            "generalises": self.generalises,
            "chosen": self.chosen,
            "candidates": [asdict(candidate) for candidate in self.candidates],
            "why": list(self.why),
        }

    def __str__(self) -> str:
        """Name each candidate, the chosen one first of all, and say why it stopped."""
        lines = [
            f"{'* ' if place == self.chosen else '  '}{candidate.line()}"
            for place, candidate in enumerate(self.candidates)
            if candidate.steps
        ]
        return "\n".join([*lines, *self.why])

    __repr__ = __str__


def train_portfolio(
    task: str | Mapping[str, Any],
    memory: str | Mapping[str, Any],
    folder: Path | str | None = None,
    *,
    seed: int = 0,
    data: Mapping[str, Any] | None = None,
    resume: bool = False,
    report: Report | None = None,
    log: Log | None = None,
) -> Portfolio:
    """Train a task and a memory in several ways, one after the other, until a network generalises.

    Every candidate gets `FIRST_STEPS`, and goes on to its end if its loss is by then under `PROMISING` of the
    base rate's. One that has ended is measured at `MULTIPLES` of the largest size it was trained on, in all
    shapes of the task; the first that is exact there is taken. Where none is, the half with the lower loss
    goes on with twice as many steps, and so forth (successive halving; Jamieson & Talwalkar 2016). The
    network with the highest exact accuracy is taken in the end, and what was in the way is said.

    Finite data have no sizes beyond those trained on: there, candidates are measured on half of the held-out
    rows.

    Args:
        task: A name, or a name with options.
        memory: A name, or a name with options.
        folder: Run directory: the network that was chosen, and the candidates in `candidates/`.
        seed: Of the first candidate; later ones of the same kind are `SEED_APART` from it.
        data: Options of `Training` on what is trained on: `smallest`, `largest`, `shapes` (all of the task's,
            unless given), `row`, `slots`.
        resume: Continue the portfolio in the folder, to the result it would have had.
        report: Called after every chunk of a candidate's training.
        log: Called with a line about every candidate.

    Raises:
        MannscopeError: if the folder holds another run, or a name or an option is unknown.
    """
    if folder is None:
        with TemporaryDirectory() as temporary:
            return train_portfolio(task, memory, temporary, seed=seed, data=data, report=report, log=log)
    folder, asked = Path(folder), settle(task, memory, seed, data or {})
    with exclusive(folder) as held:
        begin(folder, asked, resume=resume)
        race = _Race(folder, asked, report, log or (lambda line: None))
        chosen = race.run()
        network, why = race.network(chosen), race.why(chosen)
        found = Portfolio(network, race.base, tuple(race.candidates), chosen, why)
        held.require()
        _publish(folder, race.folder(chosen))
        write_json(folder / RECORD, {"asked": asked, **found.to_dict()})
    return found


class _Race:
    """Candidates, one training after the other; all that is decided is decided by their folders."""

    def __init__(
        self,
        folder: Path,
        asked: dict[str, Any],
        report: Report | None,
        log: Log,
    ) -> None:
        self.out, self.asked, self.report, self.log = folder, asked, report, log
        self.templates = in_order(TEMPLATES, asked["memory"])
        self.candidates = [
            Candidate(template.name, asked["seed"] + SEED_APART * self.templates[:place].count(template))
            for place, template in enumerate(self.templates)
        ]
        self.made: dict[int, Configuration] = {}
        self.base = base_rate_loss(self.configuration(0))

    def configuration(self, place: int) -> Configuration:
        """Make the configuration of a candidate, once it is its turn: its thresholds are measured."""
        if place not in self.made:
            task, memory, data = (self.asked[name] for name in ("task", "memory", "data"))
            seed = self.candidates[place].seed
            self.made[place] = self.templates[place].configure(task, memory, data, seed)
        return self.made[place]

    def folder(self, place: int) -> Path:
        """Give the run folder of a candidate."""
        words = re.findall(r"\w+", self.candidates[place].template)
        return self.out / CANDIDATES / "-".join([str(place + 1), *words])

    def network(self, place: int) -> Network:
        """Load a candidate's network under the name of the folder of all."""
        found = load(self.folder(place))
        return Network(str(self.out), found.configuration, found.task, found.model)

    def run(self) -> int:
        """Train until one generalises, or none is left; give the best."""
        left, allowed = list(range(len(self.candidates))), FIRST_STEPS
        while left:
            for place in left:
                self._go_on(place, allowed)
                if self.candidates[place].generalises:
                    return place
            left = [place for place in left if not self.candidates[place].ended]
            left = sorted(left, key=self._loss)[: -(-len(left) // 2)]
            allowed *= 2
        return max(
            range(len(self.candidates)), key=lambda place: (self.candidates[place].worst, -self._loss(place))
        )

    def _loss(self, place: int) -> float:
        loss = self.candidates[place].loss
        return float("inf") if loss is None else loss

    def _go_on(self, place: int, allowed: int) -> None:
        candidate, configuration = self.candidates[place], self.configuration(place)
        what = f"{place + 1} of {len(self.candidates)}: {candidate.template}, seed {candidate.seed}"
        if not candidate.steps:
            self.log(f"candidate {what}")
        self._train(place, min(allowed, configuration.training.steps))
        while not self.candidates[place].ended and self._loss(place) < PROMISING * self.base:
            self._train(place, configuration.training.steps)
        self.log(f"candidate {place + 1}: {self.candidates[place].line()}")

    def _train(self, place: int, until: int) -> None:
        """Train a candidate up to a step, and measure it once it has ended."""
        configuration, folder = self.configuration(place), self.folder(place)
        network = train(configuration, folder, resume=True, until=until, report=self.report)
        end, ended = summarise(folder), is_complete(folder)
        exact = measure(network) if ended else {}
        before = self.candidates[place]
        self.candidates[place] = Candidate(
            before.template, before.seed, end["steps"], end["loss"], exact, ended
        )

    def why(self, place: int) -> tuple[str, ...]:
        """Say why it stopped."""
        best = self.candidates[place]
        if best.generalises:
            beyond = (
                "on held-out rows"
                if self.configuration(place).make_task().finite
                else (f"at {' and '.join(map(str, MULTIPLES))} times the size trained on")
            )
            return (f"It stopped since the network is exact {beyond}.",)
        return explain_failure(self.network(place), self.base, best.loss, best.exact)


def _publish(folder: Path, chosen: Path) -> None:
    """Copy the files of the chosen network, the configuration last: with it, the folder is a run."""
    for name in (METRICS, STATE, WEIGHTS, CONFIGURATION):
        with atomic(folder / name) as partial:
            shutil.copyfile(chosen / name, partial)
