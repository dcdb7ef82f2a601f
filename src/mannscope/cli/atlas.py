"""`mannscope atlas`: which memory learns which task, by which strategy."""

from collections.abc import Sequence
from pathlib import Path

from mannscope.cli.checking import add_check, run_check
from mannscope.cli.output import note, print_json
from mannscope.cli.parsing import Parser
from mannscope.cli.pool_options import add_pool, pool_options

DATA, PAGE = "docs/results/atlas.parquet", "docs/atlas.md"


def parser() -> Parser:
    """Give the options."""
    made = Parser(
        "atlas",
        "Train every task with every memory by the one way of training, several seeds of each; measure, "
        "judge, and compare with what is expected. The same command continues an interrupted atlas, and adds "
        "seeds and pairs to a finished one. One network takes one to five minutes of a core.",
        "mannscope atlas --tasks reversal copy --memories stack attention --seeds 3 --out atlas",
    )
    made.add_argument(
        "--tasks", nargs="+", default=[], metavar="TASK", help="tasks of the atlas (default: all)"
    )
    message = "memories of the atlas (default: all)"
    made.add_argument("--memories", nargs="+", default=[], metavar="MEMORY", help=message)
    made.add_whole("--seeds", 3, "networks of each pair")
    made.add_argument("--out", default="atlas", metavar="DIR", help="folder to write (default: %(default)s)")
    add_pool(made)
    add_check(made, DATA, PAGE)
    made.add_json()
    return made


def run(arguments: Sequence[str]) -> int:
    """Run the atlas, or check a page of it."""
    options = parser().read(arguments)
    if options.check:
        from mannscope.atlas import check

        return run_check(options, check)
    from mannscope.atlas import PAGE, choose_pairs, run_atlas
    from mannscope.atlas.summary import counts, table

    pairs = choose_pairs(options.tasks, options.memories)
    out = Path(options.out)
    rows = run_atlas(out, pairs, seeds=options.seeds, **pool_options(options), log=note)
    if options.json:
        print_json({"page": str(out / PAGE), "networks": rows})
    else:
        print(table(rows))
        print(counts(rows))
        print(f"page: {out / PAGE}")
    return 0
