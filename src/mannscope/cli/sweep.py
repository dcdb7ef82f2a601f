"""`mannscope sweep`: search the options of a configuration, and keep the log."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mannscope.cli.output import note, print_json, print_table, table
from mannscope.cli.parsing import Parser
from mannscope.cli.pool_options import add_pool, pool_options

SHOWN = 10
"""Most trials in the table."""


def parser() -> Parser:
    """Return the options."""
    made = Parser(
        "sweep",
        "Search the options of a recipe by trials, each a network that is trained, and scored at sizes and "
        "shapes of its own. Every trial is kept in an Optuna journal, and the best configuration as "
        "best.yaml. The same command continues an interrupted sweep where it stopped.",
        "mannscope sweep space.yaml --trials 24 --out sweep",
    )
    made.add_argument("space", metavar="SPACE", help="YAML file that says what varies (see docs/sweep.md)")
    made.add_whole("--trials", 24, "trials in all, including those already in --out")
    made.add_argument("--out", default="sweep", metavar="DIR", help="folder to write (default: %(default)s)")
    add_pool(made)
    made.add_json()
    return made


def run(arguments: Sequence[str]) -> None:
    """Run the sweep, and print the best trials."""
    options = parser().read(arguments)
    from mannscope.sweeps import read_space, run_sweep

    space = read_space(Path(options.space))
    found = run_sweep(space, Path(options.out), options.trials, **pool_options(options), log=note)
    if options.json:
        print_json(found)
        return
    print_table(_table(found["trials"]))
    print(f"best configuration: {found['configuration']} (mannscope train --config {found['configuration']})")


def _table(trials: Sequence[Mapping[str, Any]]) -> Any:
    done = [trial for trial in trials if trial["value"] is not None]
    best = sorted(done, key=lambda trial: -trial["value"])[:SHOWN]
    names = list(best[0]["options"])
    rows = [
        (str(trial["trial"]), f"{trial['value']:.3f}", *(f"{trial['options'][name]}" for name in names))
        for trial in best
    ]
    return table(("trial", "exact", *names), rows)
