"""Memories that turn under a fixed place, in plain Python: lists of vectors, one action at a time."""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

Rows = list[np.ndarray]


def tape_run(actions: np.ndarray, values: np.ndarray, slots: int, jump: int) -> np.ndarray:
    """Give what a tape's head reads after every step: STAY, LEFT, RIGHT, JUMP_LEFT, JUMP_RIGHT."""
    goes = (0, -1, 1, -jump, jump)
    moved = [partial(turned, by=by) for by in goes[: actions.shape[1]]]
    return _run(actions, values, slots, before=lambda rows, value: [value, *rows[1:]], moved=moved)


def baby_ntm_run(actions: np.ndarray, values: np.ndarray, slots: int) -> np.ndarray:
    """Give the first row after every step: rotated up, rotated down, left, pushed, popped, and added to."""
    moved = [
        partial(turned, by=1),
        partial(turned, by=-1),
        partial(turned, by=0),
        lambda rows: [np.zeros_like(rows[0]), *rows[:-1]],
        lambda rows: [*rows[1:], np.zeros_like(rows[0])],
    ]
    return _run(actions, values, slots, moved=moved, after=lambda rows, value: [rows[0] + value, *rows[1:]])


def turned(rows: Rows, by: int) -> Rows:
    """Put the row that lies `by` rows after the first one first."""
    return [rows[(place + by) % len(rows)] for place in range(len(rows))]


def _untouched(rows: Rows, value: np.ndarray) -> Rows:
    return rows


def _run(
    actions: np.ndarray,
    values: np.ndarray,
    slots: int,
    moved: Sequence[Callable[[Rows], Rows]],
    before: Callable[[Rows, np.ndarray], Rows] = _untouched,
    after: Callable[[Rows, np.ndarray], Rows] = _untouched,
) -> np.ndarray:
    rows, read = [np.zeros(values.shape[1]) for _ in range(slots)], []
    for shares, value in zip(actions, values, strict=True):
        touched = before(rows, value)
        ways = [move(touched) for move in moved]
        mixed = [sum(p * way[place] for p, way in zip(shares, ways, strict=True)) for place in range(slots)]
        rows = after(mixed, value)
        read.append(rows[0])
    return np.array(read)
