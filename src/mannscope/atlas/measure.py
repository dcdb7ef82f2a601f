"""One network of a pair: trained, measured and judged; what is found is a row of the data."""

import json
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

from mannscope.atlas.grid import Pair
from mannscope.hypotheses import derived, described, mined, verify
from mannscope.hypotheses.evidence import Outcome
from mannscope.pools import Log
from mannscope.training import Network, evaluate, train_portfolio
from mannscope.training.store import write_json
from mannscope.training.subject import sizes_of

RESULT = "result.json"
MULTIPLES = (1, 2, 5, 10)
"""Sizes of the evaluation, in multiples of the largest trained on."""
EPISODES = 256
"""Held-out episodes of each size, over all shapes."""
GENERALISES = 0.99
"""Exact accuracy at twice the size trained on from which a network is one that generalises."""

Row = dict[str, Any]


def measure(pair: Pair, seed: int, out: Path, log: Log) -> Row:
    """Train, measure and judge one network, or read what was found.

    Args:
        pair: What is trained.
        seed: Of its first candidate.
        out: Folder of the atlas; the network has the folder `<task>--<memory>/seed-<n>` in it.
        log: Given lines about what is being done.

    Raises:
        MannscopeError: if its folder holds another run.
    """
    folder = out / pair.folder / f"seed-{seed}"
    if (folder / RESULT).is_file():
        return json.loads((folder / RESULT).read_text(encoding="utf-8"))
    began, task, memory = time.process_time(), *pair.options
    found = train_portfolio(
        task, memory, folder, seed=seed, resume=folder.is_dir(), log=lambda line: log(f"{pair.name}: {line}")
    )
    trained = time.process_time() - began
    chosen = found.candidates[found.chosen]
    row = {
        "pair": pair.name,
        "task": pair.task,
        "memory": pair.memory,
        "expected": pair.expected,
        "seed": seed,
        "way": chosen.template,
        "candidates": sum(candidate.steps > 0 for candidate in found.candidates),
        "steps": sum(candidate.steps for candidate in found.candidates),
        "largest trained size": found.network.trained_size,
        **_accuracies(found.network),
        **_judged(found.network),
        "why": " ".join(found.why),
        "training seconds": round(trained, 1),
        "seconds": round(time.process_time() - began, 1),
        "fingerprint": found.network.fingerprint,
        "version": version("mannscope"),
    }
    write_json(folder / RESULT, row)
    return row


def _accuracies(network: Network) -> Row:
    """Measure exact accuracy at every size, on the worst shape."""
    shapes = network.task.shapes
    rows = evaluate(network, sizes_of(network, MULTIPLES), shapes, episodes=max(32, EPISODES // len(shapes)))
    found: Row = {}
    for times in MULTIPLES:
        here = [row for row in rows if row.size == times * network.trained_size]
        found[f"exact {times}x"] = min((row.exact for row in here), default=None)
        found[f"discretised {times}x"] = min((row.exact_discrete for row in here), default=None)
    return found


def _judged(network: Network) -> Row:
    """Judge what is derived and what is mined, at twice the size trained on and below."""
    if not network.anatomy.actors:
        unknown = {"strategy": None, "holds": False, "undecided": False, "claimed": None}
        return unknown | {"scope": [], "failed": [], "controls failed": False}
    found = verify(network, [*derived(network), mined(network)], quick=True)
    best = next((one for one in found.hypotheses if one.holds), found.hypotheses[-1])
    is_mined = best.hypothesis.name == "mined"
    return {
        "strategy": described(best.hypothesis.policy) if is_mined else best.hypothesis.name,
        "holds": best.holds,
        "undecided": any(one.outcome is Outcome.UNDECIDED for one in found.hypotheses),
        "claimed": best.claimed,
        "scope": list(best.scope),
        "failed": list(best.failed),
        "controls failed": found.controls_failed,
    }
