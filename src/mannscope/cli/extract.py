"""`mannscope extract`: a program that does what a network does, and how well it agrees."""

from collections.abc import Sequence
from typing import Any

from mannscope.cli.loading import load_network
from mannscope.cli.output import note, print_json, print_table, table
from mannscope.cli.parsing import Parser
from mannscope.files import require_writable

OBSERVED = 3000
"""The default number of episodes that a program is made of."""


def parser() -> Parser:
    """Give the options."""
    made = Parser(
        "extract",
        "Extract a program, rules over states on an ideal machine (on a stack: a pushdown automaton), that "
        "does what the network does. It is compared with the network on held-out episodes of 1, 2 and 5 "
        "times the size trained on. Whether the network can have a program (an exact machine for a memory, "
        "and a task that it does) is found out first, on a few episodes.",
        "mannscope extract expressions-stack -o program.json",
    )
    made.add_run()
    made.add_argument("-o", "--out", metavar="FILE", help="write the program to this JSON file")
    made.add_argument("--figure", metavar="FILE", help="also draw the rules, as .svg, .pdf or .png")
    made.add_whole("--observed", OBSERVED, "episodes that the program is made of")
    made.add_whole("--episodes", 256, "held-out episodes of each size and shape")
    message = "extract also from a network that is mostly wrong, or whose heads jump"
    made.add_argument("--anyway", action="store_true", help=message)
    made.add_seed(0)
    made.add_json()
    return made


def run(arguments: Sequence[str]) -> None:
    """Extract a program, write it, and print how it compares."""
    options = parser().read(arguments)
    if options.figure:
        from mannscope.figures import check_suffix

        check_suffix(options.figure)
    for path in filter(None, (options.out, options.figure)):
        require_writable(path)
    network = load_network(options.run)
    from mannscope.programs import write_program
    from mannscope.programs.extraction import extract

    found = extract(
        network,
        observed=options.observed,
        episodes=options.episodes,
        seed=options.seed,
        anyway=options.anyway,
        log=note,
    )
    if options.out:
        write_program(found.program, options.out)
    if options.figure:
        from mannscope.figures import program, save

        save(program(found.program), options.figure)
    plain = found.to_dict()
    if options.json:
        print_json({"run": options.run, "out": options.out, **plain})
    else:
        _print(plain)


def _print(plain: dict[str, Any]) -> None:
    headings = ("size", "shape", "agreement", "from", "to", "program exact", "network exact")
    rows = [
        (
            str(row["size"]),
            row["shape"],
            *(f"{value:.3f}" for value in (row["agreement"], *row["interval"])),
            *(f"{row[name]:.3f}" for name in ("exact", "network_exact")),
        )
        for row in plain["rows"]
    ]
    print_table(table(headings, rows))
    print(
        f"states: {plain['states']}, of at least {plain['at_least']}; contents: {plain['contents']}; "
        f"rules: {plain['rules']}, which explain {plain['explained']:.4f} of the observed steps"
    )
    for remark in plain["notes"]:
        print(f"note: {remark}")
    first = plain["first_disagreement"]
    if first is not None:
        said = first["stopped"] or f"gives {first['program']}"
        print(
            f"first disagreement: {first['text']} at step {first['step']}: "
            f"the network gives {first['network']}; the program: {said}"
        )
    print(f"the program {'agrees' if plain['agrees'] else 'does not agree'} with the network (at least 0.99)")
