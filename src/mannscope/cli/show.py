"""`mannscope show`: one input, step by step."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mannscope.cli.loading import load_network
from mannscope.cli.output import print_json, print_table
from mannscope.cli.parsing import Parser

if TYPE_CHECKING:
    import xarray as xr


def parser() -> Parser:
    """Give the options."""
    made = Parser(
        "show",
        "Run one input and tell, symbol by symbol, what was read, done to the memory and put out.",
        'mannscope show runs/reversal --input "3 1 4 1 5"',
    )
    made.add_run()
    told = "symbols separated by spaces for reversal, '3 1 4'; an expression as it is written, '((3+4)*2)'"
    made.add_argument("--input", required=True, metavar="TEXT", help=told)
    made.add_argument("--figure", metavar="FILE", help="also draw the memory, as .svg, .pdf or .png")
    made.add_slots()
    made.add_json()
    return made


def run(arguments: Sequence[str]) -> None:
    """Show one episode."""
    options = parser().read(arguments)
    network = load_network(options.run)
    episode = network.task.episode(options.input)
    trace = network.record(episode, slots=options.slots, capped=options.capped)
    told = describe(trace)
    if options.figure:
        from mannscope.figures import memory, save

        save(memory(trace), options.figure)
    if options.json:
        print_json(told)
        return
    from mannscope.figures import show_table

    print_table(show_table(trace))
    print(f"answer: {told['answer']}")


def describe(trace: "xr.Dataset") -> dict[str, Any]:
    """Tell a trace's only episode: tokens, actions and outputs at each step, and the answer.

    An action is one word where there is one actor, otherwise a word for each actor.
    """
    from mannscope.traces import labels

    symbols, outputs, actions, actors = (
        labels(trace, name) for name in ("symbols", "outputs", "actions", "actors")
    )
    one = trace.isel(episode=0)
    put_out = [outputs[index] for index in one["output"].values]
    done = [[actions[index] for index in step] for step in one["action"].values]
    answers = zip(put_out, one["answer"].values, strict=True)
    return {
        "tokens": [symbols[index] for index in one["input"].values],
        "actions": [step[0] if len(actors) == 1 else dict(zip(actors, step, strict=True)) for step in done],
        "outputs": put_out,
        "answer": " ".join(label for label, asked in answers if asked),
    }
