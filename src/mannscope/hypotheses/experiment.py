"""An experiment: one network, fresh episodes of several sizes and shapes, and the runs that are shared."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import jax
import jax.numpy as jnp
import numpy as np
import xarray as xr
from jaxtyping import Bool, Float, Int

from mannscope.anatomy import NOT_APPLICABLE, Actor
from mannscope.arrays import PADDING
from mannscope.hypotheses.evidence import TASK
from mannscope.interventions import Discretise, Force, FreezeMemory, Replace, ZeroReading
from mannscope.models import BATCH, AbstractIntervention
from mannscope.tasks import base_rate
from mannscope.tasks.finite import cut
from mannscope.tasks.task import Episode
from mannscope.training.subject import Subject, draw, sizes_of

NEAR, FAR = (0.5, 1.0, 2.0), (5.0,)
"""Sizes at which evidence is taken, as multiples of the largest size trained on."""
QUICK = (1.0, 2.0)
Gathered = TypeVar("Gathered")


@dataclass(frozen=True)
class Band:
    """Episodes of several sizes and shapes, padded to one length so that one program runs them all."""

    network: Subject
    episodes: Episode
    size: Int[np.ndarray, " episode"]
    shape: Int[np.ndarray, " episode"]
    """Index into the task's shapes."""

    @property
    def inputs(self) -> Int[np.ndarray, "episode step"]:
        """The symbols."""
        return np.asarray(self.episodes.inputs)

    @property
    def answer(self) -> Bool[np.ndarray, "episode step"]:
        """The positions that must all be right."""
        return np.asarray(self.episodes.answer)

    def some(self, rows: Int[np.ndarray, " some"]) -> "Band":
        """Take some of the episodes, with their outputs where they were run."""
        episodes = jax.tree.map(lambda part: np.asarray(part)[rows], self.episodes)
        taken = Band(self.network, episodes, self.size[rows], self.shape[rows])
        if "outputs" in vars(self):
            vars(taken)["outputs"] = self.outputs[rows]
        return taken

    def with_more(self, other: "Band") -> "Band":
        """Add episodes of the same length; of those that were run none is run again."""
        parts = jax.tree.map(lambda *of: np.concatenate(of), self.episodes, other.episodes)
        sizes, shapes = np.concatenate([self.size, other.size]), np.concatenate([self.shape, other.shape])
        joined = Band(self.network, parts, sizes, shapes)
        if "outputs" in vars(self):
            vars(joined)["outputs"] = np.concatenate([self.outputs, other.outputs])
        return joined

    @cached_property
    def situations(self) -> Int[np.ndarray, "episode step"]:
        """The situation at every position."""
        return self.network.task.situate(self.inputs)

    @cached_property
    def outputs(self) -> Int[np.ndarray, "episode step"]:
        """What the network puts out."""
        return self.run()

    @cached_property
    def actions(self) -> Int[np.ndarray, "episode step actor"]:
        """What every actor does, taken as its most probable action."""
        return self.network.actions(self.inputs)

    @cached_property
    def exact(self) -> Bool[np.ndarray, " episode"]:
        """Which episodes are exact."""
        return self.exactly(self.outputs)

    @cached_property
    def exact_discretised(self) -> Bool[np.ndarray, " episode"]:
        """Which of them are exact with the most probable action at every step."""
        return self.exactly(self.network.logits(self.inputs, (Discretise(),)).argmax(-1))

    @cached_property
    def trace(self) -> xr.Dataset:
        """Everything that happens."""
        return self.network.record(self.episodes)

    def exactly(
        self, outputs: Int[np.ndarray, "some step"], rows: Int[np.ndarray, " some"] | None = None
    ) -> Bool[np.ndarray, " some"]:
        """Mark the episodes, or some of them, whose answers are all right with these outputs."""
        chosen = slice(None) if rows is None else rows
        targets = np.asarray(self.episodes.targets)[chosen]
        return ((outputs == targets) | ~self.answer[chosen]).all(1)

    def run(
        self,
        rows: Int[np.ndarray, " some"] | None = None,
        *,
        forced: Int[np.ndarray, "some step actor"] | None = None,
        written: Mapping[str, Float[np.ndarray, "some step ..."]] | None = None,
        where: Bool[np.ndarray, "some step"] | None = None,
        frozen: bool = False,
        zeroed: bool = False,
    ) -> Int[np.ndarray, "some step"]:
        """Run episodes, or some of them, with edits, and give what the network puts out.

        Every edit is there at every run, in effect or not, so that one program serves all of them.

        Args:
            rows: Episodes; all unless given.
            forced: Actions to be done; -1 leaves an actor alone.
            written: Values of the operations that carry what is written, to replace them with.
            where: Steps at which they are replaced.
            frozen: Whether nothing changes the memory.
            zeroed: Whether nothing is read.
        """
        inputs = self.inputs if rows is None else self.inputs[rows]
        nowhere = np.zeros(inputs.shape, bool)
        if forced is None:
            forced = np.full((*inputs.shape, len(self.network.anatomy.actors)), -1)
        edits: list[AbstractIntervention] = [Force(jnp.asarray(forced))]
        for name in self.network.content_ops:
            values = (written or {}).get(name)
            if values is None:
                values = np.zeros((*inputs.shape, *self._content_shapes[name]), np.float32)
            marked = jnp.asarray(nowhere if where is None else where)
            edits.append(Replace(field=name, values=jnp.asarray(values), where=marked))
        edits.append(FreezeMemory(jnp.asarray(nowhere | frozen)))
        edits.append(ZeroReading(jnp.asarray(nowhere | zeroed)))
        return self.network.logits(inputs, tuple(edits)).argmax(-1)

    @cached_property
    def _content_shapes(self) -> dict[str, tuple[int, ...]]:
        some = self.network.record(self.inputs[:BATCH])  # as many as run at once elsewhere: one program
        return {name: some[name].shape[2:] for name in self.network.content_ops}

    @cached_property
    def base_rates(self) -> Float[np.ndarray, " episode"]:
        """Give every episode the exact accuracy of the most frequent answer at its size and shape."""
        found = np.zeros(len(self.size))
        for size, shape in sorted({*zip(self.size.tolist(), self.shape.tolist(), strict=True)}):
            here = (self.size == size) & (self.shape == shape)
            found[here] = base_rate(
                jax.tree.map(lambda part, here=here: np.asarray(part)[here], self.episodes)
            )
        return found


