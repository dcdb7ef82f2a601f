"""A training configuration, made of a file, if there is one, and of the command line, which overrides it.

The options of the chosen task, memory and controller are the arguments of their constructors, so that a
class of another package has its options and their help as soon as it has a name.
"""

import argparse
import dataclasses
import inspect
import json
from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Final

import jsonargparse
from docstring_parser import parse_from_object

from mannscope.cli.config_files import PARTS
from mannscope.cli.parsing import refuse
from mannscope.errors import MannscopeError, nearest

if TYPE_CHECKING:
    from mannscope.training import Configuration

PROGRAM: Final = "mannscope train"
DEFAULTS: Final[Mapping[str, str]] = {"controller": "lstm"}

Plain = dict[str, Any]


def choose_names(chosen: Mapping[str, str | None], file: Plain) -> dict[str, str]:
    """Choose task, memory and controller: from the command line, the file, or by default.

    Raises:
        MannscopeError: if no task or no memory is named.
    """
    names = {
        kind: chosen.get(kind) or file.get(kind, {}).get("name") or DEFAULTS.get(kind, "") for kind in PARTS
    }
    for kind, name in names.items():
        if not name:
            from mannscope.training.configuration import PARTS as TABLES

            known = " or ".join(TABLES[kind])
            remedy = f"Pass --{kind} {known}, or a configuration with --config FILE"
            raise MannscopeError(f"a {kind} must be named", "none", remedy)
    return names


def option_parser(names: Mapping[str, str]) -> jsonargparse.ArgumentParser:
    """Make the parser of the options of the named classes, of training, and of the run itself.

    Raises:
        UnknownNameError: if there is no task, memory or controller of a name.
    """
    from mannscope.tables import find
    from mannscope.training import Configuration, Training
    from mannscope.training.configuration import GIVEN
    from mannscope.training.configuration import PARTS as TABLES

    parser = jsonargparse.ArgumentParser(
        prog=PROGRAM, exit_on_error=False, add_help=False, default_env=False, allow_abbrev=False
    )
    owners = {kind: find(kind, name, TABLES[kind]) for kind, name in names.items()} | {"training": Training}
    for kind, owner in owners.items():
        summary = (inspect.getdoc(owner) or "").split("\n")[0].rstrip(".")
        group = parser.add_argument_group(f"{kind} {names.get(kind, '')}".strip() + f": {summary}")
        given = GIVEN & inspect.signature(owner).parameters.keys()
        group.add_class_arguments(owner, kind, as_group=False, skip=set(given))
    message = {entry.arg_name: entry.description for entry in parse_from_object(Configuration).params}
    group = parser.add_argument_group("run: Options of the run itself")
    for entry in dataclasses.fields(Configuration):
        if entry.name not in (*PARTS, "training"):
            text = message.get(entry.name, f"the {entry.name} of the run")
            group.add_argument(f"--{entry.name}", type=entry.type, default=entry.default, help=text)
    return parser


def configure(
    names: Mapping[str, str], file: Plain, rest: Sequence[str], source: str, beside: Sequence[str] = ()
) -> "Configuration":
    """Make the configuration.

    Args:
        names: Task, memory and controller.
        file: What a configuration file says; empty without one.
        rest: The arguments that are options of the configuration.
        source: What the file is called in errors.
        beside: Options that are read elsewhere, which a misspelt one may have meant.

    Raises:
        MannscopeError: if an option is unknown, missing, or has a wrong value.
    """
    from mannscope.training import Configuration

    parser = option_parser(names)
    kept = {kind: file.get(kind, {}) for kind in (*PARTS, "training")}
    for kind, name in names.items():
        part = dict(kept[kind])
        kept[kind] = part if part.pop("name", None) == name else {}
    single = {name: value for name, value in file.items() if name not in (*kept, "schema_version")}
    flat = single | {f"{kind}.{name}": value for kind, part in kept.items() for name, value in part.items()}
    values = _parse(parser, [*_as_arguments(flat, parser, source), *rest], beside)
    parts = {kind: {"name": name, **values.pop(kind, {})} for kind, name in names.items()}
    version = {key: file[key] for key in ("schema_version",) if key in file}
    return Configuration.from_dict({**version, **parts, **values}, source)


def _as_arguments(file: Plain, parser: jsonargparse.ArgumentParser, source: str) -> list[str]:
    """Spell a file's options as arguments, so that one parser checks both."""
    known = [option.removeprefix("--") for option in _option_names(parser)]
    for name in file:
        if name not in known:
            near = nearest(name, known)
            remedy = f"Did you mean {near!r}?" if near else f"See {PROGRAM} --help"
            raise MannscopeError(
                f"the options of {source} must be those of {PROGRAM} --help", repr(name), remedy
            )
    texts = {name: value if isinstance(value, str) else json.dumps(value) for name, value in file.items()}
    return [f"--{name}={text}" for name, text in texts.items()]


def _parse(parser: jsonargparse.ArgumentParser, arguments: list[str], beside: Sequence[str]) -> Plain:
    try:
        return parser.parse_args(_join_lists(parser, arguments)).as_dict()
    except argparse.ArgumentError as problem:
        refuse(str(problem), PROGRAM, [*beside, *_option_names(parser)])


def _join_lists(parser: jsonargparse.ArgumentParser, arguments: list[str]) -> list[str]:
    """Let a list be typed as in `--training.stop_sizes 20 40`."""
    lists = {f"--{name}" for name, value in vars(parser.get_defaults().as_flat()).items() if value == ()}
    joined = []
    while arguments:
        word, *arguments = arguments
        if word in lists:
            values = list(takewhile(lambda value: not value.startswith("-"), arguments))
            arguments = arguments[len(values) :]
            text = ", ".join(values)
            word = f"{word}={text if text.startswith('[') else f'[{text}]'}"
        joined.append(word)
    return joined


def _option_names(parser: jsonargparse.ArgumentParser) -> list[str]:
    return [name for action in parser._actions for name in action.option_strings]
