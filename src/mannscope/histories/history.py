"""When was it learned? Policy, accuracy and reliance on each part, at every step that a run kept."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mannscope.analyses.results import brief, frame
from mannscope.errors import MannscopeError
from mannscope.histories.cue_conflict import swap_cues
from mannscope.histories.observation import Moment, Questions, observe
from mannscope.tasks import base_rate
from mannscope.training import Network, load_kept
from mannscope.training.subject import draw, sizes_of

if TYPE_CHECKING:
    import pandas as pd

MULTIPLES = (1, 2)
"""Sizes of the episodes, as multiples of the largest trained on."""
LEARNED = 0.95
"""What a share must reach, and not leave again, to count as learned."""
MEASURES = ("exact", "exact_discrete", "answers", "agreement", "cue_conflict")

Log = Callable[[str], None]


@dataclass(frozen=True, repr=False)
class History:
    """What a run's networks could do, from before its first step to after its last."""

    run: str
    sizes: tuple[int, ...]
    """Sizes of the episodes: the largest trained on, and twice that, or the largest that finite data have."""
    base_rate: tuple[float, ...]
    """Exact accuracy of the most frequent answer, by size."""
    moments: tuple[Moment, ...]
    """In the order of training."""
    untrained: Moment
    """The same of a network with other weights that were never trained: the control."""
    episodes: int
    seed: int

    def since(self, measure: str, size: int = 0) -> int | None:
        """Give the first kept step from which on a measure is never under `LEARNED`; None without one.

        Args:
            measure: One of `MEASURES`.
            size: The place of the size in `sizes`.
        """
        found = None
        for step, passes in reversed(self._passes(measure, size)):
            if not passes:
                break
            found = step
        return found

    def first(self, measure: str, size: int = 0) -> int | None:
        """Give the first kept step at which a measure is not under `LEARNED`, whatever comes later."""
        return next((step for step, passes in self._passes(measure, size) if passes), None)

    def _passes(self, measure: str, size: int) -> list[tuple[int, bool]]:
        values = [(moment.step, getattr(moment, measure)) for moment in self.moments]
        by_step = [(step, value[size] if isinstance(value, tuple) else value) for step, value in values]
        return [(step, value is not None and value >= LEARNED) for step, value in by_step]

    def line(self) -> str:
        """Say in one line since when policy and accuracy are there, at the largest size trained on."""
        named = {"policy": "agreement", "accuracy": "exact"}
        if self.moments[-1].agreement is None:
            named.pop("policy")
        return ", ".join(f"{name} {self._when(measure)}" for name, measure in named.items())

    def _when(self, measure: str) -> str:
        since, first = self.since(measure), self.first(measure)
        if since is None:
            return f"never {LEARNED:g}" if first is None else f"{LEARNED:g} at step {first}, and lost again"
        return f"by step {since}" + ("" if first == since else f" (first at step {first})")

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        places = range(len(self.sizes))
        return {
            "run": self.run,
            "sizes": list(self.sizes),
            "base_rate": list(self.base_rate),
            "episodes": self.episodes,
            "seed": self.seed,
            "learned": LEARNED,
            **{
                name: {
                    measure: of(measure) if measure == "cue_conflict" else [of(measure, i) for i in places]
                    for measure in MEASURES
                }
                for name, of in (("since", self.since), ("first", self.first))
            },
            "untrained": self.untrained.to_dict(),
            "moments": [moment.to_dict() for moment in self.moments],
        }

    def rows(self) -> list[dict[str, Any]]:
        """Give every kept step as a row of plain values."""
        return [self._row(moment) for moment in self.moments]

    def _row(self, moment: Moment) -> dict[str, Any]:
        row: dict[str, Any] = {"step": moment.step}
        for measure in MEASURES[:-1]:
            values: Sequence[float] | None = getattr(moment, measure)
            for place, size in enumerate(self.sizes):
                row[f"{measure} at {size}"] = None if values is None else values[place]
        lost: Mapping[str, float | None] = moment.lost
        return row | {"cue_conflict": moment.cue_conflict} | {f"lost: {kind}": lost[kind] for kind in lost}

    def table(self) -> "pd.DataFrame":
        """Give a row for each kept step."""
        return frame(self.rows())

    def __repr__(self) -> str:
        first, last = self.moments[0].step, self.moments[-1].step
        title = f"History of {self.run}: {len(self.moments)} networks, from step {first} to {last}"
        since = {
            measure.replace("_", " "): f"{LEARNED:g} from step {step} on"
            for measure in MEASURES
            if (step := self.since(measure)) is not None
        }
        return brief(title, {"learned": self.line()} | since)


def history(run: str | Path, *, episodes: int = 128, seed: int = 0, log: Log | None = None) -> History:
    """Find out when a run's network learned what it does.

    Every network that was kept is run on the same held-out episodes, and its actions are compared with those
    of the last one.

    Args:
        run: The run's folder; it was trained with `keep_every`.
        episodes: Held-out episodes of each size.
        seed: Draws them, and the swaps of symbols.
        log: Given a line on what is being done.

    Raises:
        MannscopeError: if there is no such run, or it kept no weights.
    """
    if episodes < 1:
        raise MannscopeError("episodes must be at least 1", str(episodes), "Pass more")
    networks = load_kept(run)
    final = networks[max(networks)]
    questions = _questions(final, episodes, seed)
    moments = []
    for step, network in networks.items():
        if log is not None:
            log(f"step {step} of {max(networks)}")
        moments.append(questions.ask(network, step))
    return History(
        str(run),
        sizes_of(final, MULTIPLES),
        tuple(float(base_rate(of)) for of in questions.episodes),
        tuple(moments),
        questions.ask(final.untrained_control(), 0),
        episodes,
        seed,
    )


def _questions(final: Network, count: int, seed: int) -> Questions:
    """Draw the episodes, run the final network on them, and swap symbols by what it does."""
    sizes = sizes_of(final, MULTIPLES)
    episodes = tuple(
        draw(final, 1_000 * seed + times, count, size, final.trained_shape, above=before)
        for times, size, before in zip(MULTIPLES, sizes, (0, *sizes), strict=False)
    )
    inputs = np.asarray(episodes[0].inputs)
    actions = tuple(np.asarray(run.actions) for run in observe(final, episodes, inputs).runs)
    return Questions(episodes, actions, swap_cues(final.task, inputs, actions[0], seed))
