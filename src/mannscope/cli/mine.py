"""`mannscope mine`: a policy read off recorded actions."""

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mannscope.cli.loading import load_network
from mannscope.cli.output import print_json, print_table, table
from mannscope.cli.parsing import Parser
from mannscope.errors import MannscopeError
from mannscope.traces import SUFFIX

if TYPE_CHECKING:
    import xarray as xr


def parser() -> Parser:
    """Give the options."""
    made = Parser(
        "mine",
        "Find the coarsest categories of symbols with one action each: the policy that the recorded "
        "actions follow.",
        "mannscope mine runs/reversal",
    )
    message = "run folder, name of a bundled network, or a recorded trace (.nc)"
    made.add_argument("run", metavar="RUN", help=message)
    made.add_whole("--episodes", 256, "episodes to record")
    made.add_whole("--size", None, "their size (default: the largest trained on)")
    made.add_seed(0)
    made.add_json()
    return made


def run(arguments: Sequence[str]) -> None:
    """Mine a policy and print it."""
    options = parser().read(arguments)
    trace = _trace(options)
    from mannscope.analyses import mine

    strategy = mine(trace).to_dict()
    if options.json:
        print_json({"run": options.run, **strategy})
        return
    rows = [
        (name, " ".join(symbols), _action(strategy["policy"][name]))
        for name, symbols in strategy["partition"].items()
    ]
    print_table(table(("category", "symbols", "action"), rows))
    print(f"agreement: {strategy['agreement']:.4f} of {strategy['steps']} steps")
    if strategy["unstable"]:
        print(f"the action depends on more than the symbol at: {' '.join(strategy['unstable'])}")


def _trace(options: argparse.Namespace) -> "xr.Dataset":
    if options.run.endswith(SUFFIX):
        from mannscope.traces import anatomy, load

        trace = load(options.run)
        _require_actors(anatomy(trace).actors, options.run)
        return trace
    network = load_network(options.run)
    _require_actors(network.anatomy.actors, options.run)
    size = options.size or network.trained_size
    return network.record(
        network.sample(options.seed, options.episodes, size, network.configuration.training.first_shape)
    )


def _require_actors(actors: Sequence[object], run: str) -> None:
    if not actors:
        remedy = "Train one with another --memory"
        raise MannscopeError("a mined network must have a memory with actors", f"{run}, without", remedy)


def _action(action: Any) -> str:
    if isinstance(action, dict):
        return ", ".join(f"{actor} {done}" for actor, done in action.items())
    return str(action)
