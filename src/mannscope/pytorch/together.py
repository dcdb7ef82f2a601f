"""All episodes at once through a network that takes one sequence at a time, by `torch.vmap`.

Inside of the map, every tensor is that of one episode, as the network expects it. What is recorded, and what
is changed, is there for all of them: a function of PyTorch whose rule for the map sees the whole batch.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, partial
from typing import Any

from mannscope.pytorch.library import load_torch
from mannscope.pytorch.network import EPISODE, Place, TorchNetwork
from mannscope.pytorch.paths import mapped


class Together:
    """Goes from one episode, inside of the map, to all of them, and back."""

    def __init__(self) -> None:
        self.witness: Any = None
        """A tensor of every episode, so that what is the same for all of them is known to belong to each."""

    def everywhere(self, part: Any, change: Callable[[Any], Any]) -> Any:
        """Apply a function to a part, of which it is given, and gives, all episodes, these being first."""
        tensors: list[Any] = []
        made: list[Any] = []
        mapped(part, tensors.append)

        def act(given: list[Any]) -> list[Any]:
            changed: list[Any] = []
            made.append(change(_filled(part, given)))
            mapped(made[0], changed.append)
            return changed

        if not tensors:
            return part
        crossed = _crossing().apply(self.witness, act, *tensors)
        return _filled(made[0], list(crossed))

    def look(self, tensor: Any) -> Any:
        """Give a tensor of all episodes, which are its first axis."""
        seen: list[Any] = []

        def act(given: list[Any]) -> list[Any]:
            seen.append(given[0].detach().clone())
            return given

        _crossing().apply(self.witness, act, tensor)
        return seen[0]


def _filled(part: Any, tensors: list[Any]) -> Any:
    """Put other tensors into nested containers, in their order."""
    left = iter(tensors)
    return mapped(part, lambda _: next(left))


@cache
def _crossing() -> Any:
    """Make the function that sees the whole batch."""
    torch = load_torch()

    class Crossing(torch.autograd.Function):
        """Applies `act` to tensors of all episodes."""

        @staticmethod
        def forward(_: Any, act: Callable[[list[Any]], list[Any]], *tensors: Any) -> tuple[Any, ...]:
            return tuple(one[0] for one in act([tensor[None] for tensor in tensors]))

        @staticmethod
        def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
            """Keep nothing, since there are no gradients."""

        @staticmethod
        def vmap(info: Any, axes: Any, _: Any, act: Callable[[list[Any]], list[Any]], *tensors: Any) -> Any:
            given = [
                one.expand(info.batch_size, *one.shape) if axis is None else one.movedim(axis, 0)
                for one, axis in zip(tensors, axes[2:], strict=True)
            ]
            made = tuple(act(given))
            return made, (0,) * len(made)

    return Crossing


@contextmanager
def recurrent_layers(modules: Iterable[Any], together: Together) -> Iterator[None]:
    """Let PyTorch's own recurrent layers, which `vmap` does not map, run on all episodes as their batch."""
    kind = load_torch().nn.RNNBase
    parts = [part for module in modules for part in module.modules() if isinstance(part, kind)]
    for part in parts:
        part.forward = partial(_on_all, part, part.forward, together)
    try:
        yield
    finally:
        for part in parts:
            del part.forward


def _on_all(layer: Any, forward: Callable[..., Any], together: Together, rows: Any, state: Any = None) -> Any:
    """Call a recurrent layer, with the batch of every episode side by side."""
    alone = rows.ndim == 2
    over = 0 if layer.batch_first else 1

    def fold(whole: Any, axis: int) -> Any:
        moved = whole.movedim(0, axis)
        return moved if alone else moved.flatten(axis, axis + 1)

    def act(given: Any) -> Any:
        inputs, before = given
        outputs, after = forward(fold(inputs, over), mapped(before, lambda part: fold(part, 1)))

        def unfold(whole: Any, axis: int) -> Any:
            folded = whole if alone else whole.unflatten(axis, (len(inputs), -1))
            return folded.movedim(axis, 0)

        return unfold(outputs, over), mapped(after, lambda part: unfold(part, 1))

    return together.everywhere((rows, state), act)


def lifted(network: TorchNetwork) -> TorchNetwork:
    """Describe the places of a network that takes one sequence at a time as those of all episodes."""
    return replace(network, places={name: _lifted(place) for name, place in network.places.items()})


def _lifted(place: Place) -> Place:
    axes = (EPISODE, *(axis for axis in place.axes if axis != EPISODE))
    if place.of is None and EPISODE not in place.axes:
        return replace(place, axes=axes)

    def of_one(whole: Any) -> Any:
        value = place.of(whole) if place.of else whole
        return value.squeeze(place.axes.index(EPISODE)) if EPISODE in place.axes else value

    return replace(place, axes=axes, of=lambda whole: load_torch().vmap(of_one)(whole))


def repeated(part: Any, episodes: int) -> Any:
    """Give every tensor of a part once for each episode, these being first."""
    return mapped(part, lambda tensor: tensor.expand(episodes, *tensor.shape).clone())


def each(body: Callable[[Any, Any], tuple[Any, Any]], rows: Any, state: Any) -> tuple[Any, Any]:
    """Call a function of the row and the state of one episode for all episodes, and give both for all."""
    torch, leaves, after = load_torch(), [], []
    mapped(state, leaves.append)

    def one(row: Any, *tensors: Any) -> tuple[Any, ...]:
        output, following = body(row, _filled(state, list(tensors)))
        found: list[Any] = []
        mapped(following, found.append)
        after.append(following)
        return (output, *found)

    output, *tensors = torch.vmap(one, randomness="same")(rows, *leaves)
    return output, _filled(after[0], tensors)
