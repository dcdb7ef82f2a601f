"""Paths into what a PyTorch module passes around: nested tuples, lists, dicts and tensors."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mannscope.errors import MannscopeError

STATE, SELF = "state", "self"
"""The root of paths into what one step hands to the next, and the module, as its methods call it."""

_KEY = re.compile(r"\[(?:(-?\d+)|'([^']*)'|\"([^\"]*)\")\]")
_FORM = re.compile(rf"([^\[\]]+)((?:{_KEY.pattern})*)")


@dataclass(frozen=True)
class Path:
    """A root, and the keys from there to a part.

    The root is `state`; or `self` and names after it, an attribute of the module; or the name of a submodule,
    whose output is meant.
    """

    root: str
    keys: tuple[int | str, ...] = ()

    @classmethod
    def read(cls, text: str) -> "Path":
        """Read a path as Python would write it, such as ``state[1]['memory']`` or ``encoder.rnn[1][0]``.

        Raises:
            MannscopeError: if it has another form.
        """
        if not (found := _FORM.fullmatch(text)):
            raise MannscopeError(
                "a path must be a root and keys in brackets",
                repr(text),
                "Write it as in Python: state[1]['memory']",
            )
        keys = (int(key[1]) if key[1] else key[2] or key[3] or "" for key in _KEY.finditer(found[2]))
        return cls(found[1], tuple(keys))

    def __str__(self) -> str:
        """Write it as it is read."""
        return self.root + "".join(f"[{key!r}]" for key in self.keys)

    @property
    def is_attribute(self) -> bool:
        """Whether it leads into an attribute of the module."""
        return self.root.startswith(f"{SELF}.")

    @property
    def is_output(self) -> bool:
        """Whether it leads into the output of a submodule."""
        return self.root != STATE and not self.is_attribute

    def attribute(self, module: Any) -> Any:
        """Look up the attribute of a module that is the root.

        Raises:
            MannscopeError: if there is none.
        """
        owner, name = self.owner(module)
        try:
            return getattr(owner, name)
        except AttributeError as problem:
            raise MannscopeError(
                f"the path {self} must lead to an attribute",
                f"{type(owner).__name__} without {name!r}",
                "Correct it, or name the attribute that the module sets",
            ) from problem

    def owner(self, module: Any) -> tuple[Any, str]:
        """Find what has the attribute that is the root, and its name.

        Raises:
            MannscopeError: if the names before it lead nowhere.
        """
        *before, name = self.root.split(".")[1:]
        for number, one in enumerate(before):
            if not hasattr(module, one):
                above = ".".join([SELF, *before[:number]])
                must = f"the path {self} must lead to an attribute"
                got = f"{above}, which is {type(module).__name__}, without {one!r}"
                raise MannscopeError(must, got, "Correct the name that follows it")
            module = getattr(module, one)
        return module, name

    def get(self, whole: Any) -> Any:
        """Look up the part.

        Raises:
            MannscopeError: if there is none.
        """
        part = whole
        for depth, key in enumerate(self.keys):
            part = self._down(part, key, depth)
        return part

    def replaced(self, whole: Any, change: Callable[[Any], Any]) -> Any:
        """Give the whole with the part changed. The whole that was passed, and its tensors, stay as they are.

        Raises:
            MannscopeError: if there is no such part.
        """
        return self._replaced(whole, change, 0)

    def _replaced(self, whole: Any, change: Callable[[Any], Any], depth: int) -> Any:
        if depth == len(self.keys):
            return change(whole)
        key = self.keys[depth]
        part = self._replaced(self._down(whole, key, depth), change, depth + 1)
        if isinstance(whole, dict):
            return {**whole, key: part}
        if isinstance(whole, tuple | list):
            parts = list(whole)
            parts[key] = part  # pyright: ignore[reportArgumentType, reportCallIssue]
            return _like(whole, parts)
        if not hasattr(whole, "clone"):  # an array of JAX
            return whole.at[key].set(part)
        copied = whole.clone()
        copied[key] = part
        return copied

    def _down(self, part: Any, key: int | str, depth: int) -> Any:
        try:
            return part[key]
        except (KeyError, IndexError, TypeError) as problem:
            above = Path(self.root, self.keys[:depth])
            raise MannscopeError(
                f"the path {self} must lead to a part",
                f"{above}, which is {describe(part)}",
                "Correct the key that follows it",
            ) from problem


def mapped(whole: Any, change: Callable[[Any], Any]) -> Any:
    """Change every tensor in nested tuples, lists and dicts, and leave the rest."""
    if isinstance(whole, dict):
        return {key: mapped(part, change) for key, part in whole.items()}
    if isinstance(whole, tuple | list):
        return _like(whole, [mapped(part, change) for part in whole])
    return change(whole) if hasattr(whole, "dtype") else whole


def copied(whole: Any) -> Any:
    """Copy every tensor that can be overwritten."""
    return mapped(whole, lambda tensor: tensor.clone() if hasattr(tensor, "clone") else tensor)


def describe(part: Any) -> str:
    """Describe a part in a few words, for errors."""
    if isinstance(part, dict):
        return f"a dict of {', '.join(map(repr, part))}"
    if isinstance(part, tuple | list):
        return f"a {type(part).__name__} of {len(part)}"
    return f"a tensor of shape {tuple(part.shape)}" if hasattr(part, "shape") else f"{type(part).__name__}"


def _like(whole: tuple | list, parts: list) -> Any:
    if hasattr(whole, "_fields"):
        return type(whole)(*parts)
    return type(whole)(parts)
