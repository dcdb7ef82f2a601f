"""Train the networks that come with the package, each from its recipe, and write a card for each.

Usage: python scripts/make_checkpoints.py [NAME ...]
"""

import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false")

from mannscope.hypotheses import verify
from mannscope.training import Network, Progress, evaluate, load, train
from mannscope.training.recipes import read_recipe, recipes
from mannscope.training.store import save_network

TARGET = Path(__file__).parents[1] / "src" / "mannscope" / "checkpoints"
TIMES = (1, 2, 5)
EPISODES = 1000


def main(names: list[str]) -> None:
    """Train and write every network named, or all of them."""
    for name in names or recipes():
        began = time.perf_counter()
        trained = train(read_recipe(name), report=show)
        with tempfile.TemporaryDirectory() as folder:
            save_network(trained, Path(folder))
            shutil.rmtree(TARGET / name, ignore_errors=True)
            shutil.copytree(folder, TARGET / name)
        network = load(TARGET / name)
        named = Network(name, network.configuration, network.task, network.model)
        (TARGET / name / "README.md").write_text(card(named, time.perf_counter() - began))
        print(f"{name}: {time.perf_counter() - began:.0f} s, {TARGET / name}", flush=True)


def show(progress: Progress) -> None:
    """Print where training is, where it was measured."""
    if progress.exact:
        print(f"  step {progress.step}: loss {progress.loss:.4f}, exact {progress.exact}", flush=True)


def card(network: Network, seconds: float) -> str:
    """Write what the network is, how exact it is, and what the evidence says about its strategy."""
    training = network.configuration.training
    sizes = [times * training.largest for times in TIMES]
    rows = evaluate(network, sizes, network.task.shapes, episodes=EPISODES)
    lines = [
        f"# {network.name}",
        "",
        f"Made by `python scripts/make_checkpoints.py {network.name}` from `recipes/{network.name}.yaml`, "
        f"seed {network.configuration.seed}, sizes {training.smallest} to {training.largest}, "
        f"in {seconds:.0f} s with one thread. Fingerprint `{network.fingerprint}`.",
        "",
        f"Exact accuracy on {EPISODES} fresh episodes each:",
        "",
        "| size | shape | soft | 95% interval | discretised | base rate |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {r.size} | {r.shape} | {r.exact:.3f} | {r.interval[0]:.3f} to {r.interval[1]:.3f} "
        f"| {r.exact_discrete:.3f} | {r.base_rate:.3f} |"
        for r in rows
    ]
    lines += ["", "| hypothesis | network | untrained twin | shuffled categories | fails on |"]
    lines += ["|---|---|---|---|---|"]
    found = verify(network)
    for own, twin, mixed in zip(found.hypotheses, found.untrained, found.shuffled, strict=True):
        failed = ", ".join(piece.kind for piece in own.evidence if not piece.passed) or "nothing"
        holds = ["holds" if verdict.holds else "does not hold" for verdict in (own, twin, mixed)]
        lines.append(f"| {own.hypothesis.name} | {' | '.join(holds)} | {failed} |")
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    main(sys.argv[1:])
