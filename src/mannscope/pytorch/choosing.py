"""What the actors of a PyTorch network decide by, and how it is made certain: forced, or discretised."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mannscope.anatomy import Anatomy
from mannscope.memories.addressing import HeadMove
from mannscope.pytorch.anatomy import OPEN
from mannscope.pytorch.library import load_torch
from mannscope.pytorch.network import TorchNetwork
from mannscope.pytorch.recorder import recorded_axes

_OFFSETS = {HeadMove.STAY: 0, HeadMove.LEFT: -1, HeadMove.RIGHT: 1}


@dataclass(frozen=True)
class Deciding:
    """A place that decides what some actors do."""

    name: str
    actors: tuple[int, ...]
    """Their numbers among all actors, in the order in which they lie along the axes of the place."""
    force: Callable[[Any, Any], Any]
    """From a value (episode, ...) and the actions (episode, actor) of these actors, -1 being free, to the
    value with which they are done."""
    harden: Callable[[Any], Any]
    """From a value to the one with which the most probable action is certain."""
    begin: Callable[[], None] = lambda: None
    """Called before a run."""
    passed: Callable[[Any], None] = lambda value: None
    """Called with the value of every step."""


def decisions(network: TorchNetwork, anatomy: Anatomy) -> tuple[Deciding, ...]:
    """List the places that decide what is done."""
    everyone = tuple(range(len(anatomy.actors)))
    if network.gates:
        return tuple(_gate(name, bit, everyone) for bit, name in enumerate(network.gates))
    if network.action:
        return (Deciding(network.action, everyone, _force_distribution, _harden),)
    return tuple(_of_a_head(network, anatomy, number) for number in everyone)


def _force_distribution(value: Any, actions: Any) -> Any:
    torch = load_torch()
    forced = torch.nn.functional.one_hot(actions.clamp(min=0), value.shape[-1]).reshape(value.shape)
    free = (actions < 0).reshape(*value.shape[:-1], 1)
    return torch.where(free, value, forced.to(value.dtype))


def _harden(value: Any) -> Any:
    one_hot = load_torch().nn.functional.one_hot
    return one_hot(value.argmax(-1), value.shape[-1]).to(value.dtype)


def _gate(name: str, bit: int, actors: tuple[int, ...]) -> Deciding:
    def force(value: Any, actions: Any) -> Any:
        torch = load_torch()
        is_open = ((actions.clamp(min=0) >> bit) & 1).reshape(value.shape).to(value.dtype)
        return torch.where((actions < 0).reshape(value.shape), value, is_open)

    return Deciding(name, actors, force, lambda value: (value >= OPEN).to(value.dtype))


def _of_a_head(network: TorchNetwork, anatomy: Anatomy, number: int) -> Deciding:
    """Let one head be on one slot: that of its move, from where it was.

    Its weights sum to what they sum to, since a write gate may have scaled them. A jump that it does not do
    by itself goes half of the way around.
    """
    head = anatomy.head(anatomy.actors[number].head)
    axes = recorded_axes(network.places[head.weights])
    slot_axis, head_axis = 1 + axes.index("slot"), 1 + axes.index(head.axis)
    was: dict[str, Any] = {}

    def own(value: Any) -> Any:
        return value.movedim((head_axis, slot_axis), (1, 2))[:, head.index]

    def put(value: Any, weights: Any) -> Any:
        made = value.clone()
        made.movedim((head_axis, slot_axis), (1, 2))[:, head.index] = weights
        return made

    def force(value: Any, actions: Any) -> Any:
        torch = load_torch()
        weights, slots = own(value), value.shape[slot_axis]
        here = weights.argmax(-1)
        before = was.get("slot", torch.zeros_like(here))
        target = torch.where((here - before).abs() > 1, here, (before + slots // 2) % slots)
        for move, offset in _OFFSETS.items():
            target = torch.where(actions[:, 0] == move, (before + offset) % slots, target)
        certain = torch.nn.functional.one_hot(target, slots) * weights.sum(1, keepdim=True)
        return put(value, torch.where((actions < 0), weights, certain.to(value.dtype)))

    def passed(value: Any) -> None:
        was["slot"] = own(value).argmax(-1)

    def harden(value: Any) -> Any:
        weights = own(value)
        return put(value, _harden(weights) * weights.sum(1, keepdim=True))

    return Deciding(head.weights, (number,), force, harden, was.clear, passed)
