"""`mannscope run-program`: an extracted program on one input, without its network."""

from collections.abc import Sequence
from typing import Any

from mannscope.cli.output import print_json, print_table, table
from mannscope.cli.parsing import Parser


def parser() -> Parser:
    """Give the options."""
    made = Parser(
        "run-program",
        "Run an extracted program on one input, step by step. The network is not needed.",
        "mannscope run-program program.json --input '((3+4)*(2-9))'",
    )
    made.add_argument("program", metavar="FILE", help="JSON file that mannscope extract wrote")
    message = "symbols separated by spaces for reversal, '3 1 4'; an expression as it is written, '((3+4)*2)'"
    made.add_argument("--input", required=True, metavar="TEXT", help=message)
    made.add_json()
    return made


def run(arguments: Sequence[str]) -> None:
    """Run one input."""
    options = parser().read(arguments)
    from mannscope.programs import read_program
    from mannscope.programs.reading import read_input

    program = read_program(options.program)
    given = read_input(program, options.input)
    done = program.run(given.symbols)
    answers = [output for output, counts in zip(done.outputs, given.answer, strict=False) if counts]
    steps = [step._asdict() for step in done.steps]
    message = {
        "tokens": list(given.symbols),
        "steps": [{name: _list(value) for name, value in step.items()} for step in steps],
        "outputs": list(done.outputs),
        "answer": " ".join(output or "?" for output in answers),
        "stopped": done.stopped,
    }
    if options.json:
        print_json(message)
        return
    _print(message)


def _list(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _print(message: dict[str, Any]) -> None:
    rows = [
        (
            step["symbol"],
            " ".join(step["actions"]),
            step["write"] or "",
            step["state"],
            " ".join(step["memory"]),
            step["output"] or "",
        )
        for step in message["steps"]
    ]
    print_table(table(("symbol", "action", "write", "state", "memory", "output"), rows))
    if message["stopped"]:
        print(f"the program stopped: {message['stopped']}")
    print(f"answer: {message['answer']}")
