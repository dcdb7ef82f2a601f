"""`mannscope record`: a trace of many episodes."""

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from mannscope.cli.early import read_input
from mannscope.cli.loading import load_network
from mannscope.cli.output import print_json
from mannscope.cli.parsing import Parser
from mannscope.errors import MannscopeError
from mannscope.files import require_writable

if TYPE_CHECKING:
    from mannscope.tasks import Episode
    from mannscope.training import Network

EPISODES = 64


def parser() -> Parser:
    """Give the options."""
    made = Parser(
        "record",
        "Run held-out episodes, or one input, and keep every operation, state and output as a netCDF file.",
        "mannscope record runs/reversal --episodes 64 --size 20 -o trace.nc",
    )
    made.add_run()
    made.add_whole("--episodes", None, f"number of episodes (default: {EPISODES})")
    made.add_whole("--size", None, "their size (default: the largest trained on)")
    made.add_argument("--shape", metavar="SHAPE", help="their shape (default: the first trained on)")
    made.add_seed(0)
    made.add_argument("--input", metavar="TEXT", help="record this one input instead")
    made.add_slots()
    made.add_argument(
        "-o", "--output", default="trace.nc", metavar="FILE", help="file to write (default: %(default)s)"
    )
    made.add_json()
    return made


def run(arguments: Sequence[str]) -> None:
    """Record a trace, prove it by replaying it, and write it."""
    options = parser().read(arguments)
    _check(options)
    require_writable(options.output)
    early = None if options.input is None else read_input(options.run, options.input)
    network = load_network(options.run)
    trace = network.record(early or _episodes(network, options), slots=options.slots, capped=options.capped)
    from mannscope.models import replay
    from mannscope.traces import save

    difference = replay(network.model.memory, trace)
    path = save(trace, options.output)
    episodes, steps = trace["input"].shape
    if options.json:
        message = {"run": options.run, "trace": str(path), "episodes": episodes, "steps": steps}
        variables = {str(name): list(trace[name].shape) for name in trace.variables}
        print_json(message | {"replay_difference": difference, "variables": variables})
        return
    print(f"wrote {path}: {episodes} episodes of {steps} steps, {len(trace.variables)} variables")
    print(f"largest difference when replayed: {difference:.1e}")


def _check(options: argparse.Namespace) -> None:
    given = [name for name in ("episodes", "size", "shape") if getattr(options, name) is not None]
    if options.input is not None and given:
        raise MannscopeError(
            "--input must stand without --episodes, --size and --shape",
            " and ".join(f"--{name}" for name in given),
            "Drop it, or drop --input",
        )


def _episodes(network: "Network", options: argparse.Namespace) -> "Episode":
    if options.input is not None:
        return network.task.episode(options.input)
    size = options.size or network.trained_size
    shape = options.shape or network.configuration.training.first_shape
    return network.sample(options.seed, options.episodes or EPISODES, size, shape)
