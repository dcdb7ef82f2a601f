"""Programs that train: one step on random sequences, a chunk of a recipe's training, and a whole run."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from mannscope.bench.timing import FirstCall, Program
from mannscope.compiling import compiler_options
from mannscope.memories import AbstractMemory
from mannscope.models import CONTROLLERS, Model, unroll
from mannscope.training import evaluate, train
from mannscope.training.network import Network
from mannscope.training.options import Training
from mannscope.training.parts import choose_parts, value_and_gradient
from mannscope.training.recipes import read_recipe
from mannscope.training.rows import row_length
from mannscope.training.step import cross_entropy, optimiser, start, train_chunk

SYMBOLS = 10
"""Symbols of the alphabet in workloads that have no task."""


@dataclass(frozen=True)
class TrainingStep:
    """One training step on random sequences: forward, backward, clipping and Adam."""

    memory: AbstractMemory
    controller: str
    hidden: int
    batch: int
    steps: int
    slots: int | None = None
    """Slots of the memory; as many as can be needed unless given."""

    def program(self, repeats: int = 31) -> Program:
        """Prepare the step; its baseline is the products with its weight matrices alone."""
        (arrays, moments), step = self.model_and_moments(), jit(self.make_step())
        products = matrix_products(arrays, self.batch, self.steps)
        return Program(lambda: step(arrays, moments), self.batch, self.steps, floor=products, repeats=repeats)

    def model_and_moments(self, seed: int = 0) -> tuple[Model, Any]:
        """Draw the weights, arrays alone, and make the optimiser's state."""
        arrays = eqx.filter(self._model(seed), eqx.is_inexact_array)
        return arrays, optimiser(Training()).init(arrays)

    def make_step(self) -> Callable[[Model, Any], tuple[Model, Any]]:
        """Make the function from weights and moments to those after a step, always on the same sequences."""
        static = eqx.partition(self._model(0), eqx.is_inexact_array)[1]
        rows = np.random.default_rng(1).integers(0, SYMBOLS, (self.batch, self.steps), np.int32)
        slots = self.slots or self.memory.slots_for(self.steps)

        parts = choose_parts(self.memory, slots, self.batch, self.steps)

        def loss(arrays: Model, some: jax.Array) -> jax.Array:
            logits = unroll(eqx.combine(arrays, static), some, slots, return_record=False)
            count = jnp.asarray(rows.size)
            return cross_entropy(logits, some, jnp.ones_like(some), count)  # pyright: ignore[reportArgumentType]

        def step(arrays: Model, moments: Any) -> tuple[Model, Any]:
            _, gradient = value_and_gradient(loss, arrays, jnp.asarray(rows), parts)
            updates, moments = optimiser(Training()).update(gradient, moments, arrays)  # pyright: ignore[reportArgumentType]
            return jax.tree.map(lambda weight, update: weight - 1e-3 * update, arrays, updates), moments

        return step

    def _model(self, seed: int) -> Model:
        controller, options = CONTROLLERS[self.controller], {"hidden": self.hidden}
        return Model(SYMBOLS, SYMBOLS, self.memory, controller, options, key=jax.random.key(seed))


@dataclass(frozen=True)
class TrainingChunk:
    """One compiled chunk of training from a recipe: data, noise, gradient and update, for every step."""

    recipe: str

    def program(self) -> Program:
        """Prepare the chunk; every call continues where the last one ended."""
        configuration = read_recipe(self.recipe)
        training, key = configuration.training, jax.random.key(configuration.seed)
        network = Network.fresh(configuration)
        states = [start(network.model, training)]

        def run() -> Any:
            state, losses = train_chunk(states.pop(), key, network.task, training, training.chunk)
            states.append(state)
            return losses

        row = row_length(network.task, training)
        products = matrix_products(network.model, training.batch, row)
        return Program(run, training.batch, row, units=training.chunk, floor=products, repeats=9)


@dataclass(frozen=True)
class TrainingRun:
    """A whole training run from a recipe, compilation and held-out measurements included."""

    recipe: str

    def program(self) -> Program:
        """Prepare the run, which reports exact accuracy at five times the largest size trained on."""
        configuration = read_recipe(self.recipe)
        task, training = configuration.make_task(), configuration.training
        trained = []

        def exactness() -> dict[str, Any]:
            return {"exact_at_5x": evaluate(trained[-1], [5 * training.largest])[0].exact}

        return Program(
            lambda: trained.append(train(configuration)),
            training.batch,
            task.steps(training.largest),
            first=FirstCall.COUNTS,
            more=exactness,
        )


def matrix_products(model: Model, batch: int, steps: int) -> Callable[[], Any]:
    """Prepare a training step's matrix products alone: one forward, two backward, for every weight matrix."""
    shapes = [leaf.shape for leaf in jax.tree.leaves(eqx.filter(model, eqx.is_array)) if leaf.ndim == 2]
    draw = partial(np.random.default_rng(2).standard_normal, dtype=np.float32)
    weights = [jnp.asarray(draw(shape)) for shape in shapes]
    inputs = [jnp.asarray(draw((steps, batch, shape[1]))) for shape in shapes]
    compiled = jit(_products)
    return lambda: compiled(weights, inputs)


def _products(weights: list[jax.Array], inputs: list[jax.Array]) -> Any:
    def step(total: list, inputs: list) -> tuple:
        outputs = [x @ w.T for x, w in zip(inputs, weights, strict=True)]
        backward = [y @ w for y, w in zip(outputs, weights, strict=True)]
        gradients = [t + y.T @ x for t, y, x in zip(total, outputs, inputs, strict=True)]
        return gradients, [jnp.sum(b) for b in backward]

    return jax.lax.scan(step, [jnp.zeros_like(w) for w in weights], inputs)


def jit(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function of arrays with the options that training is compiled with."""
    return jax.jit(function, compiler_options=compiler_options())
