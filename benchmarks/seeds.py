"""Measure four seeds of one network: by vmap, one after the other in a process, and by processes.

Usage: python benchmarks/seeds.py
"""

import json
import os
import sys
import time
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

import jax
import jax.numpy as jnp

from mannscope.bench.benchmark import environment
from mannscope.bench.timing import cost, median_cost
from mannscope.bench.training_programs import TrainingStep, jit
from mannscope.hardware import describe_machine
from mannscope.memories import NTM, Stack

RESULTS = Path(__file__).parent / "results" / "seeds.json"
SEEDS = 4
REPEATS = 31
SECONDS = 4
"""How long each of the processes that run at once trains, at least."""
STEPS = {
    "stack-reversal": TrainingStep(Stack(width=16), "rnn", 32, batch=32, steps=42),
    "ntm-copy": TrainingStep(NTM(width=20), "lstm", 100, batch=32, steps=41, slots=128),
}


def main() -> None:
    """Measure every way for every network."""
    found: dict[str, Any] = {"machine": describe_machine(), "seeds": SEEDS, "networks": {}}
    for name, step in STEPS.items():
        ways = {"one seed": one_process(step, "one seed"), "vmap": one_process(step, "vmap")}
        ways |= {"lax.map": one_process(step, "lax.map"), "processes": processes(name)}
        found["networks"][name] = ways
        print(name, json.dumps(ways), flush=True)
    RESULTS.write_text(json.dumps(found, indent=2) + "\n")


def one_process(step: TrainingStep, way: str) -> dict[str, float]:
    """Return CPU and wall time of a step by seed, in milliseconds, of all seeds in one program."""
    seeds = 1 if way == "one seed" else SEEDS
    states = [step.model_and_moments(seed) for seed in range(seeds)]
    stacked = jax.tree.map(lambda *leaves: jnp.stack(leaves), *states)
    one = step.make_step()

    def every(stacked: Any) -> Any:
        if way == "vmap":
            return jax.vmap(one)(*stacked)
        if way == "lax.map":
            return jax.lax.map(lambda state: one(*state), stacked)
        return one(*stacked)

    compiled, state = jit(every), stacked if seeds > 1 else states[0]
    first = cost(lambda: compiled(state))
    later = median_cost(lambda: compiled(state), REPEATS)
    return {
        "cpu_ms": 1e3 * later.cpu / seeds,
        "wall_ms": 1e3 * later.wall / seeds,
        "compile_s": first.wall - later.wall,
    }


def processes(name: str) -> dict[str, float]:
    """Return the same of a process for each seed, as many at once as there are cores, all running."""
    cores = len(os.sched_getaffinity(0))
    command = [sys.executable, __file__, name]
    running = [Popen(command, stdin=PIPE, stdout=PIPE, text=True) for _ in range(min(SEEDS, cores))]
    pipes = [(process.stdin, process.stdout) for process in running]
    for _, output in pipes:
        output.readline()  # it has compiled
    for go, _ in pipes:
        go.write("\n")
        go.flush()
    each = [json.loads(output.readline()) for _, output in pipes]
    for process in running:
        process.communicate()
    mean = {key: sum(one[key] for one in each) / len(each) for key in each[0]}
    return mean | {"wall_ms": mean["wall_ms"] / len(running), "at_once": len(running)}


def work(step: TrainingStep) -> None:
    """Train one seed: compile, wait for a line, and continue for a while."""
    state, compiled = step.model_and_moments(), jit(step.make_step())
    first = cost(lambda: compiled(*state))
    print("compiled", flush=True)
    sys.stdin.readline()
    costs, ends = [], time.perf_counter() + SECONDS
    while time.perf_counter() < ends:
        costs.append(cost(lambda: compiled(*state)))
    cpu, wall = (1e3 * sum(times) / len(costs) for times in zip(*costs, strict=True))
    print(json.dumps({"cpu_ms": cpu, "wall_ms": wall, "compile_s": first.wall - wall / 1e3}), flush=True)


if __name__ == "__main__":
    os.environ.update(environment(1))  # before JAX starts
    work(STEPS[sys.argv[1]]) if len(sys.argv) > 1 else main()
