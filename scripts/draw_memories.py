"""Draw one episode of every memory: a network is trained on a small task, and recorded.

Usage: python scripts/draw_memories.py [MEMORY...]    (about a minute each)

Writes docs/pictures/memory-<name>.svg, and prints how exact each network is at the size drawn.
"""

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import mannscope as ms
from mannscope import figures
from mannscope.memories import MEMORIES
from mannscope.training.templates import GATED

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
SIZE = 6
REVERSAL, COPY = {"name": "reversal", "alphabet": 4}, {"name": "copy", "alphabet": 4}
RECALL = {"name": "multi_query_recall", "vocabulary": 16}
TASKS: dict[str, dict[str, Any]] = {
    "stratification_queue": COPY,
    "ntm": COPY,
    "dnc": COPY,
    "tape": COPY,
    "least_recently_used": RECALL,
    "delta": RECALL,
    "additive": RECALL,
    "attention": RECALL,
}
"""Memory -> the task; a reversal for those that are not here."""


def main(names: list[str]) -> None:
    """Train, record and draw each."""
    for name in names or [name for name in MEMORIES if name != "none"]:
        task = TASKS.get(name, REVERSAL)
        made = GATED.configure(task, {"name": name}, {"largest": SIZE}, 1)
        training = replace(made.training, steps=3000, decay_steps=1000, batch=32)
        network = ms.train(replace(made, training=training))
        trace = network.record(network.sample(1, 1, SIZE))
        figures.save(figures.panel(trace), PICTURES / f"memory-{name}.svg")
        print(name, task["name"], f"exact {ms.evaluate(network, [SIZE])[0].exact:.3f}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
