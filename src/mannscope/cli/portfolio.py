"""`mannscope train` without a controller or a recipe: the portfolio, and several seeds of it."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mannscope.cli.output import note, print_json
from mannscope.cli.progress import reporting
from mannscope.cli.seeds import print_seeds, run_all
from mannscope.errors import MannscopeError

if TYPE_CHECKING:
    from mannscope.training import Configuration

PLAIN = "plain"
"""The recipe that trains one network with the options as they are."""
_LEFT = ("--task", "--memory", "--seed")


def given(rest: Sequence[str]) -> list[str]:
    """List the options among arguments, without their values."""
    return [word.partition("=")[0] for word in rest if word.startswith("--")]


def is_open(options: argparse.Namespace, rest: Sequence[str]) -> bool:
    """Tell whether controller and training are left open, so that the portfolio chooses them."""
    from mannscope.training.templates import DATA

    chosen = (options.config, options.recipe, options.controller, options.print_config)
    left = (*_LEFT, *(f"--training.{name}" for name in DATA))
    return not any(chosen) and all(
        name in left or name.startswith(("--task.", "--memory.")) for name in given(rest)
    )


def begun_in(folder: Path) -> dict[str, Any] | None:
    """Give what the portfolio in a folder, or the first of its seeds, was begun with; None without one."""
    from mannscope.training.asked import asked_for

    seeds = sorted(folder.glob("seed-*"), key=lambda path: (len(path.name), path))
    found = (asked_for(path) for path in (folder, *seeds))
    return next((asked for asked in found if asked), None)


def _refuse_what_is_plain(options: argparse.Namespace) -> None:
    """Refuse options that only one training of a network has.

    Raises:
        MannscopeError: if there is one.
    """
    plain = {"--tensorboard": options.tensorboard, "--keep-every": options.keep_every}
    plain["--devices"] = options.devices > 1
    for name, value in plain.items():
        if value:
            must = f"{name} must be given with a controller, a recipe, or --recipe {PLAIN}"
            raise MannscopeError(must, "none of them", f"Add --recipe {PLAIN}, or drop {name}")


def asked_of(configuration: "Configuration", rest: Sequence[str]) -> dict[str, Any]:
    """Give what the portfolio is asked for: task, memory, seed, and what is trained on."""
    prefix = "--training."
    names = [name.removeprefix(prefix) for name in given(rest) if name.startswith(prefix)]
    data = {name: getattr(configuration.training, name) for name in names}
    said = ("name", *(name.removeprefix("--memory.") for name in given(rest)))
    return {
        "task": configuration.task,
        "memory": {name: value for name, value in configuration.memory.items() if name in said},
        "seed": configuration.seed,
        "data": {name: list(value) if isinstance(value, tuple) else value for name, value in data.items()},
    }


def run_portfolio(asked: dict[str, Any], folder: Path, options: argparse.Namespace) -> None:
    """Train in several ways, and print what was tried and why it stopped."""
    from mannscope.training import train_portfolio
    from mannscope.training.store import summarise
    from mannscope.training.templates import GATED

    _refuse_what_is_plain(options)
    with reporting(int(GATED.training["steps"])) as report:
        found = train_portfolio(**asked, folder=folder, resume=options.resume, report=report, log=note)
    if options.json:
        print_json({**summarise(folder), "portfolio": found.to_dict()})
    else:
        print(found)
        print(f"{folder}: mannscope explain {folder} says what it does")


def run_portfolios(asked: dict[str, Any], folder: Path, options: argparse.Namespace) -> int:
    """Train the portfolio of several seeds, a process each."""
    from mannscope.training.asked import begin, settle
    from mannscope.training.store import is_complete, summarise

    _refuse_what_is_plain(options)
    runs = [folder / f"seed-{seed}" for seed in range(asked["seed"], asked["seed"] + options.seeds)]
    for place, run in enumerate(runs):
        wanted = settle(**{**asked, "seed": asked["seed"] + place})
        begin(run, wanted, resume=options.resume or is_complete(run))
    due = [run for run in runs if not is_complete(run)]
    for run in runs:
        if run not in due:
            note(f"{run}: complete already")
    codes = run_all(due, ())
    failed = [str(run) for run, code in codes.items() if code]
    found = {
        "runs": [summarise(run) for run in runs if str(run) not in failed],
        "skipped": [str(run) for run in runs if run not in due],
        "failed": failed,
    }
    return print_seeds(found, as_json=options.json)
