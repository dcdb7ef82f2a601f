"""`mannscope evaluate`: accuracy at sizes and shapes."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mannscope.cli.first_errors import find_first_errors, first_error_table
from mannscope.cli.loading import load_network
from mannscope.cli.output import note, print_json, print_table, table
from mannscope.cli.parsing import Parser, whole
from mannscope.cli.progress import waiting

if TYPE_CHECKING:
    from mannscope.training import Network

MULTIPLES = (1, 2, 5)
"""The default sizes, as multiples of the largest trained on."""


def parser() -> Parser:
    """Give the options."""
    made = Parser(
        "evaluate",
        "Measure accuracy on held-out episodes of every size and shape, soft and discretised.",
        "mannscope evaluate runs/reversal --sizes 20 40 100",
    )
    made.add_run()
    message = "sizes, in the task's unit (default: 1, 2 and 5 times the largest trained on)"
    made.add_argument("--sizes", type=whole("--sizes"), nargs="+", metavar="N", help=message)
    message = "shapes, such as random left right balanced depth:3 (default: the task's first)"
    made.add_argument("--shapes", nargs="+", default=[], metavar="SHAPE", help=message)
    made.add_whole("--episodes", 256, "episodes of each size and shape")
    made.add_slots()
    made.add_seed(1)
    message = "also say at which step and depth it first goes wrong, and whether the policy is at fault"
    made.add_argument("--first-error", action="store_true", help=message)
    made.add_argument("--plot", metavar="FILE", help="also draw accuracy by size, as .svg, .pdf or .png")
    made.add_json()
    return made


def run(arguments: Sequence[str]) -> None:
    """Evaluate a network and print its accuracies."""
    from mannscope.training.subject import sizes_of

    options = parser().read(arguments)
    network = load_network(options.run)
    largest = network.trained_size
    sizes = options.sizes or list(sizes_of(network, MULTIPLES))
    if network.task.finite is not None:
        note("\n".join(network.task.finite.lines(network.configuration.training.largest)))
    results = _measure(network, sizes, options)
    if options.plot:
        from mannscope.figures import accuracy_by_size, save

        save(accuracy_by_size(results, training_size=largest), options.plot)
    named = network.configuration.to_dict()
    errors = find_first_errors(network, sizes, options) if options.first_error else None
    if options.json:
        tasks = {kind: named[kind]["name"] for kind in ("task", "memory")}
        found = {} if errors is None else {"first_errors": errors}
        print_json({"run": options.run, **tasks, "results": results, **found})
    else:
        print_table(_table(results))
        if errors is not None:
            print_table(first_error_table(errors))


def _measure(network: "Network", sizes: Sequence[int], options: Any) -> list[dict[str, Any]]:
    from mannscope.training import evaluate

    results = []
    for shape in options.shapes or [network.task.shapes[0]]:
        for size in sizes:
            above = max((one for one in sizes if one < size), default=0)
            with waiting(f"size {size}, {shape}"):
                results += evaluate(
                    network,
                    [size],
                    [shape],
                    episodes=options.episodes,
                    seed=options.seed,
                    slots=options.slots,
                    capped=options.capped,
                    above=above,
                )
    return [row.to_dict() for row in results]


def _table(results: list[dict[str, Any]]) -> Any:
    headings = ("size", "shape", "episodes", "exact", "95% interval", "discretised", "token", "base rate")
    rows = [
        (
            str(row["size"]),
            row["shape"],
            str(row["episodes"]),
            f"{row['exact']:.3f}",
            "{:.3f} to {:.3f}".format(*row["interval"]),
            f"{row['exact_discrete']:.3f}",
            f"{row['token']:.3f}",
            f"{row['base_rate']:.3f}",
        )
        for row in results
    ]
    return table(headings, rows)
