"""`mannscope train`: a network, or several seeds of it."""

import argparse
import shlex
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from mannscope.cli.config_files import PARTS, find_recipe, read_config, recipes
from mannscope.cli.interruption import INTERRUPTION
from mannscope.cli.output import note, print_json
from mannscope.cli.parsing import Parser
from mannscope.cli.portfolio import PLAIN, asked_of, begun_in, is_open, run_portfolio, run_portfolios
from mannscope.cli.progress import reporting
from mannscope.cli.runs import format_summary, stored_configuration
from mannscope.cli.seeds import print_seeds, train_seeds
from mannscope.cli.tensorboard import events, require_tensorboard
from mannscope.errors import MannscopeError, UnknownNameError, refusing

if TYPE_CHECKING:
    from mannscope.training import Configuration


def parser(names: Mapping[str, Sequence[str]]) -> Parser:
    """Give the options that do not depend on the chosen classes, whose names are listed for each kind."""
    made = Parser(
        "train",
        "Train a network. Without a controller, a recipe and options of how to train, it is trained in "
        "several ways, one after the other, until it generalises. Options of the chosen task, memory and "
        "controller nest beside their names: --task expressions --task.modulus 5. What the command line says "
        "overrides the file.",
        "mannscope train --task reversal --memory stack --out runs/reversal",
        add_help=False,
    )
    made.add_argument(
        "-h", "--help", action="store_true", help="show this, with options of the chosen classes"
    )
    for kind in PARTS:
        message = f"one of {', '.join(names.get(kind, ()))}" + (
            " (default: the portfolio chooses)" if kind == "controller" else ""
        )
        made.add_argument(f"--{kind}", f"--{kind}.name", dest=kind, metavar="NAME", help=message)
    made.add_whole("--seeds", None, "train N seeds from --seed on, in DIR/seed-<seed>, in parallel")
    made.add_whole("--devices", 1, "let N devices share the rows of a step (on a CPU there is one)")
    made.add_argument("--out", metavar="DIR", help="run folder (default: runs/<task>-<memory>-<seed>)")
    made.add_argument("--config", metavar="FILE", help="YAML file, as --print_config writes it")
    message = f"a bundled configuration, one of {', '.join(recipes())}, or {PLAIN}: the options as they are"
    made.add_argument("--recipe", metavar="NAME", help=message)
    made.add_argument("--print_config", action="store_true", help="print the configuration and stop")
    message = "continue the run in --out, to the result it would have had without interruption"
    made.add_argument("--resume", action="store_true", help=message)
    made.add_whole("--keep-every", None, "keep the weights every N steps, for mannscope history")
    made.add_argument("--tensorboard", action="store_true", help="also write TensorBoard events")
    made.add_json()
    return made


def run(arguments: Sequence[str]) -> int | None:
    """Train, and print where the run is and how it ended."""
    from mannscope.training.configuration import PARTS as TABLES

    options_parser = parser({kind: list(table) for kind, table in TABLES.items()})
    options, rest = options_parser.parse_known_args(arguments)
    if not options.help and (asked := _asked(options, rest, options_parser.option_names())):
        return _left_open(asked, options)
    path = _file(options)
    file = read_config(path) if path else {}
    if options.help:
        _print_help(options_parser, options, file)
        return None
    configuration = _configuration(options, rest, file, path, options_parser.option_names())
    if options.print_config:
        import yaml

        print(yaml.safe_dump(configuration.to_dict(), sort_keys=False, allow_unicode=True), end="")
        return None
    if options.tensorboard:
        require_tensorboard()
    folder = _folder(options, configuration.task, configuration.memory, configuration.seed)
    with _resumable(folder, options):
        if options.seeds:
            return _several(configuration, folder, options)
        _one(configuration, folder, options)
    return None


def _file(options: argparse.Namespace) -> Path | None:
    if options.config and options.recipe:
        raise MannscopeError("--config and --recipe must not both be given", "both", "Drop one of them")
    if options.recipe == PLAIN:
        return None
    if options.recipe:
        return find_recipe(options.recipe)
    if options.config:
        return Path(options.config)
    if not (options.resume and options.out):
        return None
    stored = stored_configuration(Path(options.out))
    if stored is None and not options.task:
        got = f"{options.out}, which holds none"
        remedy = "Check --out, or name a task and a memory to begin a run"
        raise MannscopeError("--resume must find a run in --out", got, remedy)
    return stored


