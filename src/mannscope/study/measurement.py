"""What is measured of one network of the study: accuracy, a trace, verdicts, and where it first fails."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import equinox as eqx
import jax
import numpy as np
import xarray as xr

from mannscope.analyses import mine
from mannscope.figures import save
from mannscope.hypotheses import derived, mined, verify
from mannscope.hypotheses.verification import CONTROLS
from mannscope.models import replay
from mannscope.pools import ProgressLog
from mannscope.study.first_failures import find_failures, usual_trace
from mannscope.study.network_result import FIGURES, TRACE, Example, Picture, Protocol
from mannscope.study.pictures import draw_all, exact_episodes, readable_episode
from mannscope.traces import save as save_trace
from mannscope.training import Evaluation, Network, evaluate
from mannscope.training.subject import sizes_of

SOLVED = 0.98
"""Exact accuracy from which a network is taken to solve a size."""
RECORD_SEED = 3
"""Draws the episodes of the trace; evaluation and verification use others."""


@dataclass(frozen=True)
class Measurement:
    """One network, and everything that is measured of it, each when it is first needed."""

    network: Network
    protocol: Protocol
    progress: ProgressLog

    @property
    def acts(self) -> bool:
        """Whether anything acts on a memory."""
        return bool(self.network.anatomy.actors)

    @property
    def weights(self) -> int:
        """Number of weights."""
        arrays = jax.tree.leaves(eqx.filter(self.network.model, eqx.is_array))
        return int(sum(np.size(leaf) for leaf in arrays))

    @property
    def headline_shape(self) -> str:
        """The shape that headlines are about: the first one trained on."""
        return (self.network.configuration.training.shapes or self.network.task.shapes)[0]

    @cached_property
    def evaluations(self) -> tuple[Evaluation, ...]:
        """Accuracy at every size and shape."""
        rows = []
        shapes = dict.fromkeys([self.headline_shape, *self.network.task.shapes])
        count = max(1, self.protocol.evaluated // len(shapes))
        with self.progress.timed("evaluating"):
            for shape in shapes:
                before = 0
                for size in sizes_of(self.network, self.protocol.times):
                    rows += evaluate(self.network, [size], [shape], episodes=count, above=before)
                    before = size
        return tuple(rows)

    @cached_property
    def trace(self) -> xr.Dataset:
        """Episodes of the largest size trained on."""
        with self.progress.timed("recording"):
            size, shape = self.network.trained_size, self.headline_shape
            return self.network.record(self.network.sample(RECORD_SEED, self.protocol.recorded, size, shape))

    @cached_property
    def replay(self) -> float:
        """Largest difference of the replayed trace from the recorded one."""
        with self.progress.timed("replaying"):
            return replay(self.network.model.memory, self.trace)

    @property
    def mined(self) -> dict[str, Any] | None:
        """The policy read off the trace; None where nothing acts."""
        return mine(self.trace).to_dict() if self.acts else None

    @property
    def example(self) -> Example:
        """The episode that is shown."""
        trace, task = self.trace, self.network.task
        episode = readable_episode(trace)
        one = trace.isel(episode=episode)
        answer, target = (
            tuple(task.outputs[index] for index in one[name].values[one["answer"].values])
            for name in ("output", "target")
        )
        right = int(exact_episodes(trace).sum())
        return Example(episode, task.text(one["input"].values), answer, target, right, trace.sizes["episode"])

    def draw(self, folder: Path) -> tuple[Picture, ...]:
        """Save the trace, and the pictures that are drawn of it."""
        pictures = []
        with self.progress.timed("saving the trace"):
            save_trace(self.trace, folder / TRACE)
        with self.progress.timed("drawing"):
            for drawn in draw_all(self.trace, self.evaluations, self.network.trained_size):
                path = save(drawn.axes, folder / FIGURES / f"{drawn.name}.svg")
                pictures.append(drawn.saved_as(path.name))
        return tuple(pictures)

    def verify(self) -> dict[str, Any]:
        """Verify the hypotheses stated beforehand, and the one mined from other episodes."""
        if not self.acts:
            nothing: dict[str, Any] = {"holds": False, "hypotheses": []}
            return {"hypotheses": [], **dict.fromkeys(CONTROLS, nothing), "controls_failed": False}
        with self.progress.timed("verifying"):
            network, episodes = self.network, self.protocol.episodes
            claims = [*derived(network), mined(network, episodes=episodes)]
            return verify(network, claims, episodes=episodes).to_dict()

    def find_failures(self) -> dict[str, Any] | None:
        """Find the first errors at the smallest size that the network fails at, in its worst shape.

        None if it fails nowhere, or has no memory.
        """
        failing: Sequence[Evaluation] = [row for row in self.evaluations if row.exact < SOLVED]
        if not failing or not self.acts:
            return None
        size = min(row.size for row in failing)
        above = max((row.size for row in self.evaluations if row.size < size), default=0)
        worst = min((row for row in failing if row.size == size), key=lambda row: row.exact)
        with self.progress.timed(f"finding first errors at size {size}, {worst.shape}"):
            usual = usual_trace(self.network, self.protocol.episodes)
            found = find_failures(
                self.network, size, worst.shape, usual, episodes=self.protocol.episodes, above=above
            )
        return {
            name: found[name]
            for name in ("size", "shape", "episodes", "wrong", "causes", "by_depth", "exact_noisy")
        }
