"""`mannscope explain`: what a network does, on one screen or one page."""

from collections.abc import Sequence

from mannscope.cli.interruption import INTERRUPTION
from mannscope.cli.loading import load_network
from mannscope.cli.output import note, print_json
from mannscope.cli.parsing import Parser
from mannscope.files import require_writable


def parser() -> Parser:
    """Give the options."""
    made = Parser(
        "explain",
        "Say on one screen what a network does with its memory: accuracy beyond the size trained on, the "
        "policy that its actions follow, which hypotheses hold and what is their weakest evidence, a program "
        "that does the same, an example, and what to look at next. It is a quick look, of seconds.",
        "mannscope explain runs/reversal --out explanation.html",
    )
    made.add_run()
    made.add_argument("-o", "--out", metavar="FILE", help="also write it as one HTML page, with a picture")
    message = "take the whole look: verdicts at all sizes and on all controls, a program of more episodes"
    made.add_argument("--whole", action="store_true", help=message)
    made.add_seed(0, "draws the episodes")
    made.add_json()
    return made


def run(arguments: Sequence[str]) -> None:
    """Explain a network."""
    options = parser().read(arguments)
    if options.out:
        require_writable(options.out)
    network = load_network(options.run)
    from mannscope.explanation import explain

    found = explain(network, whole=options.whole, seed=options.seed, run=options.run, log=_log)
    if options.out:
        found.save(options.out)
        note(f"wrote {options.out}")
    if options.json:
        print_json(found.to_dict())
    else:
        print(found)


def _log(line: str) -> None:
    INTERRUPTION.check()
    note(line)
