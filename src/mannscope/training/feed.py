"""Rows that are drawn outside of compiled code, by a thread, while the device takes the steps before."""

from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np

from mannscope.arrays import PADDING
from mannscope.tasks.task import AbstractTask
from mannscope.training.options import Training
from mannscope.training.rows import Rows, row_length


class Feed:
    """Draws the rows of every step from the seed and the number of the step, a chunk ahead."""

    def __init__(self, task: AbstractTask, training: Training, seed: int) -> None:
        self.drawing, self.training, self.seed = task.drawing, training, seed
        self.length = row_length(task, training)
        self.thread = ThreadPoolExecutor(1, thread_name_prefix="rows")
        self.ahead: tuple[tuple[int, int], Future[Rows]] | None = None

    def take(self, step: int, steps: int) -> Rows:
        """Give the rows of some steps, with the step as first axis, and begin with as many after them.

        Raises:
            MannscopeError: if what draws them gives what cannot be a row.
        """
        asked = step, steps
        ready = (
            self.ahead[1] if self.ahead and self.ahead[0] == asked else self.thread.submit(self.draw, *asked)
        )
        rows, following = ready.result(), (step + steps, steps)
        self.ahead = following, self.thread.submit(self.draw, *following)
        return rows

    def draw(self, step: int, steps: int) -> Rows:
        """Draw the rows of some steps."""
        shape = (steps, self.training.batch, self.length)
        inputs, targets = np.full((2, *shape), PADDING, np.int32)
        starts = np.zeros(shape, bool)
        for place in range(steps):
            random = np.random.default_rng([abs(self.seed), step + place])
            for row in range(self.training.batch):
                self._fill(random, inputs[place, row], targets[place, row], starts[place, row])
        parts: Any = (inputs, targets, targets != PADDING, starts)
        return Rows(*parts)

    def _fill(
        self, random: np.random.Generator, inputs: np.ndarray, targets: np.ndarray, starts: np.ndarray
    ) -> None:
        """Put one episode after the other into a row; the last one may be cut off."""
        begin = 0
        while begin < self.length:
            symbols, asked = self.drawing.episode(random, self.training.largest)
            end = min(self.length, begin + len(symbols))
            inputs[begin:end], targets[begin:end] = symbols[: end - begin], asked[: end - begin]
            starts[begin] = True
            begin = end

    def close(self) -> None:
        """Stop drawing."""
        self.thread.shutdown(wait=False, cancel_futures=True)
