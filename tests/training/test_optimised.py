"""What makes training fast changes no number: tested as users run it, optimised, in a process of its own."""

import json
import os
import subprocess
import sys

import pytest

MEASURE = """
import json, sys
from dataclasses import replace
import equinox as eqx, jax, jax.numpy as jnp, numpy as np
from mannscope.compiling import compiler_options
from mannscope.memories import NTM, Stack
from mannscope.models import CONTROLLERS, Model, NoiseLevels, draw_noise, policy_mask, unroll
from mannscope.planted import plant
from mannscope.training import Configuration, Network, Training, train
from mannscope.training.step import cross_entropy

def plain(model, rows, slots, noise):
    noise = noise.with_alone(jax.nn.one_hot(rows, model.symbols) @ model.context_free())
    def run(symbols, noise):
        carry, logits = model.initial(slots), []
        for step in range(len(symbols)):
            carry, record = model.step(carry, symbols[step], jax.tree.map(lambda part: part[step], noise))
            logits.append(record.logits)
        return jnp.stack(logits)
    return jax.vmap(run)(rows, noise)

plainly = {"xla_backend_optimization_level": 0, "xla_cpu_use_fusion_emitters": False}
quickly = eqx.filter_jit(compiler_options=plainly)

def gradients(memory):
    made = lambda key: Model(6, 6, memory, CONTROLLERS["gru"], {"hidden": 12}, key=key)
    model = quickly(made)(jax.random.key(1))
    arrays, static = eqx.partition(model, eqx.is_inexact_array)
    rows, slots = jax.random.randint(jax.random.key(2), (4, 5), 0, 6), memory.slots_for(5)
    levels = NoiseLevels(0.1, 1.0, 0.5, True)
    drawn = lambda key: draw_noise(key, levels, rows.shape, 12, policy_mask(memory))
    noise = quickly(drawn)(jax.random.key(3))
    def loss(arrays, logits_of):
        return cross_entropy(logits_of(eqx.combine(arrays, static)), rows, jnp.ones_like(rows))
    fast = lambda model: unroll(model, rows, slots, noise=noise, return_record=False)
    slow = lambda model: plain(model, rows, slots, noise)
    grad = jax.grad(loss)
    fast = jax.jit(lambda arrays: grad(arrays, fast), compiler_options=compiler_options())(arrays)
    slow = jax.jit(lambda arrays: grad(arrays, slow), compiler_options=plainly)(arrays)
    apart = jax.tree.map(lambda one, other: float(jnp.abs(one - other).max()), fast, slow)
    return max(jax.tree.leaves(apart))

def weights(devices):
    configuration = Configuration(
        task={"name": "reversal"}, memory={"name": "stack", "width": 4},
        controller={"name": "rnn", "hidden": 8},
        training=Training(steps=20, chunk=10, largest=4, batch=8, hidden_noise=0.1, policy_noise=1.0),
    )
    trained = train(configuration, devices=devices).model
    return [np.asarray(leaf) for leaf in jax.tree.leaves(eqx.filter(trained, eqx.is_array))]

def finite(times):
    network = plant("two-ended reverser", 3)
    rows, options = np.asarray(network.sample(3, 32, 30).inputs, np.int32), compiler_options()
    for _ in range(times):
        run = jax.jit(lambda rows: unroll(network.model, rows, 122).hidden, compiler_options=options)
        yield bool(np.isfinite(np.asarray(run(rows))).all())

one, two = weights(1), weights(2)
print(json.dumps({
    "options": sorted(compiler_options()),
    "finite": list(finite(4)),
    "devices": jax.device_count(),
    "stack": gradients(Stack(width=5)),
    "ntm": gradients(NTM(width=5)),
    "apart": max(float(np.abs(a - b).max()) for a, b in zip(one, two, strict=True)),
}))
"""


@pytest.fixture(scope="module")
def measured() -> dict:
    """Measure on two virtual devices."""
    environment = {key: value for key, value in os.environ.items() if key != "JAX_DISABLE_MOST_OPTIMIZATIONS"}
    environment["XLA_FLAGS"] = "--xla_force_host_platform_device_count=2"
    command = [sys.executable, "-c", MEASURE]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_the_compiler_options_are_in_use(measured: dict) -> None:
    assert "xla_cpu_prefer_vector_width" in measured["options"]


@pytest.mark.parametrize("memory", ["stack", "ntm"])
def test_gradients_are_those_of_a_plain_loop(measured: dict, memory: str) -> None:
    assert measured[memory] < 1e-5


def test_every_compilation_of_a_program_gives_numbers(measured: dict) -> None:
    assert measured["finite"] == [True] * 4


def test_two_devices_share_the_rows_and_train_the_same_network(measured: dict) -> None:
    assert measured["devices"] == 2
    assert 0 < measured["apart"] < 1e-4
