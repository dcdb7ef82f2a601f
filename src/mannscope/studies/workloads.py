"""The workloads of the benchmark: one whole training step, one recording, one training run."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from mannscope.memories import NTM, AbstractMemory, Stack
from mannscope.models import CONTROLLERS, Model, record, unroll
from mannscope.training.options import Training
from mannscope.training.step import cross_entropy, optimiser

SYMBOLS = 10


@dataclass(frozen=True)
class StepWorkload:
    """One training step on random sequences: forward, backward, clipping and Adam."""

    memory: AbstractMemory
    controller: str
    hidden: int
    batch: int
    steps: int
    slots: int

    def model(self) -> Model:
        """Build the network."""
        return Model(
            SYMBOLS,
            SYMBOLS,
            self.memory,
            CONTROLLERS[self.controller],
            {"hidden": self.hidden},
            key=jax.random.key(0),
        )

    def measure(self, repeats: int = 15) -> dict[str, Any]:
        """Time the step, its compilation, and the matrix products that no implementation can leave out."""
        arrays, static = eqx.partition(self.model(), eqx.is_inexact_array)
        training = Training()
        rows = jax.random.randint(jax.random.key(1), (self.batch, self.steps), 0, SYMBOLS)
        moments = optimiser(training).init(arrays)

        def loss(arrays: Model) -> jax.Array:
            logits = unroll(eqx.combine(arrays, static), rows, self.slots, everything=False)
            return cross_entropy(logits, rows, jnp.ones_like(rows))  # pyright: ignore[reportArgumentType]

        def step(arrays: Model, moments: Any) -> tuple:
            gradient = jax.grad(loss)(arrays)
            updates, moments = optimiser(training).update(gradient, moments, arrays)  # pyright: ignore[reportArgumentType]
            return jax.tree.map(lambda weight, update: weight - 1e-3 * update, arrays, updates), moments

        began = time.perf_counter()
        compiled = jax.jit(step).lower(arrays, moments).compile()
        compile_seconds = time.perf_counter() - began
        cpu = median_cpu(lambda: compiled(arrays, moments), repeats)
        return {
            "batch": self.batch,
            "cpu_ms": 1e3 * cpu,
            "floor_ms": 1e3 * self.floor(repeats),
            "compile_s": compile_seconds,
            "us_per_sequence_step": 1e6 * cpu / self.batch / self.steps,
        }

    def floor(self, repeats: int) -> float:
        """Time the step's matrix products alone: one forward and two backward, for every weight matrix."""
        model = self.model()
        shapes = [leaf.shape for leaf in jax.tree.leaves(eqx.filter(model, eqx.is_array)) if leaf.ndim == 2]
        key = jax.random.key(2)
        weights = [jax.random.normal(key, shape) for shape in shapes]
        inputs = [jax.random.normal(key, (self.steps, self.batch, shape[1])) for shape in shapes]

        def products(weights: list, inputs: list) -> Any:
            def step(total: list, inputs: list) -> tuple:
                outputs = [x @ w.T for x, w in zip(inputs, weights, strict=True)]
                backward = [y @ w for y, w in zip(outputs, weights, strict=True)]
                gradients = [t + y.T @ x for t, y, x in zip(total, outputs, inputs, strict=True)]
                return gradients, [jnp.sum(b) for b in backward]

            return jax.lax.scan(step, [jnp.zeros_like(w) for w in weights], inputs)

        compiled = jax.jit(products).lower(weights, inputs).compile()
        return median_cpu(lambda: compiled(weights, inputs), repeats)


@dataclass(frozen=True)
class RecordWorkload:
    """The recording of many episodes with everything kept."""

    memory: AbstractMemory
    episodes: int
    steps: int

    def measure(self) -> dict[str, Any]:
        """Time a recording, compilation included, and the plain forward pass beside it."""
        model = Model(
            SYMBOLS, SYMBOLS, self.memory, CONTROLLERS["lstm"], {"hidden": 64}, key=jax.random.key(0)
        )
        inputs = np.random.default_rng(0).integers(0, SYMBOLS, (self.episodes, self.steps))
        slots = self.memory.slots_for(self.steps)
        plain = eqx.filter_jit(lambda model, rows: unroll(model, rows, slots, everything=False))
        rows = jnp.asarray(inputs, jnp.int32)
        forward = median_cpu(lambda: plain(model, rows), 3)
        began = time.process_time()
        trace = record(model, inputs)
        first = time.process_time() - began
        again = median_cpu(lambda: record(model, inputs)["memory"].values, 1)
        return {
            "batch": self.episodes,
            "cpu_ms": 1e3 * again,
            "floor_ms": 1e3 * forward,
            "compile_s": first - again,
            "us_per_sequence_step": 1e6 * again / self.episodes / self.steps,
            "trace_mb": trace.nbytes / 2**20,
        }


@dataclass(frozen=True)
class TrainWorkload:
    """A whole training run from a recipe, compilation and held-out measurements included."""

    recipe: str

    def measure(self) -> dict[str, Any]:
        """Time the run, and say how exact it is at five times the size that it was trained on."""
        from mannscope.training import evaluate, train
        from mannscope.training.recipes import read_recipe

        configuration = read_recipe(self.recipe)
        began, wall = time.process_time(), time.perf_counter()
        network = train(configuration)
        cpu, seconds = time.process_time() - began, time.perf_counter() - wall
        size = 5 * configuration.training.largest
        row = evaluate(network, [size])[0]
        return {
            "batch": configuration.training.batch,
            "cpu_ms": 1e3 * cpu,
            "floor_ms": None,
            "compile_s": None,
            "us_per_sequence_step": None,
            "wall_s": seconds,
            "exact_at_5x": row.exact,
        }


Workload = StepWorkload | RecordWorkload | TrainWorkload

WORKLOADS: dict[str, Workload] = {
    "ntm-copy": StepWorkload(NTM(width=20), "lstm", 100, batch=32, steps=41, slots=128),
    "ntm-copy-1": StepWorkload(NTM(width=20), "lstm", 100, batch=1, steps=41, slots=128),
    "stack-lstm": StepWorkload(Stack(width=20), "lstm", 64, batch=32, steps=40, slots=20),
    "stack-large": StepWorkload(Stack(width=8), "rnn", 256, batch=128, steps=80, slots=40),
    "record-stack": RecordWorkload(Stack(), 1000, 100),
    "record-ntm": RecordWorkload(NTM(), 1000, 100),
    "train-reversal-stack": TrainWorkload("reversal-stack"),
}
"""The workloads by name; sizes follow the networks that others have published."""


def median_cpu(run: Callable[[], Any], repeats: int) -> float:
    """Give the median CPU time of a call in seconds, after one call to warm up."""
    jax.block_until_ready(run())
    times = []
    for _ in range(repeats):
        began = time.process_time()
        jax.block_until_ready(run())
        times.append(time.process_time() - began)
    return float(np.median(times))
