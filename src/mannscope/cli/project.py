"""`mannscope project`: every site of a network in two dimensions, by category, with scores and controls."""

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mannscope.cli.loading import load_network
from mannscope.cli.output import print_json, print_table, table
from mannscope.cli.parsing import Parser
from mannscope.cli.progress import waiting
from mannscope.errors import MannscopeError
from mannscope.traces import SUFFIX

if TYPE_CHECKING:
    import xarray as xr

EPISODES = 64
"""The default number of episodes."""


def parser() -> Parser:
    """Give the options."""
    made = Parser(
        "project",
        "Draw what a network holds at every site (hidden state, interface, policy, what is written, memory, "
        "reading, output), one point a step, coloured by the category of the symbol read. The axes are the "
        "principal components of half of the episodes; the other half is drawn. Each site also has the share "
        "of steps whose category a linear probe reads off it (balanced accuracy, on episodes it was not "
        "fitted on), beside the best such share for random partitions of the symbols into groups of the same "
        "sizes. A site knows the category, and not only the symbol, where the first number is the larger.",
        "mannscope project expressions-stack --out sites.svg",
    )
    message = "run folder, name of a bundled network, or a recorded trace (.nc)"
    made.add_argument("run", metavar="RUN", help=message)
    made.add_whole("--episodes", None, f"episodes to record (default: {EPISODES})", least=2)
    made.add_whole("--size", None, "their size (default: the largest trained on)")
    message = "sites to draw, by the names of the table, or others of the trace (default: all)"
    made.add_argument("--site", nargs="+", metavar="NAME", default=[], help=message)
    made.add_argument("--out", metavar="FILE", help="draw them, as .svg, .pdf or .png")
    made.add_seed(0, "draws the episodes, the halves and the random partitions")
    made.add_json()
    return made


def run(arguments: Sequence[str]) -> None:
    """Project, draw, and print the scores."""
    options = parser().read(arguments)
    if options.out:
        from mannscope.figures import check_suffix

        check_suffix(options.out)
    trace = _trace(options)
    from mannscope.analyses import SiteProjections

    with waiting("projecting and scoring the sites"):
        found = SiteProjections(sites=tuple(options.site), seed=options.seed)(trace)
    if options.out:
        from mannscope.figures import save, sites

        save(sites(found, seed=options.seed), options.out)
    if options.json:
        print_json({"run": options.run, "out": options.out, **found.to_dict()})
    else:
        _print(found.to_dict())


def _trace(options: argparse.Namespace) -> "xr.Dataset":
    """Open a trace, or record one."""
    if options.run.endswith(SUFFIX):
        if options.episodes is not None or options.size is not None:
            got = "--episodes" if options.episodes is not None else "--size"
            raise MannscopeError("a trace must be projected as it was recorded", got, "Leave it out")
        from mannscope.traces import load

        return load(options.run)
    network = load_network(options.run)
    size = options.size or network.trained_size
    return network.record(
        network.sample(options.seed, options.episodes or EPISODES, size, network.trained_shape)
    )


def _print(plain: dict[str, Any]) -> None:
    headings = ("site", "numbers", "component 1", "component 2", "category", "random partitions", "")
    rows = [
        (
            one["site"],
            str(one["features"]),
            *([f"{share:.3f}" for share in one["explained"]] if one["explained"] else ["", ""]),
            _number(one["probe"]["value"]),
            _number(one["probe"]["control_best"]),
            "" if one["explained"] else "does not vary",
        )
        for one in plain["sites"]
    ]
    print_table(table(headings, rows))
    print(
        f"category: balanced accuracy of a probe on {plain['held_out_episodes']} of {plain['episodes']} "
        f"episodes (chance {plain['chance']:.2f}); random partitions: the best of them"
    )


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"
