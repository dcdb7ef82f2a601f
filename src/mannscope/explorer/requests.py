"""The requests of a page. Nothing in them is trusted, since they come from a browser."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from mannscope.errors import MannscopeError, UnknownNameError

LONGEST_TEXT = 2000
MOST_EDITS = 256
LARGEST_INDEX = 2**31 - 1
_LONGEST_SPELLED = 60

DEEPEST = 16
"""Nested lists and objects that a request may have; it needs four."""

_MUST = "a request must be a JSON object"
_REMEDY = "Reload the page"
_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*"|[][{}]')


@dataclass(frozen=True)
class OutlineRequest:
    """Open a run, or open it again, without its projections, which take as long as all else."""

    run: str


@dataclass(frozen=True)
class OpenRequest:
    """Open a run, or open it again."""

    run: str


@dataclass(frozen=True)
class EpisodeRequest:
    """Get one recorded episode."""

    run: str
    episode: int


@dataclass(frozen=True)
class ForceEdit:
    """Make an actor do an action at a step."""

    step: int
    actor: int
    action: int


@dataclass(frozen=True)
class ZeroReadingEdit:
    """Make the memory read zeros, at one step or at all of them."""

    step: int | None


@dataclass(frozen=True)
class FreezeMemoryEdit:
    """Keep the memory as it is, at one step or at all of them."""

    step: int | None


@dataclass(frozen=True)
class Source:
    """A slot after a step of a recorded episode."""

    episode: int
    step: int
    slot: int


@dataclass(frozen=True)
class ExchangeEdit:
    """Put into a slot, after a step, the contents of a slot of another episode."""

    step: int
    part: int
    slot: int
    source: Source


Edit = ForceEdit | ZeroReadingEdit | FreezeMemoryEdit | ExchangeEdit


@dataclass(frozen=True)
class RunRequest:
    """Run a text, or a recorded episode again, with edits."""

    run: str
    text: str | None = None
    episode: int | None = None
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True)
class VerifyRequest:
    """Verify hypotheses about a run, and measure its accuracy."""

    run: str


@dataclass(frozen=True)
class ExtractRequest:
    """Extract a program from a run's network."""

    run: str


@dataclass(frozen=True)
class ProgressRequest:
    """Ask how far the work on a run is."""

    run: str


@dataclass(frozen=True)
class CancelRequest:
    """Let the work on a run end."""

    run: str


@dataclass(frozen=True)
class ProjectRequest:
    """Project a site of a run to two dimensions."""

    run: str
    site: str
    method: str


Request = (
    OutlineRequest
    | OpenRequest
    | EpisodeRequest
    | RunRequest
    | VerifyRequest
    | ExtractRequest
    | ProgressRequest
    | CancelRequest
    | ProjectRequest
)


def parse(body: bytes) -> dict[str, Any]:
    """Parse the body of a request.

    Raises:
        MannscopeError: if it is not JSON, not an object, or nested too deeply.
    """
    try:
        text = body.decode("utf-8")
        _require_shallow(text)
        message = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as problem:
        raise MannscopeError(_MUST, str(problem)[:200] or "something else", _REMEDY) from problem
    if not isinstance(message, dict):
        raise MannscopeError(_MUST, type(message).__name__, _REMEDY)
    return message


def _require_shallow(text: str) -> None:
    """Count brackets before parsing, since parsers recurse as deeply as the text does."""
    depth = 0
    for found in _BRACKETS.finditer(text):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(found[0], 0)
        if depth > DEEPEST:
            must = f"a request must be nested at most {DEEPEST} levels deep"
            raise MannscopeError(must, "a deeper one", _REMEDY)


def _refuse_constant(name: str) -> NoReturn:
    raise MannscopeError("the numbers of a request must be finite", name, _REMEDY)


def read_request(message: Any) -> Request:
    """Read a message.

    Raises:
        MannscopeError: if it is not one of those that a page sends; `UnknownNameError` for an unknown kind.
    """
    request = _choose("request", _REQUESTS, message, "a message")
    if isinstance(request, RunRequest) and (request.text is None) == (request.episode is None):
        got = "neither" if request.text is None else "both"
        raise MannscopeError(
            "a run must be of a text or an episode", got, "Send text, or the index of an episode"
        )
    return request


