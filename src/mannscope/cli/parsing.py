"""Options of the verbs, and what is said where they are wrong."""

import argparse
import re
from collections.abc import Callable, Iterable, Sequence
from typing import NoReturn

from mannscope.errors import MannscopeError, nearest

_TYPES = {"int": "a whole number", "float": "a number", "bool": "true or false", "str": "text"}


class Parser(argparse.ArgumentParser):
    """Reads the options of one verb."""

    def __init__(self, verb: str, description: str, example: str, *, add_help: bool = True) -> None:
        super().__init__(
            prog=f"mannscope {verb}",
            description=description,
            epilog=f"example: {example}",
            allow_abbrev=False,
            add_help=add_help,
        )

    def read(self, arguments: Sequence[str]) -> argparse.Namespace:
        """Read all arguments.

        Raises:
            MannscopeError: if one is unknown, misses its value, or has a wrong one.
        """
        options, rest = self.parse_known_args(arguments)
        if rest:
            refuse_unknown(rest[0], self.prog, self.option_names())
        return options

    def option_names(self) -> list[str]:
        """List the options as they are typed."""
        return [name for action in self._actions for name in action.option_strings]

    def error(self, message: str) -> NoReturn:
        """Raise what argparse would print."""
        refuse(message, self.prog, self.option_names())

    def add_run(self, *, needed: bool = True) -> None:
        """Add the run that the verb is about."""
        message = "run folder, or name of a bundled network"
        self.add_argument("run", metavar="RUN", nargs=None if needed else "?", help=message)

    def add_json(self) -> None:
        """Add the choice of JSON."""
        self.add_argument("--json", action="store_true", help="print one JSON document and nothing else")

    def add_seed(self, default: int, message: str = "draws the episodes") -> None:
        """Add the seed."""
        self.add_whole("--seed", default, message, least=None)

    def add_whole(self, option: str, default: int | None, message: str, least: int | None = 1) -> None:
        """Add an option whose value is a whole number."""
        message = message if default is None else f"{message} (default: {default})"
        self.add_argument(option, type=whole(option, least), default=default, metavar="N", help=message)

    def add_slots(self) -> None:
        """Add the size of the memory."""
        self.add_whole("--slots", None, "slots of the memory (default: as many as can be needed)")
        self.add_argument("--capped", action="store_true", help="allow fewer slots than can be needed")


def whole(option: str, least: int | None = 1) -> Callable[[str], int]:
    """Make the reader of a whole number, from `least` on."""

    def read(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = None
        if number is None or (least is not None and number < least):
            must = f"{option} must be a whole number" + ("" if least is None else f" from {least}")
            example = 1 if least is None else max(least, 1)
            raise MannscopeError(must, repr(text), f"Pass one such as {option} {example}")
        return number

    return read


def refuse_unknown(word: str, program: str, known: Iterable[str]) -> NoReturn:
    """Say which option, or which stray value, is not known.

    Raises:
        MannscopeError: always.
    """
    see = f"See {program} --help"
    if not word.startswith("-"):
        raise MannscopeError(f"every value of {program} must belong to an option", repr(word), see)
    name = word.split("=")[0]
    near = nearest(name, known)
    remedy = f"Did you mean {near!r}?" if near else see
    raise MannscopeError(f"the options must be those of {program} --help", repr(name), remedy)


def refuse(message: str, program: str, known: Iterable[str]) -> NoReturn:
    """Put what a parser says in three parts.

    Raises:
        MannscopeError: always.
    """
    see = f"See {program} --help"
    if found := re.match(r"unrecognized arguments: (\S+)", message):
        refuse_unknown(found[1], program, known)
    if found := re.match(r"the following arguments are required: (\S+?),?(\s|$)", message):
        option = f"--{found[1]}" if "." in found[1] else found[1]
        raise MannscopeError(f"{option} must be given", "nothing", see)
    if found := re.match(r"argument ([^:/]+)\S*: (expected .*)", message):
        got = "none" if found[2].startswith("expected") else message
        raise MannscopeError(f"{found[1]} must have a value ({found[2]})", got, see)
    text = r'Parser key "([^"]+)"(?: element \d+)?:\s+Expected a <class \'(\w+)\'>\. Got value: (.*)'
    if found := re.match(text, message):
        must = f"--{found[1]} must be {_TYPES.get(found[2], found[2])}"
        raise MannscopeError(must, repr(found[3]), "Correct it on the command line or in the configuration")
    raise MannscopeError(f"the options of {program} must fit its help", " ".join(message.split()), see)
