"""`mannscope show`: one input, or one recorded episode, step by step."""

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mannscope.arrays import PADDING
from mannscope.cli.loading import load_network
from mannscope.cli.output import print_json, print_table
from mannscope.cli.parsing import Parser
from mannscope.errors import MannscopeError
from mannscope.traces import SUFFIX

if TYPE_CHECKING:
    import xarray as xr


def parser() -> Parser:
    """Give the options."""
    made = Parser(
        "show",
        "Run one input, or open a trace, and tell, symbol by symbol, what was read, done to the memory and "
        "put out.",
        'mannscope show runs/reversal --input "3 1 4 1 5"',
    )
    told = "run folder, name of a bundled network, or a recorded trace (.nc)"
    made.add_argument("run", metavar="RUN", help=told)
    told = "symbols separated by spaces for reversal, '3 1 4'; an expression as it is written, '((3+4)*2)'"
    made.add_argument("--input", metavar="TEXT", help=told)
    made.add_whole("--episode", None, "which episode of a trace, from 0 (default: 0)", least=0)
    made.add_argument("--figure", metavar="FILE", help="also draw the memory, as .svg, .pdf or .png")
    made.add_slots()
    made.add_json()
    return made


def run(arguments: Sequence[str]) -> None:
    """Show one episode."""
    options = parser().read(arguments)
    trace = _recorded(options) if options.run.endswith(SUFFIX) else _fresh(options)
    told = describe(trace)
    if options.figure:
        from mannscope.figures import memory, save

        save(memory(trace), options.figure)
    if options.json:
        print_json(told)
        return
    from mannscope.figures import show_table

    print_table(show_table(trace))
    if "answer" in told:
        print(f"answer: {told['answer']}")


def _recorded(options: argparse.Namespace) -> "xr.Dataset":
    """Open one episode of a trace."""
    if options.input is not None or options.slots is not None or options.capped:
        got = "--input" if options.input is not None else "--slots or --capped"
        raise MannscopeError("the options of a trace must be --episode and --figure", got, "Leave it out")
    from mannscope.figures.episode import one_episode
    from mannscope.traces import load

    trace, episode = load(options.run), options.episode or 0
    steps = one_episode(trace, episode).sizes["step"]
    return trace.isel(episode=[episode], step=slice(steps))


def _fresh(options: argparse.Namespace) -> "xr.Dataset":
    """Run one input."""
    if options.episode is not None:
        raise MannscopeError("--episode must be of a trace (.nc)", options.run, "Pass --input instead")
    if options.input is None:
        raise MannscopeError("--input must be given", "nothing", "See mannscope show --help")
    network = load_network(options.run)
    episode = network.task.episode(options.input)
    return network.record(episode, slots=options.slots, capped=options.capped)


def describe(trace: "xr.Dataset") -> dict[str, Any]:
    """Tell a trace's only episode: tokens, actions and outputs at each step, and the answer if one is asked.

    An action is one word where there is one actor, otherwise a word for each actor. Symbols and outputs
    without names are told by their numbers.
    """
    from mannscope.traces import labels

    symbols, outputs, actions, actors = (
        labels(trace, name) for name in ("symbols", "outputs", "actions", "actors")
    )
    one = trace.isel(episode=0)
    tokens = [
        "" if index == PADDING else symbols[index] if symbols else str(index) for index in one["input"].values
    ]
    put_out = [outputs[index] if outputs else str(index) for index in one["output"].values]
    done = [[actions[index] for index in step] for step in one["action"].values]
    told = {
        "tokens": tokens,
        "actions": [step[0] if len(actors) == 1 else dict(zip(actors, step, strict=True)) for step in done],
        "outputs": put_out,
    }
    if "answer" not in one:
        return told
    answers = zip(put_out, one["answer"].values, strict=True)
    return told | {"answer": " ".join(label for label, asked in answers if asked)}