def _choose(key: str, forms: Mapping[str, "_Form"], plain: Any, called: str) -> Any:
    """Read a mapping whose form depends on one of its keys."""
    rest = dict(_mapping(plain, called))
    kind = _text(rest.pop(key, None), f"{key} of {called}")
    if kind not in forms:
        raise UnknownNameError(f"{key} of {called}", _spell(kind), forms)
    return forms[kind].read(rest, f"{called} with {key} {kind!r}")


@dataclass(frozen=True)
class _Form:
    """The keys of a mapping, how each is read, and what is made of them."""

    make: Callable[..., Any]
    needed: Mapping[str, Callable[[Any, str], Any]]
    optional: Mapping[str, Callable[[Any, str], Any]] = field(default_factory=dict)

    def read(self, plain: Mapping[Any, Any], called: str) -> Any:
        """Read every value; refuse a key that is missing or unknown."""
        readers = {**self.needed, **self.optional}
        for key in plain:
            if key not in readers:
                raise UnknownNameError(f"key of {called}", _spell(key), readers or ["none"])
        for key in self.needed:
            if key not in plain:
                raise MannscopeError(f"{called} must have {key}", "none", f"Send {key} too")
        read: dict[str, Any] = {}
        for key, value in plain.items():
            read[_SPELLED.get(str(key), str(key))] = readers[key](value, key)
        return self.make(**read)


_SPELLED = {"from": "source"}
"""Keys that are keywords of Python, and the names of their fields."""


def _mapping(value: Any, called: str) -> Mapping[Any, Any]:
    if not isinstance(value, Mapping):
        raise MannscopeError(f"{called} must be an object", _spell(value), "Send an object of JSON")
    return value


def _text(value: Any, called: str) -> str:
    if not isinstance(value, str):
        raise MannscopeError(f"{called} must be text", _spell(value), "Send a string")
    if len(value) > LONGEST_TEXT:
        must, got = f"{called} must have at most {LONGEST_TEXT} characters", str(len(value))
        raise MannscopeError(must, got, "Shorten it")
    return value


def _index(value: Any, called: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST_INDEX:
        must = f"{called} must be a whole number from 0 on"
        raise MannscopeError(must, _spell(value), f"Send {called} 0, for example")
    return value


def _index_or_none(value: Any, called: str) -> int | None:
    return None if value is None else _index(value, called)


def _source(value: Any, called: str) -> Source:
    return _SOURCE.read(_mapping(value, called), called)


def _edits(value: Any, called: str) -> tuple[Edit, ...]:
    if not isinstance(value, list | tuple):
        raise MannscopeError(f"{called} must be a list", _spell(value), "Send an array of JSON")
    if len(value) > MOST_EDITS:
        raise MannscopeError(f"{called} must be at most {MOST_EDITS}", str(len(value)), "Undo some")
    return tuple(_choose("kind", _EDITS, edit, "an edit") for edit in value)


def _spell(value: Any) -> str:
    """Spell a value for an error; a long one is cut."""
    if isinstance(value, int) and not -LARGEST_INDEX <= value <= LARGEST_INDEX:
        return "a number with too many digits"
    is_plain = value is None or isinstance(value, bool | int | float | str)
    text = repr(value) if is_plain else type(value).__name__
    return text if len(text) <= _LONGEST_SPELLED else f"{text[:_LONGEST_SPELLED]}…"


_SOURCE = _Form(Source, {"episode": _index, "step": _index, "slot": _index})
_EDITS = {
    "force": _Form(ForceEdit, {"step": _index, "actor": _index, "action": _index}),
    "zero reading": _Form(ZeroReadingEdit, {"step": _index_or_none}),
    "freeze memory": _Form(FreezeMemoryEdit, {"step": _index_or_none}),
    "exchange": _Form(ExchangeEdit, {"step": _index, "part": _index, "slot": _index, "from": _source}),
}
_REQUESTS = {
    "outline": _Form(OutlineRequest, {"run": _text}),
    "open": _Form(OpenRequest, {"run": _text}),
    "episode": _Form(EpisodeRequest, {"run": _text, "episode": _index}),
    "run": _Form(RunRequest, {"run": _text}, {"text": _text, "episode": _index, "edits": _edits}),
    "verify": _Form(VerifyRequest, {"run": _text}),
    "extract": _Form(ExtractRequest, {"run": _text}),
    "progress": _Form(ProgressRequest, {"run": _text}),
    "cancel": _Form(CancelRequest, {"run": _text}),
    "project": _Form(ProjectRequest, {"run": _text, "site": _text, "method": _text}),
}
