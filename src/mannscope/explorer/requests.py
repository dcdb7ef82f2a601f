"""What a page may ask: messages read with suspicion, since they come from a browser."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mannscope.errors import MannscopeError, UnknownNameError

LONGEST_TEXT = 2000
MOST_EDITS = 256
LARGEST_INDEX = 2**31 - 1
_SHOWN = 60


@dataclass(frozen=True)
class OpenAsk:
    """Open a run, or open it again."""

    run: str


@dataclass(frozen=True)
class EpisodeAsk:
    """Give one recorded episode."""

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
    """Let nothing come back from the memory, at one step or at all of them."""

    step: int | None


@dataclass(frozen=True)
class FreezeMemoryEdit:
    """Let nothing change the memory, at one step or at all of them."""

    step: int | None


@dataclass(frozen=True)
class Source:
    """A slot after a step of a recorded episode."""

    episode: int
    step: int
    slot: int


@dataclass(frozen=True)
class ExchangeEdit:
    """Let a slot hold after a step what a slot of another episode holds after one of its steps."""

    step: int
    part: int
    slot: int
    source: Source


Edit = ForceEdit | ZeroReadingEdit | FreezeMemoryEdit | ExchangeEdit


@dataclass(frozen=True)
class RunAsk:
    """Run a text, or a recorded episode again, with edits."""

    run: str
    text: str | None = None
    episode: int | None = None
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True)
class VerifyAsk:
    """Verify hypotheses about a run, and measure its accuracy."""

    run: str


@dataclass(frozen=True)
class ProjectAsk:
    """Draw a site of a run in two dimensions."""

    run: str
    site: str
    method: str


Ask = OpenAsk | EpisodeAsk | RunAsk | VerifyAsk | ProjectAsk


def read_ask(message: Any) -> Ask:
    """Read a message.

    Raises:
        MannscopeError: if it is not one of those that a page sends; `UnknownNameError` for an unknown kind.
    """
    ask = _chosen("ask", _ASKS, message, "a message")
    if isinstance(ask, RunAsk) and (ask.text is None) == (ask.episode is None):
        got = "neither" if ask.text is None else "both"
        raise MannscopeError(
            "what is run must be a text or an episode", got, "Send text, or the index of an episode"
        )
    return ask


def _chosen(key: str, forms: Mapping[str, "_Form"], plain: Any, called: str) -> Any:
    """Read a mapping whose form is told by one of its keys."""
    rest = dict(_mapping(plain, called))
    kind = _text(rest.pop(key, None), f"{key} of {called}")
    if kind not in forms:
        raise UnknownNameError(f"{key} of {called}", _shown(kind), forms)
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
                raise UnknownNameError(f"key of {called}", _shown(key), readers or ["none"])
        for key in self.needed:
            if key not in plain:
                raise MannscopeError(f"{called} must have {key}", "none", f"Send {key} too")
        read: dict[str, Any] = {}
        for key, value in plain.items():
            read[_SPELLED.get(str(key), str(key))] = readers[key](value, key)
        return self.make(**read)


_SPELLED = {"from": "source"}
"""Keys that are words of Python, and how they are spelled here."""


def _mapping(value: Any, called: str) -> Mapping[Any, Any]:
    if not isinstance(value, Mapping):
        raise MannscopeError(f"{called} must be an object", _shown(value), "Send an object of JSON")
    return value


def _text(value: Any, called: str) -> str:
    if not isinstance(value, str):
        raise MannscopeError(f"{called} must be text", _shown(value), "Send a string")
    if len(value) > LONGEST_TEXT:
        must, got = f"{called} must have at most {LONGEST_TEXT} characters", str(len(value))
        raise MannscopeError(must, got, "Shorten it")
    return value


def _index(value: Any, called: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST_INDEX:
        must = f"{called} must be a whole number from 0 on"
        raise MannscopeError(must, _shown(value), f"Send {called} 0, for example")
    return value


def _index_or_none(value: Any, called: str) -> int | None:
    return None if value is None else _index(value, called)


def _source(value: Any, called: str) -> Source:
    return _SOURCE.read(_mapping(value, called), called)


def _edits(value: Any, called: str) -> tuple[Edit, ...]:
    if not isinstance(value, list | tuple):
        raise MannscopeError(f"{called} must be a list", _shown(value), "Send an array of JSON")
    if len(value) > MOST_EDITS:
        raise MannscopeError(f"{called} must be at most {MOST_EDITS}", str(len(value)), "Take some back")
    return tuple(_chosen("kind", _EDITS, edit, "an edit") for edit in value)


def _shown(value: Any) -> str:
    """Show a value in an error; a long one is cut."""
    if isinstance(value, int) and not -LARGEST_INDEX <= value <= LARGEST_INDEX:
        return "a number with too many digits"
    shown = value if isinstance(value, str) else type(value).__name__
    shown = repr(value) if value is None or isinstance(value, bool | int | float | str) else shown
    return shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"


_SOURCE = _Form(Source, {"episode": _index, "step": _index, "slot": _index})
_EDITS = {
    "force": _Form(ForceEdit, {"step": _index, "actor": _index, "action": _index}),
    "zero reading": _Form(ZeroReadingEdit, {"step": _index_or_none}),
    "freeze memory": _Form(FreezeMemoryEdit, {"step": _index_or_none}),
    "exchange": _Form(ExchangeEdit, {"step": _index, "part": _index, "slot": _index, "from": _source}),
}
_ASKS = {
    "open": _Form(OpenAsk, {"run": _text}),
    "episode": _Form(EpisodeAsk, {"run": _text, "episode": _index}),
    "run": _Form(RunAsk, {"run": _text}, {"text": _text, "episode": _index, "edits": _edits}),
    "verify": _Form(VerifyAsk, {"run": _text}),
    "project": _Form(ProjectAsk, {"run": _text, "site": _text, "method": _text}),
}
