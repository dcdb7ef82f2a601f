"""What was done to a memory, told from the places of a trace."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from mannscope.memories.ntm import HeadMove

HEADS = ("read", "write")


class Actions(NamedTuple):
    """Discretised actions, with the names of who acts and of what can be done."""

    taken: Int[np.ndarray, "episode step actor"]
    actors: tuple[str, ...]
    names: tuple[str, ...]


def head_moves(weights: Float[np.ndarray, "episode step head slot"]) -> Int[np.ndarray, "episode step head"]:
    """Tell the move of each head from the slot where its weight is largest, as indices into `HeadMove`.

    One slot up or down is RIGHT or LEFT, more than that a JUMP, from the last slot to the first too.
    A head starts at slot 0, as a neural Turing machine's does.
    """
    slot = weights.argmax(axis=-1)
    moved = np.diff(slot, axis=1, prepend=0)
    moves = np.full(moved.shape, HeadMove.JUMP, np.int8)
    for distance, move in ((0, HeadMove.STAY), (-1, HeadMove.LEFT), (1, HeadMove.RIGHT)):
        moves[moved == distance] = move
    return moves


def of_heads(values: Mapping[str, np.ndarray]) -> Actions:
    """Tell what the heads do whose weights are recorded, read heads first; without any, nobody acts."""
    present = [kind for kind in HEADS if f"{kind}_weights" in values]
    moves = {kind: head_moves(values[f"{kind}_weights"]) for kind in present}
    some = next(iter(values.values()))
    taken = [*moves.values()] or [np.zeros((*some.shape[:2], 0), np.int8)]
    actors = tuple(f"{kind} head {index}" for kind in present for index in range(moves[kind].shape[-1]))
    return Actions(np.concatenate(taken, axis=-1), actors, tuple(move.name for move in HeadMove))


def of_distribution(
    values: Float[np.ndarray, "episode step *actor action"], axes: tuple[str, ...], names: tuple[str, ...]
) -> Actions:
    """Take the most probable action of a distribution.

    Whatever lies along other axes acts by itself, and is named after the axis: "stack 0", "stack 1".
    """
    taken = values.argmax(axis=-1).astype(np.int8)
    actors = [""]
    for axis, size in zip(axes, taken.shape[2:], strict=True):
        actors = [f"{actor} {axis} {index}".strip() for actor in actors for index in range(size)]
    return Actions(taken.reshape(*taken.shape[:2], -1), tuple(actor or "memory" for actor in actors), names)
