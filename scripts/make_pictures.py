"""Draw the pictures of the documentation from the bundled networks.

Usage: python scripts/make_pictures.py
"""

from pathlib import Path

import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import mannscope as ms
from mannscope import figures

TARGET = Path(__file__).parents[1] / "docs" / "pictures"


def main() -> None:
    """Draw every picture."""
    for name, text in (
        ("reversal-stack", "3 1 4 1 5 2 6 5"),
        ("reversal-stack-shortcut", "3 1 4 1 5 2 6 5"),
        ("expressions-stack", "((3+4)*(2-9))="),
    ):
        trace = record(name, text)
        save(figures.memory(trace), f"{name}.svg")
        save(figures.actions(trace), f"{name}-actions.svg")
    save(figures.panel(record("reversal-stack", "3 1 4 1 5"), width=3.25), "reversal-stack-panel.svg")
    trace = record("reversal-ntm", "3 1 4 1 5 2 6 5")
    for head in ("write head 0", "read head 0"):
        save(figures.head_weights(trace, head=head), f"reversal-ntm-{head.split()[0]}-head.svg")
    for name in ("reversal-stack", "reversal-stack-shortcut"):
        network = ms.load(name)
        trace = network.record(network.sample(0, 64, 2 * network.configuration.training.largest))
        result = ms.Projection(site="policy")(trace)
        save(figures.projection(result, order=network.task.categories), f"{name}-projection.svg")
    network = ms.load("expressions-stack")
    trace = network.record(network.sample(0, 64, network.trained_size, network.trained_shape))
    save(figures.sites(trace), "expressions-stack-sites.svg")
    found = ms.extract(ms.load("expressions-stack"), episodes=1, multiples=(1,))
    save(figures.program(found.program), "expressions-stack-program.svg")


def record(name: str, text: str) -> xr.Dataset:
    """Record one episode of a bundled network."""
    network = ms.load(name)
    return network.record(network.task.episode(text))


def save(axes: Axes | Figure, name: str) -> None:
    """Save a picture, and say so."""
    print(figures.save(axes, TARGET / name))


if __name__ == "__main__":
    main()
