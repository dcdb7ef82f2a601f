"""Programs that do not train: recording, drawing data, and verifying."""

from dataclasses import dataclass
from functools import partial

import jax
import numpy as np

from mannscope.bench.timing import FirstCall, Program
from mannscope.bench.training_programs import SYMBOLS, jit
from mannscope.compiling import compiled
from mannscope.memories import AbstractMemory
from mannscope.models import CONTROLLERS, Model, in_batches, record, unroll
from mannscope.training import load
from mannscope.training.recipes import read_recipe

VERIFIED = 160
"""Held-out episodes of each of four sizes that the evidence is gathered on, in the first look."""


@dataclass(frozen=True)
class Recording:
    """The recording of episodes with everything kept."""

    memory: AbstractMemory
    episodes: int
    steps: int

    def program(self, repeats: int = 3) -> Program:
        """Prepare the recording; its baseline is the forward pass that keeps the outputs alone."""
        options, key = {"hidden": 64}, jax.random.key(0)
        model = Model(SYMBOLS, SYMBOLS, self.memory, CONTROLLERS["lstm"], options, key=key)
        inputs = np.random.default_rng(0).integers(0, SYMBOLS, (self.episodes, self.steps), np.int32)
        slots = self.memory.slots_for(self.steps)
        logits = compiled(lambda model, rows: unroll(model, rows, slots, return_record=False))
        return Program(
            lambda: record(model, inputs),
            self.episodes,
            self.steps,
            floor=lambda: in_batches(partial(logits, model), inputs),
            repeats=repeats,
            more=lambda: {"trace_mb": record(model, inputs).nbytes / 2**20},
        )


@dataclass(frozen=True)
class Generation:
    """The drawing of episodes of the largest size that a recipe trains on."""

    recipe: str
    episodes: int

    def program(self) -> Program:
        """Prepare the draw."""
        configuration = read_recipe(self.recipe)
        task, size = configuration.make_task(), configuration.training.largest
        keys = jax.random.split(jax.random.key(0), self.episodes)
        draw = jit(jax.vmap(lambda key: task.sample(key, size, largest=size)))
        return Program(lambda: draw(keys).inputs, self.episodes, task.steps(size))


@dataclass(frozen=True)
class Verdicts:
    """All evidence about a bundled network, on it, on its untrained control and for shuffled categories."""

    network: str

    def program(self) -> Program:
        """Prepare the network; compilation counts, as it does for a user who asks for verdicts."""
        from mannscope.hypotheses import verify

        network = load(self.network)
        steps = network.task.steps(network.configuration.training.largest)
        run = partial(verify, network, episodes=VERIFIED)
        return Program(run, VERIFIED, steps, first=FirstCall.COUNTS)
