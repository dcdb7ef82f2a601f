"""Data that are finite: which sizes there are, how many different episodes of each, and which fit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Int

from mannscope.arrays import PADDING
from mannscope.errors import MannscopeError
from mannscope.tasks.episode import Episode


@dataclass(frozen=True, eq=False)
class Finite:
    """The different episodes of a task whose data are finite, each once, shortest first.

    A size is a band of lengths: the episodes of at most `size` positions that are longer than the size
    before. There is no size beyond the longest episode.
    """

    training: Int[np.ndarray, " row"]
    """Lengths of the episodes to train on."""
    held_out: Episode
    """The held-out episodes, padded to the longest."""
    notes: tuple[str, ...] = ()
    """What is to be known of the rows, in sentences."""
    drawn_by: str = ""
    """What draws the episodes to train on, of which `training` has a sample; empty where all are there."""

    @property
    def lengths(self) -> Int[np.ndarray, " row"]:
        """Lengths of the held-out episodes."""
        return np.asarray(self.held_out.length)

    @property
    def longest(self) -> int:
        """Positions of the longest episode, held out or not."""
        return int(max(self.training.max(), self.lengths.max()))

    @property
    def longest_trained(self) -> int:
        """Positions of the longest episode to train on."""
        return int(self.training.max())

    def sizes(self, wanted: Iterable[int]) -> tuple[int, ...]:
        """Give the sizes that there are in place of those wanted, each the length of a held-out episode.

        Sizes between two lengths become the smaller one; those beyond the longest become the longest. What
        then comes twice, or is below the shortest, is left out; the shortest is left where all are.
        """
        found = {int(self.lengths[self.lengths <= size].max(initial=0)) for size in wanted} - {0}
        return tuple(sorted(found)) or (int(self.lengths.min()),)

    def require(self, size: int, above: int = 0) -> None:
        """Make sure that there are held-out episodes of a size.

        Raises:
            MannscopeError: if there are none, or it is beyond the longest.
        """
        shortest, longest = int(self.lengths.min()), int(self.lengths.max())
        if not shortest <= size <= longest:
            raise MannscopeError(
                f"a size must be from {shortest} to {longest}, the lengths of the shortest and longest "
                "held-out rows",
                str(size),
                "Pass a size in that range.",
            )
        if not ((self.lengths > above) & (self.lengths <= size)).any():
            near = ", ".join(map(str, sorted({*self.lengths[self.lengths <= above].tolist()})[-3:]))
            raise MannscopeError(
                f"there must be held-out rows of more than {above} and at most {size} positions",
                f"none; the next shorter ones have {near}",
                "Pass other sizes.",
            )

    def draw(self, seed: int, count: int, size: int, above: int = 0) -> Episode:
        """Draw different held-out episodes of a size, at most as many as there are.

        Args:
            seed: Draws them; where all are wanted, it is without effect.
            count: Number of episodes at most.
            size: They have at most so many positions, to which they are padded.
            above: They have more than so many: the size before.

        Raises:
            MannscopeError: if there are none.
        """
        self.require(size, above)
        there = np.flatnonzero((self.lengths > above) & (self.lengths <= size))
        if count < len(there):
            there = np.sort(np.random.default_rng(abs(seed)).choice(there, count, replace=False))
        return cut(self.held_out, there, size)

    def check(self, largest: int, sizes: Sequence[int]) -> None:
        """Make sure that training with episodes up to `largest`, measured at some sizes, is possible.

        Raises:
            MannscopeError: if there is no episode of such a size.
        """
        if largest > self.longest_trained:
            must = f"training.largest must be at most the longest row to train on, {self.longest_trained}"
            raise MannscopeError(must, str(largest), "Pass that, or 0 for it.")
        for split, shortest in (("training", self.training.min()), ("held-out", self.lengths.min())):
            if largest < shortest:
                must = f"training.largest must be at least the shortest {split} row, {shortest}"
                raise MannscopeError(must, str(largest), "Pass a greater --training.largest")
        for before, size in zip([0, *sorted(set(sizes))], sorted(set(sizes)), strict=False):
            self.require(size, before)

    def fitting(self, largest: int) -> str:
        """Say how many episodes are trained on, and how many are held out, at most so long."""
        counts = [
            (int((of <= largest).sum()), len(of), name)
            for of, name in ((self.training, "to train on"), (self.lengths, "held out"))
        ]
        return ", ".join(
            f"{all_of} {name}"
            + (
                ""
                if fitting == all_of
                else f" ({fitting} fit into {largest} positions, {all_of - fitting} do not)"
            )
            for fitting, all_of, name in counts
        )

    def lines(self, largest: int) -> tuple[str, ...]:
        """Say what is known of the rows, and how many fit."""
        if not self.drawn_by:
            return (*self.notes, f"Different rows: {self.fitting(largest)}.")
        held_out = self.fitting(largest).partition(", ")[2]
        trained = f"Rows to train on are drawn by {self.drawn_by}, fresh at every step; {held_out or 'none'}."
        return (*self.notes[2:], trained)  # the first ones count the sample and the held-out rows


def cut(episodes: Episode, rows: Int[np.ndarray, " some"], steps: int) -> Episode:
    """Take some episodes, cut or padded to a number of positions, which must hold them."""

    def fit(part: Any, padding: int | bool) -> Any:
        chosen = np.asarray(part)[rows][:, :steps]
        missing = steps - chosen.shape[1]
        return np.pad(chosen, ((0, 0), (0, missing)), constant_values=padding)

    return Episode(
        fit(episodes.inputs, PADDING),
        fit(episodes.targets, PADDING),
        fit(episodes.supervised, False),
        fit(episodes.answer, False),
        fit(episodes.category, PADDING),
        {name: fit(part, PADDING) for name, part in episodes.variables.items()},
        np.asarray(episodes.length)[rows],  # pyright: ignore[reportArgumentType]
    )
