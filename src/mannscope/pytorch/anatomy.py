"""The anatomy of a PyTorch network's memory, and what its actors did, by the places of its tensors."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from mannscope.anatomy import NOT_APPLICABLE, Action, Actor, Anatomy, Head, Store
from mannscope.errors import MannscopeError
from mannscope.memories.addressing import MOVES, HeadMove
from mannscope.memories.table import recognise
from mannscope.pytorch.network import STORE, TorchNetwork
from mannscope.pytorch.recorder import recorded_axes

OPEN = 0.5
"""From which value on a gate is open."""
SLOT, HEAD = "slot", "_head"
"""The axis of slots, and how the name of an axis of heads ends."""

LEVEL = 1e-6
"""Difference of weights up to which none of them is the largest."""


class Acted(NamedTuple):
    """What the actors of a network are, and what they did."""

    anatomy: Anatomy
    taken: Int[np.ndarray, "episode step actor"]


def acted(
    network: TorchNetwork, values: Mapping[str, np.ndarray], first: Mapping[str, np.ndarray] | None = None
) -> Acted:
    """Say who acts, by the distribution over actions if there is one, or else by the heads, and what is done.

    A head is what has weights over the slots: a place with an axis that ends in `_head`, and the axis `slot`.
    It writes if the name of its axis begins with `write`. Its moves are those of the slot where its weight is
    largest; the first is known where its weights before the first step are.
    """
    axes = {name: recorded_axes(place) for name, place in network.places.items()}
    heads = _heads(axes, values)
    if network.gates:
        actors, taken = _by_gates(network, axes, values)
    elif network.action:
        actors, taken = _by_distribution(network, axes, values)
    else:
        actors, taken = _by_heads(network, heads, values, first or {})
    anatomy = Anatomy(
        actors=actors,
        stores=_stores(network, axes),
        heads=heads,
        policy=network.policy_ops or network.gates or ((network.action,) if network.action else ()),
        reads=network.reads or "after writing",
        memory=recognise(axes),
    )
    return Acted(anatomy, taken)


def head_moves(
    weights: Float[np.ndarray, "episode step head slot"],
    first: Float[np.ndarray, "episode head slot"] | None = None,
    *,
    circular: bool = False,
) -> Int[np.ndarray, "episode step head"]:
    """Find the move of each head from the slot where its weight is largest, as indices into `HeadMove`.

    One slot up or down is RIGHT or LEFT, more than that a JUMP. The last slot is a neighbour of the first if
    the memory is circular.

    Args:
        weights: Weights after each step.
        first: Weights before the first step. Where they are unknown, or none is the largest, the first move
            is `NOT_APPLICABLE`.
        circular: Whether the last slot is next to the first.
    """
    slot, slots = weights.argmax(axis=-1), weights.shape[-1]
    start = slot[:, 0] if first is None else first.argmax(axis=-1)
    moved = np.diff(slot, axis=1, prepend=start[:, None])
    if circular:
        moved = (moved + slots // 2) % slots - slots // 2
        moved = np.where(moved == -slots / 2, slots // 2, moved)
    moves = np.full(moved.shape, HeadMove.JUMP, np.int8)
    for distance, move in ((0, HeadMove.STAY), (-1, HeadMove.LEFT), (1, HeadMove.RIGHT)):
        moves[moved == distance] = move
    known = np.zeros(start.shape, bool) if first is None else np.ptp(first, axis=-1) > LEVEL
    moves[:, 0] = np.where(known, moves[:, 0], NOT_APPLICABLE)
    return moves


def _stores(network: TorchNetwork, axes: Mapping[str, tuple[str, ...]]) -> tuple[Store, ...]:
    if STORE not in axes:
        return ()
    parts = [axis for axis in axes[STORE] if axis not in (SLOT, "width")]
    slots = SLOT if SLOT in axes[STORE] else ""
    return (Store(STORE, slots, parts[0] if parts else "", network.first, network.strengths or ""),)


def _heads(axes: Mapping[str, tuple[str, ...]], values: Mapping[str, np.ndarray]) -> tuple[Head, ...]:
    """List the heads, those that read first."""
    found = []
    for name, of in axes.items():
        axis = next((one for one in of if one.endswith(HEAD)), "")
        if axis and set(of) == {axis, SLOT} and name in values:
            kind = "write" if axis.startswith("write") else "read"
            number = values[name].shape[2 + of.index(axis)]
            called = axis.replace("_", " ")
            found += [(name, Head(f"{called} {index}", kind, name, axis, index)) for index in range(number)]
    weighted = [(name, head) for name, head in found if name.endswith("weights")] or found
    return tuple(head for _, head in sorted(weighted, key=lambda pair: pair[1].kind == "write"))


def _by_heads(
    network: TorchNetwork,
    heads: tuple[Head, ...],
    values: Mapping[str, np.ndarray],
    first: Mapping[str, np.ndarray],
) -> tuple[tuple[Actor, ...], Int[np.ndarray, "episode step actor"]]:
    some = next(iter(values.values()))
    taken = [
        head_moves(
            _of_head(network, head, values[head.weights], steps=1),
            _of_head(network, head, first[head.weights], steps=0) if head.weights in first else None,
            circular=network.circular,
        )
        for head in heads
    ]
    actors = (Actor(head.name, MOVES, (), head.axis, head.index, head=head.name) for head in heads)
    return tuple(actors), np.concatenate([np.zeros((*some.shape[:2], 0), np.int8), *taken], axis=-1)


def _of_head(network: TorchNetwork, head: Head, weights: np.ndarray, steps: int) -> np.ndarray:
    """Pick the weights of one head, the slots last."""
    axis = 1 + steps + recorded_axes(network.places[head.weights]).index(head.axis)
    return np.moveaxis(weights.take([head.index], axis), axis, -2)


def _by_distribution(
    network: TorchNetwork, axes: Mapping[str, tuple[str, ...]], values: Mapping[str, np.ndarray]
) -> tuple[tuple[Actor, ...], Int[np.ndarray, "episode step actor"]]:
    """Take the most probable action of a distribution.

    Whatever lies along other axes acts by itself, and is named after the axis: "stack 0", "stack 1".

    Raises:
        MannscopeError: if there are more or fewer names than actions.
    """
    name = str(network.action)
    number = values[name].shape[-1]
    taken = values[name].argmax(axis=-1).astype(np.int8)
    named = _named(network, number, f"the {number} entries of the last axis of {name!r}")
    return _actors(axes, (name,), named, axes[name][:-1], taken)


def _by_gates(
    network: TorchNetwork, axes: Mapping[str, tuple[str, ...]], values: Mapping[str, np.ndarray]
) -> tuple[tuple[Actor, ...], Int[np.ndarray, "episode step actor"]]:
    """Number the combination of open gates.

    Raises:
        MannscopeError: if there are more or fewer names than combinations.
    """
    number = 2 ** len(network.gates)
    opened = sum((values[name] >= OPEN).astype(np.int8) << bit for bit, name in enumerate(network.gates))
    named = _named(network, number, f"the {number} combinations of the gates")
    return _actors(axes, network.gates, named, axes[network.gates[0]], np.asarray(opened, np.int8))


def _named(network: TorchNetwork, number: int, of: str) -> tuple[Action, ...]:
    if network.actions and len(network.actions) != number:
        raise MannscopeError(
            f"actions must name {of}",
            f"{len(network.actions)} names",
            "Name every action, in their order",
        )
    return tuple(map(Action, network.actions or map(str, range(number))))


def _actors(
    axes: Mapping[str, tuple[str, ...]],
    decided_by: tuple[str, ...],
    actions: tuple[Action, ...],
    along: Sequence[str],
    taken: Int[np.ndarray, "episode step *part"],
) -> tuple[tuple[Actor, ...], Int[np.ndarray, "episode step actor"]]:
    """Name whatever lies along other axes, and acts by itself, after the axis."""
    names = [""]
    for axis, size in zip(along, taken.shape[2:], strict=True):
        names = [f"{one} {axis} {index}".strip() for one in names for index in range(size)]
    parts = set(along) & set(axes.get(STORE, ()))
    actors = tuple(
        Actor(
            one or "memory",
            actions,
            decided_by,
            along[0] if along else "",
            index if along else 0,
            part=index if parts or (not along and STORE in axes) else None,
        )
        for index, one in enumerate(names)
    )
    return actors, taken.reshape(*taken.shape[:2], -1)