@dataclass(frozen=True)
class Experiment:
    """A network and the held-out episodes on which hypotheses about it are tested.

    Evidence is taken at half, one, two and five times the largest size trained on, and on every shape that
    the task has.
    """

    network: Subject
    episodes: int = 160
    """Of each size, an equal share of every shape."""
    seed: int = 0
    quick: bool = False
    """Whether only the trained size and twice that are looked at."""
    gathered: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """Evidence that was gathered, by what it is for."""
    given: tuple[Band, ...] = field(default=(), compare=False, repr=False)
    """Episodes that are there already, so that none are drawn."""

    def once(self, name: str, gather: Callable[[], Gathered]) -> Gathered:
        """Gather something that several hypotheses need, the first time that it is asked for."""
        if name not in self.gathered:
            self.gathered[name] = gather()
        return self.gathered[name]

    @cached_property
    def bands(self) -> tuple[Band, ...]:
        """The episodes: smaller ones, whose traces are kept, and far larger ones."""
        if self.given:
            return self.given
        near, far = (QUICK, ()) if self.quick else (NEAR, FAR)
        if self.network.task.finite is None:
            return tuple(self._band(times) for times in (near, far) if times)
        sizes = sizes_of(self.network, near)
        farther = [size for size in sizes_of(self.network, (*near, *far)) if size > sizes[-1]]
        found = [self._rows(sizes, 0), *([self._rows(farther, sizes[-1])] if farther else [])]
        return tuple(found)

    @property
    def near(self) -> Band:
        """The episodes of smaller sizes."""
        return self.bands[0]

    def _band(self, times: Sequence[float]) -> Band:
        sizes, task = sizes_of(self.network, times), self.network.task
        each = max(1, -(-self.episodes // len(task.shapes)))
        size = np.repeat(sizes, each * len(task.shapes))
        shape = np.tile(np.repeat(np.arange(len(task.shapes)), each), len(sizes))
        drawn = self.network.sample_mixed(1_000 * self.seed + int(times[-1]), size, shape)
        return Band(self.network, jax.tree.map(np.asarray, drawn), size, shape)

    def _rows(self, sizes: Sequence[int], above: int) -> Band:
        """Take the different episodes of finite data; those of a size are longer than the size before."""
        drawn = [
            draw(self.network, 1_000 * self.seed, self.episodes, size, above=before)
            for before, size in zip([above, *sizes], sizes, strict=False)
        ]
        size = np.repeat(sizes, [len(one.inputs) for one in drawn])
        padded = [cut(one, np.arange(len(one.inputs)), sizes[-1]) for one in drawn]
        episodes = jax.tree.map(lambda *parts: np.concatenate(parts), *padded)
        return Band(self.network, episodes, size, np.zeros_like(size))

    @cached_property
    def most(self) -> int | None:
        """Different episodes that there are, where the task's data is finite."""
        if self.network.task.finite is None:
            return None
        rows = {tuple(row[row != PADDING]) for band in self.bands for row in band.inputs}
        return len(rows)

    @property
    def actors(self) -> tuple[Actor, ...]:
        """Who acts."""
        return self.network.anatomy.actors

    @property
    def symbols(self) -> tuple[str, ...]:
        """Labels of the situations, which are the symbols where each has one category."""
        return self.network.task.situation_labels

    @cached_property
    def size(self) -> Int[np.ndarray, " episode"]:
        """Size of every episode, of all bands in turn."""
        return np.concatenate([band.size for band in self.bands])

    @cached_property
    def works_at(self) -> dict[int, bool]:
        """Size -> whether the network does its task there: otherwise no loss can show anything."""
        return {
            int(size): bool(band.exact[here].mean() - rate >= TASK * (1 - rate))
            for band in self.bands
            for size in np.unique(band.size)
            for here in [band.size == size]
            for rate in [float(band.base_rates[here].mean())]
        }

    @property
    def works(self) -> bool:
        """Whether it does its task at the largest size trained on."""
        return self.works_at[self.network.trained_size]

    def action_name(self, actor: int, action: int) -> str:
        """Name an action of an actor, by their indices."""
        return "-" if action == NOT_APPLICABLE else self.actors[actor].labels[action]
