"""Edit what a step makes and goes on with, where no submodule gives it: by the call that makes it.

A first look at a few steps finds which call of a function of PyTorch gave the tensor that a place of the
state, or of an attribute, leads to after the step. When an edited run comes to this call, what it gives is
changed before anything goes on with it.
"""

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, NamedTuple

from mannscope.errors import MannscopeError
from mannscope.pytorch.library import load_torch
from mannscope.pytorch.paths import Path, describe
from mannscope.pytorch.recorder import Edit, Edits, Moment

LOOKED_AT = 3
"""Steps that are looked at; the first may differ from the others."""
IN_PLACE = -1
"""Stands for the first argument, which a call has overwritten."""


class Call(NamedTuple):
    """A call of a function of PyTorch within a step."""

    file: str
    line: int
    function: str
    time: int
    """How often it has been called there in this step before."""


class Site(NamedTuple):
    """What a call gives: all of it, one of several tensors, or what it has overwritten."""

    call: Call
    part: int | None


_BETWEEN = (__file__, "torch/overrides.py", "jaxtyping", "beartype")
"""Files that lie between a call of PyTorch and what sees it, the last two where types are checked."""

Sites = Mapping[Path, Sequence[Site]]
"""Path -> where it is made in each of the first steps."""


def located(run: Callable[[Edits], Any], paths: Sequence[Path]) -> Mapping[Path, list[Site]]:
    """Find the calls that make what some paths lead to, in a run of the first steps of an episode.

    Raises:
        MannscopeError: if none does, or not the same one in every step after the first.
    """
    at, found = Moment(), {path: [] for path in paths}
    if not paths:
        return found
    kept: dict[int, tuple[Any, Site]] = {}

    def remember(call: Call, arguments: Sequence[Any], made: Any) -> Any:
        for part, tensor in _tensors(arguments, made):
            kept[id(tensor)] = (tensor, Site(call, part))
        return made

    def note(path: Path) -> Callable[[Any], Any]:
        def looked(part: Any) -> Any:
            tensor, site = kept.get(id(part), (None, None))
            if site is None or tensor is not part:
                raise _not_made(path, describe(part))
            found[path].append(site)
            return part

        return looked

    with _watched(at, remember, begin=kept.clear):
        run(Edits(after=tuple(Edit(path, note(path)) for path in paths), at=at))
    for path, sites in found.items():
        if len(set(sites[1:])) > 1:
            raise _not_made(path, ", then ".join(f"line {site.call.line}" for site in sites))
    return found


@contextmanager
def changed(edits: Edits, sites: Sites, steps: int) -> Iterator[None]:
    """Change what calls give while the block runs.

    Raises:
        MannscopeError: if a call did not come in every step.
    """
    if not edits.within:
        yield
        return
    times = Counter[int]()

    def act(call: Call, arguments: Sequence[Any], made: Any) -> Any:
        for number, edit in enumerate(edits.within):
            known = sites[edit.path]
            site = known[min(edits.at.step, len(known) - 1)]
            if site.call == call:
                made = _edited(edit, site.part, arguments, made)
                times[number] += 1
        return made

    with _watched(edits.at, act):
        yield
    for number, edit in enumerate(edits.within):
        if times[number] % steps or not times[number]:
            raise _not_made(edit.path, f"{times[number]} calls in {steps} steps")


def _not_made(path: Path, got: str) -> MannscopeError:
    return MannscopeError(
        f"what is at {path} must be made by one call of PyTorch in every step, the same one, to be edited",
        got,
        "Let an nn.Identity give it, and name that as its place",
    )


def _tensors(arguments: Sequence[Any], made: Any) -> Iterator[tuple[int | None, Any]]:
    """List the tensors that a call has made, or overwritten."""
    kind = load_torch().Tensor
    if isinstance(made, kind):
        yield None, made
    elif isinstance(made, tuple | list):
        yield from ((part, one) for part, one in enumerate(made) if isinstance(one, kind))
    elif made is None and arguments and isinstance(arguments[0], kind):
        yield IN_PLACE, arguments[0]


def _edited(edit: Edit, part: int | None, arguments: Sequence[Any], made: Any) -> Any:
    if part is None:
        return edit.change(made)
    if part == IN_PLACE:
        arguments[0].copy_(edit.change(arguments[0]))
        return made
    parts = list(made)
    parts[part] = edit.change(parts[part])
    return tuple(parts) if isinstance(made, tuple) else parts


@contextmanager
def _watched(
    at: Moment, act: Callable[[Call, Sequence[Any], Any], Any], begin: Callable[[], None] = lambda: None
) -> Iterator[None]:
    """Hand every call of a function of PyTorch over, with what it has given, and take what it is to give."""
    with _mode()(at, act, begin):
        yield


@cache
def _mode() -> Any:
    """Make the class of modes, once PyTorch is there."""
    from torch.overrides import TorchFunctionMode

    class Watching(TorchFunctionMode):
        """Sees every call of a function of PyTorch from Python."""

        def __init__(self, at: Moment, act: Callable[..., Any], begin: Callable[[], None]) -> None:
            super().__init__()
            self.at, self.act, self.begin = at, act, begin
            self.step, self.times = -1, Counter[tuple[str, int, str]]()

        def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            made = function(*args, **(kwargs or {}))
            if self.at.step != self.step:
                self.step = self.at.step
                self.times.clear()
                self.begin()
            where = (*_caller(), getattr(function, "__name__", ""))
            self.times[where] += 1
            return self.act(Call(*where, self.times[where] - 1), args, made)

    return Watching


def _caller() -> tuple[str, int]:
    """Give the file and the line that called PyTorch."""
    frame = sys._getframe(1)
    while frame.f_back is not None and any(part in frame.f_code.co_filename for part in _BETWEEN):
        frame = frame.f_back
    return frame.f_code.co_filename, frame.f_lineno
