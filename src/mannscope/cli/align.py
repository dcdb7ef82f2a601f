"""`mannscope align`: in how many dimensions of what is written a textbook algorithm's content lies."""

from collections.abc import Sequence

from mannscope.cli.interruption import INTERRUPTION
from mannscope.cli.loading import load_network
from mannscope.cli.output import note, print_json, print_table, table
from mannscope.cli.parsing import Parser


def parser() -> Parser:
    """Give the options."""
    made = Parser(
        "align",
        "Search for a linear subspace of what is written that carries what a textbook algorithm writes: "
        "exchanged alone between episodes, it must change the answer as the algorithm says. Scored on "
        "held-out episodes, beside a random subspace and an untrained network.",
        "mannscope align reversal-stack",
    )
    made.add_argument("run", metavar="RUN", help="run folder, or name of a bundled network")
    made.add_argument("--algorithm", metavar="NAME", help="textbook algorithm; the task's first unless given")
    made.add_whole("--episodes", 96, "episodes of each of two sizes, for the search and for the score")
    made.add_seed(0)
    made.add_json()
    return made


def run(arguments: Sequence[str]) -> None:
    """Search, and print a row for each number of dimensions."""
    options = parser().read(arguments)
    network = load_network(options.run)
    from mannscope.hypotheses import align

    def log(line: str) -> None:
        INTERRUPTION.check()
        note(line)

    found = align(network, options.algorithm, episodes=options.episodes, seed=options.seed, log=log)
    if options.json:
        print_json(found.to_dict())
        return
    headings = ["dimensions", "accuracy", "from", "to", "random subspace", "untrained network"]
    cells = [
        [
            str(row.dimensions),
            *(f"{value:.3f}" for value in (row.accuracy, *row.interval, row.random_subspace, row.untrained)),
        ]
        for row in found.rows
    ]
    print_table(table(headings, cells))
    print(f"all {found.width} numbers exchanged: {found.whole:.3f}; {found.swaps} held-out swaps")