def _configuration(
    options: argparse.Namespace,
    rest: Sequence[str],
    file: dict[str, Any],
    path: Path | None,
    beside: Sequence[str],
) -> "Configuration":
    from mannscope.cli.configure import choose_names, configure
    from mannscope.models.interface import InterfaceInput

    names = choose_names({kind: getattr(options, kind) for kind in PARTS}, file)
    source = str(path or "the command line")
    with refusing("a configuration must make a task and a network", source, "See mannscope train --help"):
        configuration = configure(names, file, rest, source, beside)
    if configuration.interface not in get_args(InterfaceInput):
        raise UnknownNameError("interface", configuration.interface, get_args(InterfaceInput))
    return configuration


def _print_help(options_parser: Parser, options: argparse.Namespace, file: dict[str, Any]) -> None:
    from mannscope.cli.configure import DEFAULTS, option_parser

    chosen = {kind: getattr(options, kind) or file.get(kind, {}).get("name") for kind in PARTS}
    names = {kind: name or DEFAULTS.get(kind) for kind, name in chosen.items()}
    print(options_parser.format_help())
    print(
        option_parser({kind: name for kind, name in names.items() if name}).format_help().partition("\n\n")[2]
    )
    for kind in (kind for kind, name in names.items() if not name):
        print(f"Options of a {kind}: mannscope train --{kind} NAME --help")


def _folder(
    options: argparse.Namespace, task: Mapping[str, Any], memory: Mapping[str, Any], seed: int
) -> Path:
    if options.out:
        return Path(options.out)
    named = f"{task['name']}-{memory['name']}"
    return Path("runs") / (named if options.seeds else f"{named}-{seed}")


def _asked(options: argparse.Namespace, rest: Sequence[str], beside: Sequence[str]) -> dict[str, Any] | None:
    """Give what the portfolio is asked for, where controller and training are left open; None elsewhere."""
    if not is_open(options, rest):
        return None
    out = Path(options.out) if options.resume and options.out else None
    if out and not (options.task or options.memory or rest) and (before := begun_in(out)):
        return before
    if out and not begun_in(out) and (stored_configuration(out) or not options.task):
        return None
    return asked_of(_configuration(options, rest, {}, None, beside), rest)


def _left_open(asked: dict[str, Any], options: argparse.Namespace) -> int | None:
    with _resumable(folder := _folder(options, asked["task"], asked["memory"], asked["seed"]), options):
        if options.seeds:
            return run_portfolios(asked, folder, options)
        run_portfolio(asked, folder, options)
    return None


def _one(configuration: "Configuration", folder: Path, options: argparse.Namespace) -> None:
    from mannscope.training import train
    from mannscope.training.store import summarise

    metrics = events(folder) if options.tensorboard else None
    _tell(configuration, folder)
    with reporting(configuration.training.steps) as report:
        train(
            configuration,
            folder,
            resume=options.resume,
            devices=options.devices,
            keep_every=options.keep_every,
            report=report,
            metrics=metrics,
        )
    summary = summarise(folder)
    if options.json:
        print_json(summary)
    else:
        print(format_summary(summary))


def _tell(configuration: "Configuration", folder: Path) -> None:
    """Say of finite data how many rows there are, and how many fit."""
    from mannscope.tasks.own_rows import read_kept_rows

    read_kept_rows(configuration.task, folder)
    finite = configuration.make_task().finite
    if finite is not None:
        note("\n".join(finite.lines(configuration.training.largest)))


def _several(configuration: "Configuration", folder: Path, options: argparse.Namespace) -> int:
    passed_on = [*(["--tensorboard"] if options.tensorboard else []), "--devices", str(options.devices)]
    passed_on += ["--keep-every", str(options.keep_every)] if options.keep_every else []
    found = train_seeds(configuration, folder, options.seeds, resume=options.resume, options=passed_on)
    return print_seeds(found, as_json=options.json)


@contextmanager
def _resumable(folder: Path, options: argparse.Namespace) -> Iterator[None]:
    """Let an interruption end with a line that says how to go on."""
    try:
        INTERRUPTION.check()
        yield
    except (KeyboardInterrupt, Exception) as problem:
        if not (isinstance(problem, KeyboardInterrupt) or INTERRUPTION.signal):
            raise
        if stored_configuration(folder) is None and begun_in(folder) is None:
            raise KeyboardInterrupt("Interrupted before anything was written.") from None
        command = f"mannscope train --out {shlex.quote(str(folder))} --resume"
        asked = {"--seeds": options.seeds, "--keep-every": options.keep_every}
        more = "".join(f" {option} {number}" for option, number in asked.items() if number)
        raise KeyboardInterrupt(f"Interrupted. Continue with: {command}{more}") from None
