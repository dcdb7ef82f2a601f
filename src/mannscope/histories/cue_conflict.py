"""Cue conflict: put a symbol of another category in its place, and see whether the action follows it."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Int

from mannscope.analyses.mining import usual_actions
from mannscope.arrays import PADDING
from mannscope.tasks.task import AbstractTask

NOWHERE = -1
"""The place of a swap in an episode that has none."""


class Swaps(NamedTuple):
    """Episodes with one symbol each swapped for one of another category, which calls for another action."""

    inputs: Int[np.ndarray, "episode step"]
    places: Int[np.ndarray, " episode"]
    """The step of the swap; `NOWHERE` in an episode that is left as it was."""
    expected: Int[np.ndarray, "episode actor"]
    """The usual action at the new symbol."""


def swap_cues(
    task: AbstractTask,
    inputs: Int[np.ndarray, "episode step"],
    actions: Int[np.ndarray, "episode step actor"],
    seed: int = 0,
) -> Swaps:
    """Swap one symbol an episode, at random among those at which another category calls for another action.

    What a symbol calls for is the most frequent action at it, of each actor by itself, over all episodes.

    Args:
        task: The task, which knows the categories.
        inputs: The episodes.
        actions: What a network does in them, as actions by index.
        seed: Draws the places and the symbols.
    """
    inputs, random = np.asarray(inputs), np.random.default_rng(seed)
    situation, usual = task.situate(inputs), _usual(task.situate(inputs), actions)
    swapped, places = inputs.copy(), np.full(len(inputs), NOWHERE)
    expected = np.full((len(inputs), actions.shape[-1]), NOWHERE)
    calls = _other_calls(task, usual)
    for episode, row in enumerate(situation):
        possible = [step for step, here in enumerate(row.tolist()) if here != PADDING and calls.get(here)]
        if not possible:
            continue
        place = int(random.choice(possible))
        swapped[episode, place] = task.situations[int(random.choice(calls[int(row[place])]))][0]
        now = int(task.situate(swapped[episode : episode + 1])[0, place])
        if now in usual and usual[now] != usual[int(row[place])]:
            places[episode], expected[episode] = place, usual[now]
        else:  # where categories depend on the position, the symbol may be of the same category here
            swapped[episode] = inputs[episode]
    return Swaps(swapped, places, expected)


def cue_conflict(actions: Int[np.ndarray, "episode step actor"], swaps: Swaps) -> float | None:
    """Give the share of swaps at which all actors do what the new symbol calls for; None without swaps.

    Args:
        actions: What a network does in the episodes with swaps.
        swaps: The swaps.
    """
    episodes = np.flatnonzero(swaps.places != NOWHERE)
    if not len(episodes):
        return None
    done = actions[episodes, swaps.places[episodes]]
    return float((done == swaps.expected[episodes]).all(axis=-1).mean())


def _usual(
    situation: Int[np.ndarray, "episode step"], actions: Int[np.ndarray, "episode step actor"]
) -> dict[int, tuple[int, ...]]:
    """Give the most frequent actions at every situation that occurs."""
    known = np.unique(situation[situation != PADDING]).tolist()
    return {one: usual_actions(np.asarray(actions)[situation == one]) for one in known}


def _other_calls(task: AbstractTask, usual: dict[int, tuple[int, ...]]) -> dict[int, list[int]]:
    """List, for every situation, those of another category that call for another action."""
    category = [of for _, of in task.situations]
    return {
        one: [other for other in usual if category[other] != category[one] and usual[other] != usual[one]]
        for one in usual
    }
