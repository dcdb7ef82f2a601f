"""The errors a user can cause; each says what must hold, what came, and what to do."""

from collections.abc import Iterable
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
        known = sorted(known)
        near = nearest(name, known)
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


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else text + "."
