"""The errors a user can cause; each says what must hold, what came, and what to do."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches


class MannscopeError(Exception):
    """Something the user passed cannot be used.

    The message has three parts: what must hold, what came, and what to do about it.
    The command line prints it alone, without a traceback, and exits with code 2.
    """

    def __init__(self, must: str, got: str, remedy: str) -> None:
        self.must, self.got, self.remedy = must, got, remedy
        super().__init__(f"{_sentence(must)} Got {_sentence(got)} {_sentence(remedy)}")

    def __reduce__(self) -> tuple:
        """Travel between processes by the three parts."""
        return MannscopeError, (self.must, self.got, self.remedy)


class UnknownNameError(MannscopeError):
    """A name that is in no table; the message offers the nearest one that is."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        known = sorted(map(str, known))
        near = nearest(str(name), known)
        remedy = f"Did you mean {near!r}?" if near else f"Choose one of them and pass it as the {kind}."
        super().__init__(f"{kind} must be one of {', '.join(known)}", repr(name), remedy)


def require_positive(owner: str, **options: int) -> None:
    """Make sure that options are whole numbers from 1 on.

    Raises:
        MannscopeError: if one is not.
    """
    for name, value in options.items():
        if value < 1:
            raise MannscopeError(
                f"{name} of {owner} must be at least 1", str(value), f"Pass {name}=1 or more"
            )


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Give the known name that is spelled most like `name`, or None where none is near."""
    lowered = {one.lower(): one for one in known}
    matches = get_close_matches(name.lower(), lowered, n=1, cutoff=0.5)
    return lowered[matches[0]] if matches else None


BROKEN = (TypeError, ValueError, AttributeError, KeyError, IndexError, ArithmeticError, RecursionError)
"""What code raises that is given something of another form."""


@contextmanager
def refusing(must: str, source: object, remedy: str) -> Iterator[None]:
    """Take any failure while something is read for what it is there: an input of another form.

    Raises:
        MannscopeError: if there is one.
    """
    try:
        yield
    except BROKEN as problem:
        reason = f"{type(problem).__name__}: {problem}" if isinstance(problem, KeyError) else str(problem)
        got = f"{source}, which cannot be used ({cut(reason)})"
        raise MannscopeError(must, got, remedy) from problem


def cut(text: str, longest: int = 300) -> str:
    """Put a text in one line, and leave out the middle of a long one."""
    line = " ".join(text.split())
    half = longest // 2
    return line if len(line) <= longest else f"{line[:half]} … {line[-half:]}"


def printable(text: str) -> str:
    """Spell out what would move a terminal's cursor, colour it, or could not be written at all."""
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else text + "."
