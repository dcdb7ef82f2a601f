"""Keep what modules hold in their attributes while they run, and put it back."""

from collections.abc import Callable
from functools import cache
from typing import Any

from mannscope.pytorch.library import load_torch


class Kept:
    """What attributes and buffers held, by the tensors and the containers themselves.

    Restored are the same objects with the same contents: tensors that were overwritten, lists that grew,
    attributes that were replaced or added.
    """

    def __init__(self) -> None:
        self._undo: list[Callable[[], Any]] = []

    def keep(self, module: Any) -> None:
        """Remember all that one module holds, without its submodules."""
        held = vars(module)
        own = {name: value for name, value in held.items() if name not in _of_every_module()}

        def put_back() -> None:
            for name in held.keys() - own.keys() - _of_every_module():
                del held[name]
            held.update(own)

        self._undo.append(put_back)
        for value in own.values():
            self._contents(value)
        self._contents(module._buffers)

    def restore(self) -> None:
        """Put everything back."""
        with load_torch().no_grad():
            for undo in reversed(self._undo):
                undo()
        self._undo.clear()

    def _contents(self, value: Any) -> None:
        """Remember what is inside of nested lists, dicts and tuples."""
        if isinstance(value, dict):
            items = dict(value)
            self._undo.append(lambda: (value.clear(), value.update(items)))
            parts = list(items.values())
        elif isinstance(value, list):
            parts = list(value)
            self._undo.append(lambda: value.__setitem__(slice(None), parts))
        elif isinstance(value, tuple):
            parts = list(value)
        else:
            if isinstance(value, load_torch().Tensor) and not value.is_inference():
                self._tensor(value)
            return
        for part in parts:
            self._contents(part)

    def _tensor(self, tensor: Any) -> None:
        version, copy, data = tensor._version, tensor.detach().clone(), tensor.data

        def put_back() -> None:
            tensor.data = data
            if tensor._version != version:
                tensor.data.copy_(copy)

        self._undo.append(put_back)


@cache
def _of_every_module() -> frozenset[str]:
    """Name the attributes that every module has: its mode, hooks, parameters and submodules."""
    return frozenset(vars(load_torch().nn.Module()))
