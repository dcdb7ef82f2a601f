"""`mannscope show`: one input, or one recorded episode, step by step."""

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mannscope.arrays import PADDING
from mannscope.cli.early import read_input
from mannscope.cli.loading import load_network
from mannscope.cli.output import print_json, print_table
from mannscope.cli.parsing import Parser
from mannscope.errors import MannscopeError
from mannscope.traces import SUFFIX

if TYPE_CHECKING:
    import numpy as np
    import xarray as xr

    from mannscope.figures.columns import HeadPlaces


def parser() -> Parser:
    """Give the options."""
    made = Parser(
        "show",
        "Run one input, or open a trace, and show, symbol by symbol, what is read, what is done to the "
        "memory, and the output.",
        'mannscope show runs/reversal --input "3 1 4 1 5"',
    )
    description = "run folder, name of a bundled network, or a recorded trace (.nc)"
    made.add_argument("run", metavar="RUN", help=description)
    description = (
        "the input as the task writes it: symbols separated by spaces, '3 1 4'; an expression, '((3+4)*2)'"
    )
    made.add_argument("--input", metavar="TEXT", help=description)
    made.add_whole("--episode", None, "which episode of a trace, from 0 (default: 0)", least=0)
    made.add_argument("--figure", metavar="FILE", help="also draw the memory, as .svg, .pdf or .png")
    made.add_slots()
    made.add_json()
    return made


def run(arguments: Sequence[str]) -> None:
    """Show one episode."""
    options = parser().read(arguments)
    trace = _recorded(options) if options.run.endswith(SUFFIX) else _fresh(options)
    description = describe(trace)
    if options.figure:
        from mannscope.figures import memory, save

        save(memory(trace), options.figure)
    if options.json:
        print_json(description)
        return
    from mannscope.figures import show_table

    print_table(show_table(trace))
    if "answer" in description:
        print(f"answer: {description['answer']}")


def _recorded(options: argparse.Namespace) -> "xr.Dataset":
    """Open one episode of a trace."""
    if options.input is not None or options.slots is not None or options.capped:
        got = "--input" if options.input is not None else "--slots or --capped"
        raise MannscopeError("the options of a trace must be --episode and --figure", got, "Leave it out")
    from mannscope.traces import load, one_episode

    return one_episode(load(options.run), options.episode or 0)


def _fresh(options: argparse.Namespace) -> "xr.Dataset":
    """Run one input."""
    if options.episode is not None:
        raise MannscopeError("--episode must be of a trace (.nc)", options.run, "Pass --input instead")
    if options.input is None:
        raise MannscopeError("--input must be given", "nothing", "See mannscope show --help")
    early = read_input(options.run, options.input)
    network = load_network(options.run)
    episode = network.task.episode(options.input) if early is None else early
    return network.record(episode, slots=options.slots, capped=options.capped)


def describe(trace: "xr.Dataset") -> dict[str, Any]:
    """Describe a trace's first episode: tokens, actions and outputs at each step, and the answer.

    An action is one word where there is one actor, otherwise a word for each actor; null where an actor has
    none at a step. Where the memory has heads, there is each one's slot and weight; where it has a top or a
    front, its norm. `missing` names what the memory has but the trace does not hold. Symbols and outputs
    without names are described by their numbers.
    """
    from mannscope.figures.columns import memory_columns
    from mannscope.traces import one_episode
    from mannscope.traces.labels import outputs, symbols

    one = one_episode(trace)
    inputs, labels, found = symbols(one), outputs(one), memory_columns(one)
    answers = [labels[index] if labels else str(index) for index in one["output"].values]
    steps = [
        dict(zip(found.actions, step, strict=True)) for step in zip(*found.actions.values(), strict=True)
    ]
    steps = steps or [{} for _ in answers]
    description: dict[str, Any] = {
        "tokens": [
            "" if index == PADDING else inputs[index] if inputs else str(index)
            for index in one["input"].values
        ],
        "actions": [next(iter(step.values())) if len(step) == 1 else step for step in steps],
        "outputs": answers,
    }
    if found.heads:
        description["heads"] = {name: _places(places) for name, places in found.heads.items()}
    if found.norms:
        description["norms"] = [
            {"of": norms.of, "part": norms.part or None, "values": _rounded(norms.values)}
            for norms in found.norms
        ]
    if found.missing:
        description["missing"] = list(found.missing)
    if "answer" not in one:
        return description
    pairs = zip(answers, one["answer"].values, strict=True)
    return description | {"answer": " ".join(label for label, is_answer in pairs if is_answer)}


def _places(places: "HeadPlaces") -> dict[str, list[Any]]:
    """Give the slot and the weight of a head at each step; null where it has no weight."""
    slots = [None if slot < 0 else slot for slot in places.slots.tolist()]
    return {"slot": slots, "weight": _rounded(places.weights)}


def _rounded(values: "np.ndarray") -> list[float]:
    return [round(float(value), 4) for value in values]
